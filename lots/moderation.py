"""The marks that the panel agreed, with who was there and what was said."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, Text, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship, selectinload

from lots.bid import Bid
from lots.chain import Chained, current_entries, one_chain_for
from lots.database import Base
from lots.person import Person
from lots.tender import Question, Tender

agreed_mark_present = Table(
    "agreed_mark_present",
    Base.metadata,
    Column("agreed_mark_id", ForeignKey("agreed_mark.id"), primary_key=True),
    Column("person_id", ForeignKey("person.id"), primary_key=True),
)


attendance_person = Table(
    "attendance_person",
    Base.metadata,
    Column("attendance_id", ForeignKey("attendance.id"), primary_key=True),
    Column("person_id", ForeignKey("person.id"), primary_key=True),
)


class Attendance(Chained, Base):
    """Who is at a moderation meeting, as the moderator says. It counts on the day on which it was said; when
    somebody comes or goes there is a new entry."""

    __tablename__ = "attendance"
    __table_args__ = one_chain_for("attendance", "tender_id")

    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person] = relationship()
    people: Mapped[list[Person]] = relationship(secondary=attendance_person, order_by="Person.name")


def current_attendance(session: Session, tender: Tender) -> Attendance | None:
    statement = (
        select(Attendance)
        .where(Attendance.tender_id == tender.id)
        .order_by(Attendance.id.desc())
        .limit(1)
        .options(selectinload(Attendance.people), joinedload(Attendance.by))
    )
    return session.scalar(statement)


class AgreedMark(Chained, Base):
    """One mark for one bid on one question, agreed and never averaged. A change is a new entry."""

    __tablename__ = "agreed_mark"
    __table_args__ = (
        *one_chain_for("agreed_mark", "bid_id", "question_id"),
        CheckConstraint("reasons <> ''", name="reasoned"),
        CheckConstraint("discussion <> ''", name="discussed"),
        CheckConstraint("mark >= 0", name="mark_not_negative"),
        CheckConstraint("replaces_id IS NULL OR change_reason <> ''", name="change_reasoned"),
    )

    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    mark: Mapped[int]
    reasons: Mapped[str] = mapped_column(Text)
    """Why this mark, by the published criterion: what the summaries and the report print."""
    discussion: Mapped[str] = mapped_column(Text)
    """What was said, above all where the evaluators' own marks differed."""
    outside_reason: Mapped[str] = mapped_column(Text, default="")
    """Why the panel agreed on a mark that no evaluator's own mark reaches; empty where it lies among them."""
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    change_reason: Mapped[str] = mapped_column(Text, default="")

    bid: Mapped[Bid] = relationship()
    question: Mapped[Question] = relationship()
    recorded_by: Mapped[Person] = relationship()
    present: Mapped[list[Person]] = relationship(secondary=agreed_mark_present, order_by="Person.name")


def current_agreed_marks(session: Session, tender: Tender) -> dict[tuple[int, int], AgreedMark]:
    """The current agreed mark by (bid id, question id)."""
    return current_entries(session, AgreedMark, tender, lambda mark: (mark.bid_id, mark.question_id))


def spread(marks: list[int]) -> str:
    """How far evaluators are apart: green up to one step, amber two, red three and more."""
    distance = max(marks) - min(marks) if marks else 0
    return "green" if distance <= 1 else "amber" if distance == 2 else "red"
