"""CQC ratings as loaded from files, and which of them a tender's decisions rest on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    insert,
    select,
    true,
)
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from lots.database import Base, UTCDateTime
from lots.person import Person
from scoring.canonical import canonical_json

KEY_QUESTIONS = ("safe", "effective", "caring", "responsive", "well_led")
REGISTERED = "registered"
STAGES = ("opening", "recommendation", "signing")

HOMECARE = "Domiciliary care service"
"""The CQC's name for the kind of service that these tenders buy."""
COMMUNITY = "Community based adult social care services"
"""How the CQC groups the locations that give care at home, where a file names no kinds of service."""
DATES_OF_RATINGS = frozenset({"long", "filters"})
"""The kinds of file that say when a rating was published. In the table of locations with ratings that column
has the day of registration."""
WITHDRAWN, REDATED = "withdrawn", "redated"


class RatingsFile(Base):
    """Ratings loaded at once, from one file or several of one month, known by a hash.

    The same bytes twice give the same file. Nothing in it changes: what is found out about it later, such as
    that it was the wrong one, is a RatingsFileChange.
    """

    __tablename__ = "ratings_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the file; of several, the SHA-256 over their own hashes, in order, a line each."""
    as_at: Mapped[date]
    """The date of the publisher's file, as entered by the person who loaded it; `dated` is what counts."""
    row_count: Mapped[int]
    """How many locations it holds."""
    kinds: Mapped[str] = mapped_column(String(60), default="wide", server_default="wide")
    """What was read, names parted by spaces: wide, filters, long, directory."""
    loaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    loaded_at: Mapped[datetime] = mapped_column(UTCDateTime)

    loaded_by: Mapped[Person | None] = relationship()
    changes: Mapped[list[RatingsFileChange]] = relationship(
        order_by="RatingsFileChange.id", lazy="selectin", viewonly=True
    )

    @property
    def dated(self) -> date:
        """The date of the file, as it was last mended."""
        mended = [change.as_at for change in self.changes if change.as_at is not None]
        return mended[-1] if mended else self.as_at

    @property
    def withdrawal(self) -> RatingsFileChange | None:
        """Who withdrew it, when and why; None while it may be used."""
        return next((change for change in self.changes if change.what == WITHDRAWN), None)

    @property
    def has_dates_of_ratings(self) -> bool:
        return not DATES_OF_RATINGS.isdisjoint(self.kinds.split())


