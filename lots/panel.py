"""Who judges a tender, and what they declared about the bidders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from lots.bid import Bid
from lots.chain import Chained, current_entries, one_chain_for
from lots.database import Base, UTCDateTime
from lots.person import Person, require_role
from lots.refusal import NotPermitted
from lots.tender import Tender

EVALUATOR, MODERATOR = "evaluator", "moderator"
JOINED, STOOD_DOWN, RETURNED = "joined", "stood_down", "returned"


class PanelMember(Base):
    """Somebody named for a part in judging. Of a published tender no row is changed or removed: what becomes
    of a member is told by `PanelChange`."""

    __tablename__ = "panel_member"
    __table_args__ = (
        UniqueConstraint("tender_id", "person_id", "role"),
        CheckConstraint("role IN ('evaluator', 'moderator')", name="role_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    named_at: Mapped[datetime] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship()


class PanelChange(Chained, Base):
    """What became of a panel member after publication, and why. The last entry on a member counts."""

    __tablename__ = "panel_change"
    __table_args__ = (
        *one_chain_for("panel_change", "member_id"),
        CheckConstraint("kind IN ('joined', 'stood_down', 'returned')", name="kind_known"),
        CheckConstraint("reason <> ''", name="reasoned"),
        CheckConstraint("kind = 'stood_down' OR marks_count IS NULL", name="marks_of_who_left"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("panel_member.id"))
    kind: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    marks_count: Mapped[bool | None]
    """Whether the marks that an evaluator had given still count once they are stood down."""
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    member: Mapped[PanelMember] = relationship()
    by: Mapped[Person] = relationship()


@dataclass(frozen=True)
class Place:
    """A panel member, with all that became of them since publication, oldest first."""

    member: PanelMember
    changes: tuple[PanelChange, ...] = ()

    @property
    def person(self) -> Person:
        return self.member.person

    @property
    def role(self) -> str:
        return self.member.role

    @property
    def last(self) -> PanelChange | None:
        return self.changes[-1] if self.changes else None

    @property
    def stood_down(self) -> PanelChange | None:
        """The entry by which they no longer sit."""
        return self.last if self.last is not None and self.last.kind == STOOD_DOWN else None

    @property
    def sits(self) -> bool:
        return self.stood_down is None

    @property
    def since(self) -> datetime:
        """When they came onto the panel, or came back to it."""
        came = [change.at for change in self.changes if change.kind != STOOD_DOWN]
        return came[-1] if came else self.member.named_at


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


def places(session: Session, tender: Tender) -> list[Place]:
    """Everybody who was ever on the panel, evaluators first. A fixed number of queries."""
    named = (
        select(PanelMember)
        .where(PanelMember.tender_id == tender.id)
        .order_by(PanelMember.role, PanelMember.id)
        .options(joinedload(PanelMember.person))
    )
    changed = (
        select(PanelChange)
        .where(PanelChange.tender_id == tender.id)
        .order_by(PanelChange.id)
        .options(joinedload(PanelChange.by))
    )
    changes: dict[int, list[PanelChange]] = {}
    for change in session.scalars(changed):
        changes.setdefault(change.member_id, []).append(change)
    return [Place(one, tuple(changes.get(one.id, ()))) for one in session.scalars(named)]


def sitting(found: Iterable[Place]) -> list[PanelMember]:
    """Of these places, the members who sit now."""
    return [place.member for place in found if place.sits]


def members(session: Session, tender: Tender) -> list[PanelMember]:
    """Who sits on the panel now, evaluators first."""
    return sitting(places(session, tender))


def sits_on(session: Session, tender: Tender, person: Person, role: str) -> bool:
    """Whether the person has this part in this tender now."""
    return any(member.person_id == person.id and member.role == role for member in members(session, tender))


def was_on(session: Session, tender: Tender, person: Person, role: str) -> bool:
    """Whether the person has or ever had this part in this tender."""
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
