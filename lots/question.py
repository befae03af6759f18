"""Quality questions of a tender, their weights, minimum marks and word limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lots.database import Base, BasisPoints
from lots.lot import Lot

if TYPE_CHECKING:
    from lots.procurement import Tender

question_lot = Table(
    "question_lot",
    Base.metadata,
    Column("question_id", ForeignKey("question.id"), primary_key=True),
    Column("lot_id", ForeignKey("lot.id"), primary_key=True),
)
"""The lots that a question belongs to; a question without rows here belongs to every lot."""


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

    tender: Mapped[Tender] = relationship(back_populates="questions")
    lots: Mapped[list[Lot]] = relationship(secondary=question_lot, order_by="Lot.position")


def count_words(text: str) -> int:
    """Words as an office program counts them: what stands between white space."""
    return len(text.split())
