"""Lots: a service in a zone, with the hours to be bought there."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lots.database import Base, Hours, Pence, UTCDateTime

if TYPE_CHECKING:
    from lots.procurement import Tender


class LotGroup(Base):
    """Lots of which one bidder may win no more than `most_lots` (Procurement Act 2023 s.20(7))."""

    __tablename__ = "lot_group"
    __table_args__ = (
        UniqueConstraint("tender_id", "code"),
        CheckConstraint("most_lots > 0", name="most_lots_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    code: Mapped[str] = mapped_column(String(40))
    most_lots: Mapped[int]

    tender: Mapped[Tender] = relationship(back_populates="groups")
    lots: Mapped[list[Lot]] = relationship(back_populates="group", order_by="Lot.position")


class Lot(Base):
    __tablename__ = "lot"
    __table_args__ = (
        UniqueConstraint("tender_id", "code"),
        UniqueConstraint("tender_id", "position"),
        CheckConstraint("hours_per_week > 0", name="hours_positive"),
        CheckConstraint("weeks_per_year BETWEEN 1 AND 53", name="weeks_in_range"),
        CheckConstraint("places > 0", name="places_positive"),
        CheckConstraint("guide_price > 0", name="guide_price_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    service: Mapped[str] = mapped_column(String(20))
    zone: Mapped[str] = mapped_column(String(100))
    hours_per_week: Mapped[int] = mapped_column(Hours)
    weeks_per_year: Mapped[int] = mapped_column(default=52)
    places: Mapped[int] = mapped_column(default=1)
    guide_price: Mapped[int] = mapped_column(Pence)
    """Pence an hour by which the lot's yearly value is estimated; at a set price, that price."""
    group_id: Mapped[int | None] = mapped_column(ForeignKey("lot_group.id"), index=True)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    tender: Mapped[Tender] = relationship(back_populates="lots")
    group: Mapped[LotGroup | None] = relationship(back_populates="lots")

    @property
    def title(self) -> str:
        return f"{self.service.capitalize()}, {self.zone}"

    @property
    def yearly_value(self) -> int:
        """Pence a year at the guide price: hours × weeks × price, rounded half up to the penny."""
        return yearly_value(self.hours_per_week, self.weeks_per_year, self.guide_price)


def yearly_value(hours_per_week: int, weeks_per_year: int, price: int) -> int:
    """Pence a year for hundredths of hours a week, weeks, and pence an hour; half a penny goes up."""
    return (hours_per_week * weeks_per_year * price + 50) // 100
