"""CQC ratings as loaded from a file, and which file a tender's decisions rest on."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lots.database import Base, UTCDateTime
from lots.person import Person

KEY_QUESTIONS = ("safe", "effective", "caring", "responsive", "well_led")
REGISTERED = "registered"
STAGES = ("opening", "recommendation", "signing")

HOMECARE = "Domiciliary care service"
"""The CQC's name for the kind of service that these tenders buy."""


class RatingsFile(Base):
    """A file of ratings, known by its hash. Loading the same bytes twice gives the same file."""

    __tablename__ = "ratings_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    as_at: Mapped[date]
    """The date of the publisher's file, as entered by the person who loaded it."""
    row_count: Mapped[int]
    loaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    loaded_at: Mapped[datetime] = mapped_column(UTCDateTime)

    loaded_by: Mapped[Person | None] = relationship()


class Rating(Base):
    """One location's row in a ratings file; a rating that the file leaves out is empty."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("file_id", "location_id"),
        Index("ix_rating_file_provider", "file_id", "provider_cqc_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("ratings_file.id"))
    row: Mapped[int]
    location_id: Mapped[str] = mapped_column(String(40))
    location_name: Mapped[str] = mapped_column(String(300))
    provider_cqc_id: Mapped[str] = mapped_column(String(40))
    provider_name: Mapped[str] = mapped_column(String(300))
    local_authority: Mapped[str] = mapped_column(String(100))
    services: Mapped[str] = mapped_column(String(500), default="")
    """The kinds of service that the location is registered for, as the file lists them."""
    dormant: Mapped[bool]
    ended: Mapped[str] = mapped_column(String(10), default="")
    """ISO date on which the registration ended; empty while it lasts."""
    published: Mapped[str] = mapped_column(String(10))
    """ISO date; in the published file this is the registration date, not a rating date."""
    overall: Mapped[str] = mapped_column(String(50))
    safe: Mapped[str] = mapped_column(String(50))
    effective: Mapped[str] = mapped_column(String(50))
    caring: Mapped[str] = mapped_column(String(50))
    responsive: Mapped[str] = mapped_column(String(50))
    well_led: Mapped[str] = mapped_column(String(50))

    file: Mapped[RatingsFile] = relationship()

    @property
    def status(self) -> str:
        """The location's registration, in the words of an evaluation record."""
        if self.ended:
            return "deregistered"
        return "dormant" if self.dormant else REGISTERED

    def offers(self, service: str) -> bool:
        return service.casefold() in {each.strip().casefold() for each in self.services.split(",")}


class RatingsPin(Base):
    """The ratings file that a tender's eligibility rests on, from its moment. The last pin is current."""

    __tablename__ = "ratings_pin"
    __table_args__ = (
        CheckConstraint("stage IN ('opening', 'recommendation', 'signing')", name="stage_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("ratings_file.id"))
    stage: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    file: Mapped[RatingsFile] = relationship()
    by: Mapped[Person] = relationship()
