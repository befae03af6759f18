"""Evaluators' own marks. Nothing overwrites: a change is a new entry with its reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from lots.bid import Bid
from lots.database import Base, UTCDateTime
from lots.person import Person
from lots.tender import Question, Tender


class Mark(Base):
    __tablename__ = "mark"
    __table_args__ = (
        UniqueConstraint("replaces_id"),
        CheckConstraint("rationale <> ''", name="reasoned"),
        CheckConstraint("mark >= 0", name="mark_not_negative"),
        CheckConstraint("replaces_id IS NULL OR change_reason <> ''", name="change_reasoned"),
        Index(
            "uq_mark_first",
            "bid_id",
            "question_id",
            "person_id",
            unique=True,
            sqlite_where=text("replaces_id IS NULL"),
            postgresql_where=text("replaces_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    mark: Mapped[int]
    rationale: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("mark.id"))
    change_reason: Mapped[str] = mapped_column(Text, default="")

    bid: Mapped[Bid] = relationship()
    question: Mapped[Question] = relationship()
    person: Mapped[Person] = relationship()


def current_marks(
    session: Session, tender: Tender, person: Person | None = None
) -> dict[tuple[int, int, int], Mark]:
    """The latest mark by (person id, bid id, question id); of one person only, if given."""
    statement = select(Mark).where(Mark.tender_id == tender.id).order_by(Mark.id)
    if person is not None:
        statement = statement.where(Mark.person_id == person.id)
    return {(row.person_id, row.bid_id, row.question_id): row for row in session.scalars(statement)}
