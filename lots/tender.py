"""A tender with its lots and questions: its rules until they freeze, its stage, its deadline."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    String,
    Table,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from lots import states
from lots.database import Base, BasisPoints, Hours, Pence, UTCDateTime
from lots.person import Person
from lots.refusal import NotFound, WrongStage
from lots.text import words
from scoring.allocate.methods import RANK_ORDER
from scoring.methods.price import LOWEST_OVER_BID
from scoring.methods.tie_keys import DRAW, PRICE, QUALITY

SERVICES = {"homecare": "Homecare", "crisis": "Crisis", "reablement": "Reablement"}
LARGEST_ID = 2**31 - 1
"""Of a row's number, in PostgreSQL; an address may hold any number."""
_STATES = ", ".join(f"'{state}'" for state in states.STORED)


class Tender(Base):
    """One tender. The rule columns are the officer's working copy until publication; from then on
    `rules_text`, the canonical JSON published with the tender, is what counts."""

    __tablename__ = "tender"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint("quality_weight >= 0 AND price_weight >= 0", name="weights_not_negative"),
        CheckConstraint("quality_weight + price_weight = 10000", name="weights_sum_to_100"),
        CheckConstraint("mark_lowest >= 0 AND mark_highest > mark_lowest", name="scale_rises"),
        CheckConstraint("decimals BETWEEN 0 AND 4", name="decimals_in_range"),
        CheckConstraint("ceiling IS NULL OR ceiling > 0", name="ceiling_positive"),
        CheckConstraint("floor IS NULL OR floor > 0", name="floor_positive"),
        CheckConstraint("floor IS NULL OR ceiling IS NULL OR floor <= ceiling", name="floor_below_ceiling"),
        CheckConstraint(
            "state = 'draft' OR state = 'cancelled' OR (rules_text IS NOT NULL AND deadline IS NOT NULL)",
            name="published_has_rules",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    buyer: Mapped[str] = mapped_column(String(200))
    contact_name: Mapped[str] = mapped_column(String(200), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    """Whom providers ask: published with the tender."""
    service: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default=states.DRAFT)
    deadline: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revision: Mapped[int] = mapped_column(default=0)
    """Counts changes to the draft: a page opened before somebody else's change is not saved over it."""

    quality_weight: Mapped[int] = mapped_column(BasisPoints, default=6000)
    price_weight: Mapped[int] = mapped_column(BasisPoints, default=4000)
    mark_lowest: Mapped[int] = mapped_column(default=0)
    mark_highest: Mapped[int] = mapped_column(default=5)
    decimals: Mapped[int] = mapped_column(default=2)
    quality_minimum: Mapped[int | None] = mapped_column(BasisPoints)
    price_method: Mapped[str] = mapped_column(String(30), default=LOWEST_OVER_BID.name)
    slope: Mapped[str] = mapped_column(String(10), default="")
    ceiling: Mapped[int | None] = mapped_column(Pence)
    floor: Mapped[int | None] = mapped_column(Pence)
    ties: Mapped[list[str]] = mapped_column(JSON, default=lambda: [QUALITY.name, PRICE.name, DRAW.name])
    draw_seed: Mapped[str] = mapped_column(String(200), default="")
    """The published text of a draw without a secret: of tenders from before there were commitments."""
    draw_source: Mapped[str] = mapped_column(String(200), default="")
    """A public source of chance after the deadline, in words; empty where the rules name none."""
    cqc_unrated: Mapped[str] = mapped_column(String(10), default="allow")
    cqc_minimum_overall: Mapped[str] = mapped_column(String(30), default="")
    cqc_areas: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["Lancashire"])
    """Local authorities whose registered locations count as relevant, beside those that the bid names."""
    below_mean: Mapped[int | None] = mapped_column(BasisPoints, default=1500)
    below_next: Mapped[int | None] = mapped_column(BasisPoints, default=None)
    allocation: Mapped[str] = mapped_column(String(20), default=RANK_ORDER.name)

    rules_text: Mapped[str | None] = mapped_column(Text)
    rules_sha256: Mapped[str | None] = mapped_column(String(64))
    standstill_offered: Mapped[bool] = mapped_column(default=True)

    created_by: Mapped[Person] = relationship(foreign_keys=created_by_id)
    lots: Mapped[list[Lot]] = relationship(
        back_populates="tender", order_by="Lot.position", cascade="all, delete-orphan"
    )
    groups: Mapped[list[LotGroup]] = relationship(
        back_populates="tender", order_by="LotGroup.code", cascade="all, delete-orphan"
    )
    questions: Mapped[list[Question]] = relationship(
        back_populates="tender", order_by="Question.position", cascade="all, delete-orphan"
    )

    if TYPE_CHECKING:  # a column to SQLAlchemy, were it annotated at run time
        _read_rules: tuple[str, dict[str, Any]] | None
    else:
        _read_rules = None

    @property
    def closes_at(self) -> datetime | None:
        """When bids close: once published, as the rules document says, whatever the column says."""
        if self.rules_text is None:
            return self.deadline
        return datetime.fromisoformat(self.rules["tender"]["deadline"])

    @property
    def rules(self) -> dict[str, Any]:
        """The frozen rules document, as published; to be read and not changed.

        Read once for as long as this object lives: pages ask for it for every lot and every price. Raises
        WrongStage for a draft, of which only a forged request asks.
        """
        text = self.rules_text
        if text is None:
            raise WrongStage("This tender is a draft: its rules are not published yet.")
        if self._read_rules is None or self._read_rules[0] != text:
            self._read_rules = (text, json.loads(text))
        return self._read_rules[1]


