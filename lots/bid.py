"""Bids: sealed until opened, with every submission stored for good, and what the opening showed.

A bid travels as two envelopes, quality and prices, so that prices can stay sealed while quality is
marked. Envelopes are the canonical JSON of `QUALITY_FORMAT` and `PRICES_FORMAT` objects; each holds
random salt, so that nobody can find a price by hashing guesses.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lots.database import Base, Hours, Pence, UTCDateTime
from lots.provider import Provider
from lots.tender import Lot, Question, Tender

QUALITY_FORMAT = "bid-quality/1"
PRICES_FORMAT = "bid-prices/1"

DRAFT, SUBMITTED, WITHDRAWN = "draft", "submitted", "withdrawn"


class Bid(Base):
    """One provider's part in one tender. `state` says whether its last version counts."""

    __tablename__ = "bid"
    __table_args__ = (
        UniqueConstraint("tender_id", "provider_id"),
        UniqueConstraint("tender_id", "alias"),
        CheckConstraint("state IN ('draft', 'submitted', 'withdrawn')", name="state_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default=DRAFT)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    alias: Mapped[str | None] = mapped_column(String(4))
    """The letter under which evaluators know the bidder (A, B, … Z, AA, …); drawn at the opening."""

    tender: Mapped[Tender] = relationship()
    provider: Mapped[Provider] = relationship()
    draft: Mapped[BidDraft | None] = relationship(back_populates="bid", cascade="all, delete-orphan")
    versions: Mapped[list[BidVersion]] = relationship(back_populates="bid", order_by="BidVersion.number")
    opened: Mapped[OpenedBid | None] = relationship(back_populates="bid")


class BidDraft(Base):
    """A provider's working copy, sealed like a submission."""

    __tablename__ = "bid_draft"

    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revision: Mapped[int] = mapped_column(default=0)

    bid: Mapped[Bid] = relationship(back_populates="draft")


class BidVersion(Base):
    """One submission. Rows are never changed; a replacement is the next number."""

    __tablename__ = "bid_version"
    __table_args__ = (UniqueConstraint("bid_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    number: Mapped[int]
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    quality_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    prices_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    quality_sha256: Mapped[str] = mapped_column(String(64))
    prices_sha256: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the canonical JSON of both hashes with tender, provider and number: the receipt's hash."""

    bid: Mapped[Bid] = relationship(back_populates="versions")


class OpenedBid(Base):
    """What the quality envelope said of the bidder, written down at the opening."""

    __tablename__ = "opened_bid"

    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("bid_version.id"), unique=True)
    company: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As Provider.description() gives it, at the time of submission."""
    preferences: Mapped[list[str]] = mapped_column(JSON)
    """Lot codes, most wanted first."""
    most_lots: Mapped[int | None]
    hours_per_week: Mapped[int | None] = mapped_column(Hours)

    bid: Mapped[Bid] = relationship(back_populates="opened")
    version: Mapped[BidVersion] = relationship()
    answers: Mapped[list[BidAnswer]] = relationship(order_by="BidAnswer.question_id")
    lots: Mapped[list[BidLot]] = relationship(order_by="BidLot.lot_id")

    @property
    def name(self) -> str:
        name: str = self.company["name"]
        return name


class BidAnswer(Base):
    __tablename__ = "bid_answer"

    bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.bid_id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True, index=True)
    text: Mapped[str] = mapped_column(Text)

    question: Mapped[Question] = relationship()


class BidLot(Base):
    """A lot that the bid is for. Its price lies in `bid_price`, from the day prices are opened."""

    __tablename__ = "bid_lot"
    __table_args__ = (UniqueConstraint("bid_id", "lot_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.bid_id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)

    lot: Mapped[Lot] = relationship()
    price: Mapped[BidPrice | None] = relationship()


class BidPrice(Base):
    __tablename__ = "bid_price"
    __table_args__ = (CheckConstraint("price > 0", name="price_positive"),)

    bid_lot_id: Mapped[int] = mapped_column(ForeignKey("bid_lot.id"), primary_key=True)
    price: Mapped[int] = mapped_column(Pence)
    """Pence an hour."""


def alias(index: int) -> str:
    """A, B, … Z, AA, AB, … for 0, 1, …"""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
