"""Who judges a tender, and what they declared about the bidders."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from lots.bid import Bid
from lots.chain import Chained, current_entries, one_chain_for
from lots.database import Base, UTCDateTime
from lots.person import Person, require_role
from lots.refusal import NotPermitted
from lots.tender import Tender

EVALUATOR, MODERATOR = "evaluator", "moderator"


class PanelMember(Base):
    __tablename__ = "panel_member"
    __table_args__ = (
        UniqueConstraint("tender_id", "person_id", "role"),
        CheckConstraint("role IN ('evaluator', 'moderator')", name="role_known"),
        # one moderator settles the marks
        Index(
            "uq_panel_member_moderator",
            "tender_id",
            unique=True,
            sqlite_where=text("role = 'moderator'"),
            postgresql_where=text("role = 'moderator'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    named_at: Mapped[datetime] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship()


class ConflictDeclaration(Chained, Base):
    """An evaluator's word on one bidder, before seeing any bid. A changed mind is a new entry."""

    __tablename__ = "conflict_declaration"
    __table_args__ = (
        *one_chain_for("conflict_declaration", "bid_id", "person_id"),
        CheckConstraint("NOT conflicted OR detail <> ''", name="conflict_told"),
    )

    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    conflicted: Mapped[bool]
    detail: Mapped[str] = mapped_column(Text, default="")

    bid: Mapped[Bid] = relationship()
    person: Mapped[Person] = relationship()


class ConflictDecision(Base):
    """The moderator's answer to a declared conflict: may mark after all, or stays off that bid."""

    __tablename__ = "conflict_decision"
    __table_args__ = (CheckConstraint("reason <> ''", name="reasoned"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("conflict_declaration.id"), unique=True)
    may_mark: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    declaration: Mapped[ConflictDeclaration] = relationship()
    by: Mapped[Person] = relationship()


def members(session: Session, tender: Tender) -> list[PanelMember]:
    statement = (
        select(PanelMember)
        .where(PanelMember.tender_id == tender.id)
        .order_by(PanelMember.role, PanelMember.id)
        .options(joinedload(PanelMember.person))
    )
    return list(session.scalars(statement))


def sits_on(session: Session, tender: Tender, person: Person, role: str) -> bool:
    """Whether the person was named for this role in this tender."""
    statement = select(PanelMember.id).where(
        PanelMember.tender_id == tender.id, PanelMember.person_id == person.id, PanelMember.role == role
    )
    return session.scalar(statement) is not None


def require_moderator(session: Session, tender: Tender, actor: Person) -> None:
    """Raises NotPermitted unless the person moderates this tender."""
    require_role(actor, MODERATOR)
    if not sits_on(session, tender, actor, MODERATOR):
        raise NotPermitted("You are not the moderator of this tender.")


def current_declarations(session: Session, tender: Tender) -> dict[tuple[int, int], ConflictDeclaration]:
    """The current declaration of each evaluator on each bid, by (person id, bid id)."""
    return current_entries(session, ConflictDeclaration, tender, lambda word: (word.person_id, word.bid_id))


def decisions(session: Session, tender: Tender) -> dict[int, ConflictDecision]:
    """The moderator's decisions, by declaration id."""
    rows = session.scalars(
        select(ConflictDecision).join(ConflictDeclaration).where(ConflictDeclaration.tender_id == tender.id)
    )
    return {row.declaration_id: row for row in rows}


def allowed_pairs(session: Session, tender: Tender) -> set[tuple[int, int]]:
    """(person id, bid id) of evaluators who declared on the bid and are not kept off it by a conflict."""
    decided = decisions(session, tender)
    pairs = set()
    for key, declaration in current_declarations(session, tender).items():
        decision = decided.get(declaration.id)
        if not declaration.conflicted or (decision is not None and decision.may_mark):
            pairs.add(key)
    return pairs
