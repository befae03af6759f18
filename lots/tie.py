"""Ties that the published rules leave: an officer proposes an order, and a second person answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

import scoring
from lots.bid import Bid
from lots.database import Base, UTCDateTime
from lots.person import Person
from lots.tender import Lot, Tender


class TieProposal(Base):
    """The order in which an officer would place those who are level in a lot."""

    __tablename__ = "tie_proposal"
    __table_args__ = (
        UniqueConstraint("id", "by_id"),
        CheckConstraint("reason <> ''", name="reasoned"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    bid_ids: Mapped[list[int]] = mapped_column(JSON)
    """All who are level, first place first."""
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    lot: Mapped[Lot] = relationship()
    by: Mapped[Person] = relationship()
    answer: Mapped[TieAnswer | None] = relationship(back_populates="proposal")


class TieAnswer(Base):
    """What the second person said to a proposal; the database holds that it is another person."""

    __tablename__ = "tie_answer"
    __table_args__ = (
        ForeignKeyConstraint(["proposal_id", "proposed_by_id"], ["tie_proposal.id", "tie_proposal.by_id"]),
        CheckConstraint("by_id <> proposed_by_id", name="two_people"),
        CheckConstraint("reason <> ''", name="reasoned"),
    )

    proposal_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    proposed_by_id: Mapped[int]
    approved: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    proposal: Mapped[TieProposal] = relationship(back_populates="answer")
    by: Mapped[Person] = relationship()


def proposals(session: Session, tender: Tender) -> list[TieProposal]:
    """Every proposal about a tender with its answer, in the order in which they were made."""
    statement = (
        select(TieProposal)
        .where(TieProposal.tender_id == tender.id)
        .order_by(TieProposal.id)
        .options(
            joinedload(TieProposal.lot),
            joinedload(TieProposal.by),
            joinedload(TieProposal.answer).joinedload(TieAnswer.by),
        )
    )
    return list(session.scalars(statement))


def letters(session: Session, tender: Tender) -> dict[int, str]:
    """The letter of each opened bid, by the bid's id."""
    rows = session.execute(
        select(Bid.id, Bid.alias).where(Bid.tender_id == tender.id, Bid.alias.is_not(None))
    )
    return {number: letter for number, letter in rows if letter is not None}


def ties_decided(session: Session, tender: Tender, record: dict[str, Any]) -> list[dict[str, Any]]:
    """The `ties_decided` of an evaluation record: of each tie that there is now, the last approved decision.

    A decision on bids that are level no longer (a mark, a price or a state has changed) decides nothing.
    """
    approved = [one for one in proposals(session, tender) if one.answer is not None and one.answer.approved]
    if not approved:
        return []
    known = letters(session, tender)
    latest = {(one.lot.code, frozenset(known[bid] for bid in one.bid_ids)): one for one in approved}
    ties = shared_ranks(record)
    return [
        {
            "lot": lot,
            "bidders": [known[bid] for bid in one.bid_ids],
            "reason": one.reason,
            "decided_by": one.by.name,
            "approved_by": one.answer.by.name,
        }
        for (lot, level), one in latest.items()
        if level in ties.get(lot, ()) and one.answer is not None
    ]


def shared_ranks(record: dict[str, Any]) -> dict[str, list[frozenset[str]]]:
    """By lot, the bidders of each rank that several share by the published keys; {} of an unsound record."""
    if scoring.check(record):
        return {}
    found: dict[str, list[frozenset[str]]] = {}
    for lot in scoring.evaluate(scoring.from_object(record)).as_object()["lots"]:
        by_rank: dict[int, list[str]] = {}
        for row in lot["ranking"]:
            if row["rank"] is not None:
                by_rank.setdefault(row["rank"], []).append(row["bidder"])
        found[lot["id"]] = [frozenset(level) for level in by_rank.values() if len(level) > 1]
    return found
