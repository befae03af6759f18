"""Whether each evaluator of a tender has declared conflicts, and from which bids a conflict bars them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lots import panel
from lots.bid import Bid, OpenedBid
from lots.panel import ConflictDecision, ConflictDeclaration
from lots.person import Person
from lots.refusal import NotPermitted
from lots.tender import Tender


@dataclass(frozen=True)
class Seat:
    """One evaluator. Ids are bids'."""

    person: Person
    declarations: dict[int, ConflictDeclaration]
    decisions: dict[int, ConflictDecision]
    """By bid id, the moderator's decision on the current declaration."""
    opened_ids: frozenset[int]

    @property
    def declared(self) -> bool:
        """Whether they have spoken on every bidder."""
        return self.opened_ids <= self.declarations.keys()

    @property
    def kept_off(self) -> frozenset[int]:
        """Bids with a declared conflict, unless the moderator let them mark after all."""
        return frozenset(
            bid_id
            for bid_id, declaration in self.declarations.items()
            if declaration.conflicted and not (bid_id in self.decisions and self.decisions[bid_id].may_mark)
        )

    @property
    def waiting(self) -> frozenset[int]:
        """Bids whose declared conflict nobody has decided on."""
        return frozenset(
            bid_id
            for bid_id, declaration in self.declarations.items()
            if declaration.conflicted and bid_id not in self.decisions
        )

    def may_mark(self, bid_id: int) -> bool:
        return self.declared and bid_id in self.opened_ids and bid_id not in self.kept_off


def seats(session: Session, tender: Tender) -> list[Seat]:
    """Every evaluator of the tender, by name. A fixed number of queries."""
    statement = select(OpenedBid.bid_id).join(OpenedBid.bid).where(Bid.tender_id == tender.id)
    opened_ids = frozenset(session.scalars(statement))
    declarations = panel.current_declarations(session, tender)
    decided = panel.decisions(session, tender)
    found = []
    for member in panel.members(session, tender):
        if member.role != panel.EVALUATOR:
            continue
        own = {
            bid_id: declaration
            for (person_id, bid_id), declaration in declarations.items()
            if person_id == member.person_id
        }
        decisions = {
            bid_id: decided[declaration.id]
            for bid_id, declaration in own.items()
            if declaration.id in decided
        }
        found.append(Seat(member.person, own, decisions, opened_ids))
    return sorted(found, key=lambda seat: (seat.person.name, seat.person.id))


def seat_of(seats: Iterable[Seat], person: Person) -> Seat:
    """The person's own seat. Raises NotPermitted for whoever has none in this tender."""
    for seat in seats:
        if seat.person.id == person.id:
            return seat
    raise NotPermitted("You are not an evaluator of this tender.")
