"""From evaluation to award: every evaluation as it was made, who recommended, who approved, who won."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from lots.bid import Bid
from lots.database import Base, UTCDateTime
from lots.person import Person
from lots.tender import Lot, Tender


class Evaluation(Base):
    """One run of the scoring engine: the record that went in and the result that came out."""

    __tablename__ = "evaluation"
    __table_args__ = (UniqueConstraint("tender_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    number: Mapped[int]
    record_text: Mapped[str] = mapped_column(Text)
    """The evaluation record as canonical JSON; its SHA-256 is `record_sha256`."""
    record_sha256: Mapped[str] = mapped_column(String(64))
    result_text: Mapped[str] = mapped_column(Text)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)

    made_by: Mapped[Person] = relationship()

    @property
    def record(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.record_text)
        return value

    @property
    def result(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.result_text)
        return value


class Recommendation(Base):
    """An officer's proposal to award as one evaluation says, and the approver's answer to it."""

    __tablename__ = "recommendation"
    __table_args__ = (
        CheckConstraint("outcome IN ('waiting', 'approved', 'returned')", name="outcome_known"),
        CheckConstraint("(outcome = 'waiting') = (decided_by_id IS NULL)", name="decided_by_somebody"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> by_id", name="two_people"),
        CheckConstraint("reason <> ''", name="reasoned"),
        CheckConstraint("outcome = 'waiting' OR decision_reason <> ''", name="decision_reasoned"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"))
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[str] = mapped_column(String(20), default="waiting")
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    evaluation: Mapped[Evaluation] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=by_id)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=decided_by_id)


class Award(Base):
    """One place in one lot, given to one bid by an approved recommendation."""

    __tablename__ = "award"
    __table_args__ = (UniqueConstraint("lot_id", "place"), UniqueConstraint("lot_id", "bid_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    place: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)

    lot: Mapped[Lot] = relationship()
    bid: Mapped[Bid] = relationship()


def current_evaluation(session: Session, tender: Tender) -> Evaluation | None:
    statement = (
        select(Evaluation)
        .where(Evaluation.tender_id == tender.id)
        .order_by(Evaluation.number.desc())
        .limit(1)
    )
    return session.scalar(statement)


def current_awards(session: Session, tender: Tender) -> list[Award]:
    """The awards of the approved recommendation, by lot and place, with their lots."""
    return list(
        session.scalars(
            select(Award)
            .where(Award.tender_id == tender.id)
            .order_by(Award.lot_id, Award.place)
            .options(joinedload(Award.lot))
        )
    )


def current_recommendation(session: Session, tender: Tender) -> Recommendation | None:
    statement = (
        select(Recommendation)
        .where(Recommendation.tender_id == tender.id)
        .order_by(Recommendation.id.desc())
        .limit(1)
    )
    return session.scalar(statement)
