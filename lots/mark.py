"""Evaluators' own marks. Nothing overwrites: a change is a new entry with its reason."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from lots.bid import Bid
from lots.chain import Chained, current_entries, one_chain_for
from lots.database import Base
from lots.person import Person
from lots.tender import Question, Tender


class Mark(Chained, Base):
    __tablename__ = "mark"
    __table_args__ = (
        *one_chain_for("mark", "bid_id", "question_id", "person_id"),
        CheckConstraint("rationale <> ''", name="reasoned"),
        CheckConstraint("mark >= 0", name="mark_not_negative"),
        CheckConstraint("replaces_id IS NULL OR change_reason <> ''", name="change_reasoned"),
    )

    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    mark: Mapped[int]
    rationale: Mapped[str] = mapped_column(Text)
    change_reason: Mapped[str] = mapped_column(Text, default="")

    bid: Mapped[Bid] = relationship()
    question: Mapped[Question] = relationship()
    person: Mapped[Person] = relationship()


def current_marks(
    session: Session, tender: Tender, person: Person | None = None
) -> dict[tuple[int, int, int], Mark]:
    """The current mark by (person id, bid id, question id); of one person only, if given."""
    of_person = () if person is None else (Mark.person_id == person.id,)
    return current_entries(
        session, Mark, tender, lambda mark: (mark.person_id, mark.bid_id, mark.question_id), *of_person
    )
