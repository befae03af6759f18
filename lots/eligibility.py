"""Decisions by a person that take a bid out of the assessment, or keep it in, with their reasons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    String,
    Table,
    Text,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from lots.bid import Bid
from lots.chain import Chained, one_chain_for
from lots.database import Base
from lots.person import Person
from lots.tender import Lot, Tender
from scoring.methods.bid_states import DECIDABLE

IN_ASSESSMENT = "in_assessment"
STATES = {**{row.name: row.label for row in DECIDABLE}, IN_ASSESSMENT: "Stays in assessment"}
"""What a person may decide, by the distinctions of the law (Procurement Act 2023 ss.19, 22, 26)."""

eligibility_decision_lot = Table(
    "eligibility_decision_lot",
    Base.metadata,
    Column("decision_id", ForeignKey("eligibility_decision.id"), primary_key=True),
    Column("lot_id", ForeignKey("lot.id"), primary_key=True),
)
"""The lots that a decision is about; none means every lot."""


class EligibilityDecision(Chained, Base):
    """One decision on one bid, for some of its lots or all. A later decision replaces it in the lots that
    the later one is about, and none is changed. `replaces_id` is the decision on this bid that came before,
    of whichever lots."""

    __tablename__ = "eligibility_decision"
    __table_args__ = (
        *one_chain_for("eligibility_decision", "bid_id"),
        CheckConstraint("reason <> ''", name="reasoned"),
        CheckConstraint(
            "state IN ({})".format(", ".join(f"'{state}'" for state in STATES)), name="state_known"
        ),
    )

    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text, default="")
    response_invited_on: Mapped[date | None]
    """When the provider was told and asked for its side (s.19(4), s.58)."""
    response: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    bid: Mapped[Bid] = relationship()
    by: Mapped[Person] = relationship()
    lots: Mapped[list[Lot]] = relationship(secondary=eligibility_decision_lot, order_by="Lot.position")


def all_decisions(session: Session, tender: Tender) -> dict[int, list[EligibilityDecision]]:
    """Every decision ever taken in the tender, by bid id, oldest first, with lots and who decided."""
    rows = session.scalars(
        select(EligibilityDecision)
        .where(EligibilityDecision.tender_id == tender.id)
        .order_by(EligibilityDecision.id)
        .options(selectinload(EligibilityDecision.lots), selectinload(EligibilityDecision.by))
    )
    decisions: dict[int, list[EligibilityDecision]] = {}
    for row in rows:
        decisions.setdefault(row.bid_id, []).append(row)
    return decisions


def current_decisions(
    decisions: Iterable[EligibilityDecision], lots: Iterable[Lot]
) -> dict[str, EligibilityDecision]:
    """Of one bid's decisions, oldest first, the one that counts in each of the lots, by lot code."""
    counting: dict[str, EligibilityDecision] = {}
    codes = [lot.code for lot in lots]
    for decision in decisions:
        about = {lot.code for lot in decision.lots}
        counting.update((code, decision) for code in codes if not about or code in about)
    return counting