class Opening(Base):
    """The opening of the sealed bids by two different officers."""

    __tablename__ = "opening"
    __table_args__ = (
        CheckConstraint("second_id IS NULL OR second_id <> first_id", name="two_officers"),
        CheckConstraint("(second_id IS NULL) = (second_at IS NULL)", name="second_whole"),
    )

    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    first_at: Mapped[datetime] = mapped_column(UTCDateTime)
    second_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    second_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    first: Mapped[Person] = relationship(foreign_keys=first_id)
    second: Mapped[Person | None] = relationship(foreign_keys=second_id)


class Cancellation(Base):
    """A tender or one of its lots taken back, with the reason."""

    __tablename__ = "cancellation"
    __table_args__ = (UniqueConstraint("tender_id", "lot_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


def cancelled_lots(session: Session, tender: Tender) -> dict[int, str]:
    """Why each cancelled lot was cancelled, by the lot's number."""
    rows = select(Cancellation).where(Cancellation.tender_id == tender.id, Cancellation.lot_id.is_not(None))
    return {row.lot_id: row.reason for row in session.scalars(rows) if row.lot_id is not None}


class Standstill(Base):
    """The days between award notice and signing (Procurement Act 2023 s.51), voluntary for light touch."""

    __tablename__ = "standstill"
    __table_args__ = (CheckConstraint("ends_on >= notice_on", name="ends_after_notice"),)

    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), primary_key=True)
    summaries_sent_on: Mapped[date]
    notice_on: Mapped[date]
    ends_on: Mapped[date]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    def runs_on(self, day: date) -> bool:
        """Whether contracts still wait on this day in London: the last day counts whole."""
        return day <= self.ends_on


def find_tender(session: Session, tender_id: int) -> Tender:
    """The tender by its number. Raises NotFound."""
    tender = session.get(Tender, tender_id) if tender_id <= LARGEST_ID else None
    if tender is None:
        raise NotFound("There is no tender at this address.")
    return tender


def lock_tender(session: Session, tender: Tender) -> Tender:
    """Hold the tender until the end of this transaction and read it afresh.

    Every operation calls this first: two people taking the same step at once then come one after
    the other, and the second sees what the first did, also in rows that this session read before it
    had to wait. (SQLite holds the whole file from the start.)
    """
    tender_id = tender.id
    session.flush()
    session.expire_all()
    statement = select(Tender).where(Tender.id == tender_id).with_for_update()
    return session.scalars(statement, execution_options={"populate_existing": True}).one()


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
    def label(self) -> str:
        """`L1 Burnley`: lots of one zone are told apart by their codes."""
        return f"{self.code} {self.zone}"

    @property
    def yearly_value(self) -> int:
        """Pence a year at the guide price: hours × weeks × price, rounded half up to the penny."""
        return yearly_value(self.hours_per_week, self.weeks_per_year, self.guide_price)


def yearly_value(hours_per_week: int, weeks_per_year: int, price: int) -> int:
    """Pence a year for hundredths of hours a week, weeks, and pence an hour; half a penny goes up."""
    return (hours_per_week * weeks_per_year * price + 50) // 100


question_lot = Table(
    "question_lot",
    Base.metadata,
    Column("question_id", ForeignKey("question.id"), primary_key=True),
    Column("lot_id", ForeignKey("lot.id"), primary_key=True),
)
"""The lots that a question belongs to; a question without rows here belongs to every lot."""


CHARACTERS_A_WORD = 10
"""On average, space included; English has six."""


class Question(Base):
    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("tender_id", "code"),
        CheckConstraint("weight >= 0", name="weight_not_negative"),
        CheckConstraint("word_limit > 0", name="word_limit_positive"),
        CheckConstraint("minimum IS NULL OR minimum >= 0", name="minimum_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    bank_key: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    criterion: Mapped[str] = mapped_column(Text, default="")
    """What a good answer shows: published, and what marks and agreed marks give their reasons by."""
    weight: Mapped[int] = mapped_column(BasisPoints)
    minimum: Mapped[int | None]
    word_limit: Mapped[int] = mapped_column(default=750)

    @property
    def character_limit(self) -> int:
        """Besides the words, so that a text without spaces has an end. Published with the question."""
        return self.word_limit * CHARACTERS_A_WORD

    tender: Mapped[Tender] = relationship(back_populates="questions")
    lots: Mapped[list[Lot]] = relationship(secondary=question_lot, order_by="Lot.position")


def count_words(text: str) -> int:
    """The number of words as a reader counts them: texts between gaps, whatever signs make the gaps."""
    return words(text)
