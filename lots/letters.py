"""The letters under which each evaluator knows the bids: their own, without gaps, dealt at random."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lots.database import Base, UTCDateTime
from lots.person import Person
from lots.tender import Tender


class EvaluatorLetter(Base):
    """One evaluator's letter for one bid. The tender's own letter of a bid (`Bid.alias`) is not told to
    evaluators: a letter missing between two others would tell them which bid they are kept off."""

    __tablename__ = "evaluator_letter"
    __table_args__ = (
        UniqueConstraint("tender_id", "person_id", "bid_id"),
        UniqueConstraint("tender_id", "person_id", "letter"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    letter: Mapped[str] = mapped_column(String(4))
    dealt_at: Mapped[datetime] = mapped_column(UTCDateTime)


def letters(session: Session, tender: Tender, person: Person | None = None) -> dict[tuple[int, int], str]:
    """Each evaluator's letters, by (person id, bid id); one person's only, if given."""
    statement = select(EvaluatorLetter).where(EvaluatorLetter.tender_id == tender.id)
    if person is not None:
        statement = statement.where(EvaluatorLetter.person_id == person.id)
    return {(row.person_id, row.bid_id): row.letter for row in session.scalars(statement)}


def by_letter(letter: str) -> tuple[int, str]:
    """To sort letters: A to Z, then AA, AB, …"""
    return len(letter), letter
