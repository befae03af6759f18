"""Whether each evaluator of a tender sits, has declared conflicts, and from which bids a conflict bars
them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lots import panel
from lots.bid import Bid, OpenedBid
from lots.panel import ConflictDecision, ConflictDeclaration, PanelChange, Place
from lots.person import Person
from lots.refusal import NotPermitted
from lots.tender import Tender
from tender.frame.formats import long_date


@dataclass(frozen=True)
class Seat:
    """One evaluator, who sits or was stood down. Ids are bids'."""

    place: Place
    declarations: dict[int, ConflictDeclaration]
    decisions: dict[int, ConflictDecision]
    """By bid id, the moderator's decision on the current declaration."""
    opened_ids: frozenset[int]

    @property
    def person(self) -> Person:
        return self.place.person

    @property
    def sits(self) -> bool:
        return self.place.sits

    @property
    def stood_down(self) -> PanelChange | None:
        return self.place.stood_down

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

    def is_asked(self, key: tuple[int, int], agreed_at: Mapping[tuple[int, int], datetime]) -> bool:
        """Whether they are to mark this bid on this question: not where a conflict bars them, nor what was
        agreed before they came onto the panel. `agreed_at`: when a mark was first agreed."""
        if not self.sits or key[0] in self.kept_off:
            return False
        return key not in agreed_at or self.place.since <= agreed_at[key]


def seats(session: Session, tender: Tender) -> list[Seat]:
    """Every evaluator that the tender has or had, by name. A fixed number of queries."""
    statement = select(OpenedBid.bid_id).join(OpenedBid.bid).where(Bid.tender_id == tender.id)
    opened_ids = frozenset(session.scalars(statement))
    declarations = panel.current_declarations(session, tender)
    decided = panel.decisions(session, tender)
    found = []
    for place in panel.places(session, tender):
        if place.role != panel.EVALUATOR:
            continue
        own = {
            bid_id: declaration
            for (person_id, bid_id), declaration in declarations.items()
            if person_id == place.person.id
        }
        decisions = {
            bid_id: decided[declaration.id]
            for bid_id, declaration in own.items()
            if declaration.id in decided
        }
        found.append(Seat(place, own, decisions, opened_ids))
    return sorted(found, key=lambda seat: (seat.person.name, seat.person.id))


def seat_of(seats: Iterable[Seat], person: Person) -> Seat:
    """The person's own seat. Raises NotPermitted for whoever has none in this tender, or none any more."""
    for seat in seats:
        if seat.person.id != person.id:
            continue
        if seat.stood_down is not None:
            raise NotPermitted(
                f"You were stood down from this panel on {long_date(seat.stood_down.at)}. What you marked "
                "stays on record; nothing more is asked of you."
            )
        return seat
    raise NotPermitted("You are not an evaluator of this tender.")
