"""Decisions about ratings that take two officers: one asks, with reasons, and another confirms or refuses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from lots.chain import Chained, one_chain_for
from lots.database import Base, UTCDateTime
from lots.person import Person
from lots.rating import RatingsFile
from lots.tender import Tender


class PinRequest(Base):
    """What one officer asks for and a second confirms: to rest a tender on a file by which somebody comes
    back into the assessment."""

    __tablename__ = "pin_request"
    __table_args__ = (
        CheckConstraint("stage IN ('opening', 'recommendation', 'signing')", name="stage_known"),
        CheckConstraint("reason <> ''", name="reasoned"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("ratings_file.id"))
    stage: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    file: Mapped[RatingsFile] = relationship()
    by: Mapped[Person] = relationship()
    answer: Mapped[PinAnswer | None] = relationship(viewonly=True, lazy="joined")


class PinAnswer(Base):
    """What the second officer said to a request; `pin_id` is the pin that it led to, if any."""

    __tablename__ = "pin_answer"

    request_id: Mapped[int] = mapped_column(ForeignKey("pin_request.id"), primary_key=True)
    pin_id: Mapped[int | None] = mapped_column(ForeignKey("ratings_pin.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    by: Mapped[Person] = relationship(lazy="joined")


class LocationCheck(Chained, Base):
    """What an officer found out, with evidence, about a location that a file of ratings does not settle.

    It covers the location once a second officer has confirmed it, for the bid and under the file that it is
    about: with the next file the question is asked again.
    """

    __tablename__ = "location_check"
    __table_args__ = (
        *one_chain_for("location_check", "bid_id", "location_id", "file_id"),
        CheckConstraint("reason <> ''", name="reasoned"),
        CheckConstraint("evidence <> ''", name="evidenced"),
    )

    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), index=True)
    location_id: Mapped[str] = mapped_column(String(40))
    file_id: Mapped[int] = mapped_column(ForeignKey("ratings_file.id"))
    reason: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person] = relationship()
    answer: Mapped[LocationCheckAnswer | None] = relationship(viewonly=True, lazy="joined")

    @property
    def covers(self) -> bool:
        return self.answer is not None and self.answer.agreed


class LocationCheckAnswer(Base):
    """What the second officer said to a check of a location."""

    __tablename__ = "location_check_answer"

    check_id: Mapped[int] = mapped_column(ForeignKey("location_check.id"), primary_key=True)
    agreed: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    by: Mapped[Person] = relationship(lazy="joined")


def waiting_request(session: Session, tender: Tender) -> PinRequest | None:
    """The request that waits for a second officer: the last one, unless it was answered."""
    request = session.scalar(
        select(PinRequest)
        .where(PinRequest.tender_id == tender.id)
        .order_by(PinRequest.id.desc())
        .limit(1)
        .options(joinedload(PinRequest.file), joinedload(PinRequest.by))
    )
    return None if request is None or request.answer is not None else request


def location_checks(
    session: Session, tender: Tender, file: RatingsFile
) -> dict[tuple[int, str], LocationCheck]:
    """The last check of each location under a file, by bid id and location."""
    rows = session.scalars(
        select(LocationCheck)
        .where(LocationCheck.tender_id == tender.id, LocationCheck.file_id == file.id)
        .order_by(LocationCheck.id)
        .options(joinedload(LocationCheck.by))
    )
    return {(row.bid_id, row.location_id): row for row in rows}