class RatingsFileChange(Base):
    """What was found out about a file after it was loaded: that it has another date, or was the wrong one."""

    __tablename__ = "ratings_file_change"
    __table_args__ = (
        CheckConstraint("what IN ('withdrawn', 'redated')", name="what_known"),
        CheckConstraint("(what = 'redated') = (as_at IS NOT NULL)", name="date_where_redated"),
        CheckConstraint("reason <> ''", name="reasoned"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("ratings_file.id"), index=True)
    what: Mapped[str] = mapped_column(String(20))
    as_at: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    by: Mapped[Person] = relationship(lazy="joined")


class RatingsFilePart(Base):
    """One of the files that were loaded at once."""

    __tablename__ = "ratings_file_part"
    __table_args__ = (UniqueConstraint("file_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("ratings_file.id"))
    position: Mapped[int]
    filename: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))


class Rating(Base):
    """One location in a ratings file; a rating that the file leaves out is empty."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("file_id", "location_id"),
        Index("ix_rating_file_provider", "file_id", "provider_cqc_id"),
        Index("ix_rating_file_company", "file_id", "company_number"),
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
    """The kinds of service that the location is registered for; empty where the file does not list them."""
    category: Mapped[str] = mapped_column(String(100), default="", server_default="")
    """The CQC's primary inspection category."""
    company_number: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """The provider's number at Companies House, eight characters; empty where the file has none."""
    dormant: Mapped[bool]
    ended: Mapped[str] = mapped_column(String(10), default="")
    """ISO date on which the registration ended; empty while it lasts."""
    published: Mapped[str] = mapped_column(String(10))
    """ISO date; `rated_on` says whether it is that of a rating."""
    inherited: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the rating was given to an earlier registration and carried over."""
    key_questions: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether a file that rates the five key questions was read for it; some have overall ratings alone."""
    overall: Mapped[str] = mapped_column(String(50))
    safe: Mapped[str] = mapped_column(String(50))
    effective: Mapped[str] = mapped_column(String(50))
    caring: Mapped[str] = mapped_column(String(50))
    responsive: Mapped[str] = mapped_column(String(50))
    well_led: Mapped[str] = mapped_column(String(50))
    by_service: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Canonical JSON: each service that has ratings of its own, with them; empty where none has."""

    file: Mapped[RatingsFile] = relationship()

    @property
    def status(self) -> str:
        """The location's registration, in the words of an evaluation record."""
        if self.ended:
            return "deregistered"
        return "dormant" if self.dormant else REGISTERED

    @property
    def rated_on(self) -> str:
        """ISO date on which the rating was published; empty where the file does not say."""
        return self.published if self.file.has_dates_of_ratings else ""

    @property
    def rated_day(self) -> date | None:
        return date.fromisoformat(self.rated_on) if self.rated_on else None

    @property
    def services_rated(self) -> list[dict[str, str]]:
        """The ratings of each service that has its own: `service`, `overall`, `safe`, …"""
        return list(json.loads(self.by_service)) if self.by_service else []

    def offers(self, service: str) -> bool:
        if not self.services:
            return service == HOMECARE and self.category == COMMUNITY
        return service.casefold() in {each.strip().casefold() for each in self.services.split(",")}


DIGESTED = tuple(column.name for column in Rating.__table__.columns if column.name not in {"id", "file_id"})
"""The columns of a rating that its file's digest covers."""
_ROWS_AT_ONCE = 2000


@dataclass(frozen=True)
class RowsDigest:
    """How many ratings a file has, and the SHA-256 over all of them."""

    rows: int
    sha256: str


def add_ratings(session: Session, file: RatingsFile, rows: Iterator[dict[str, Any]]) -> Iterator[int]:
    """Insert a file's ratings, given by row and location, many at once; yields how many are in.

    The only place that writes ratings. A row has every column of DIGESTED. The event of loading carries the
    digest, `rows_digest`, by which the log explains them all.
    """
    done = 0
    while part := list(islice(rows, _ROWS_AT_ONCE)):
        session.execute(insert(Rating), [{**row, "file_id": file.id} for row in part])
        done += len(part)
        yield done


def rows_digest(session: Session, file_id: int) -> RowsDigest:
    """Work out from the table what the event of loading says of a file's ratings.

    The SHA-256 is over canonical JSON of the columns DIGESTED, a line for each row in the order in which they
    were written. Rows are read in parts, so that memory stays flat.
    """
    hashed, rows, last = hashlib.sha256(), 0, 0
    columns = [Rating.__table__.c[name] for name in ("id", *DIGESTED)]
    while True:
        part = session.execute(
            select(*columns)
            .where(Rating.file_id == file_id, Rating.id > last)
            .order_by(Rating.id)
            .limit(_ROWS_AT_ONCE)
        ).all()
        if not part:
            return RowsDigest(rows, hashed.hexdigest())
        for row in part:
            hashed.update(canonical_json({name: getattr(row, name) for name in DIGESTED}) + b"\n")
        rows, last = rows + len(part), part[-1].id


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
    refused: Mapped[str] = mapped_column(Text, default="[]", server_default="[]")
    """JSON: the letters of the bidders that the published rule refused by the ratings known so far."""

    file: Mapped[RatingsFile] = relationship()
    by: Mapped[Person] = relationship()


def loaded_files(session: Session) -> list[RatingsFile]:
    """Every file loaded, the newest by its date first, withdrawn ones too. A fixed number of queries."""
    files = session.scalars(select(RatingsFile).options(joinedload(RatingsFile.loaded_by)))
    return sorted(files, key=lambda file: (file.dated, file.id), reverse=True)


def newest_file(session: Session) -> RatingsFile | None:
    """The newest file that was not withdrawn."""
    return next((file for file in loaded_files(session) if file.withdrawal is None), None)
