"""How far the marking is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lots.mark import Mark
from lots.panel import PanelChange
from lots.person import Person
from lots.tender import Tender
from tender.eligibility.operations.dealing_letters import first_agreed
from tender.eligibility.to_mark import Plan, plan
from tender.marking.seats import Seat, seats


@dataclass(frozen=True)
class EvaluatorProgress:
    """How many of their marks an evaluator has given; nothing of what they are."""

    person: Person
    declared: bool
    done: int
    total: int
    kept_off: int
    """Bids in the assessment that a conflict keeps them off."""
    waiting: int
    """Declared conflicts that the moderator has not decided on."""
    stood_down: PanelChange | None = None

    @property
    def complete(self) -> bool:
        return self.stood_down is None and self.declared and self.done == self.total


def progress(
    session: Session, tender: Tender, marking_plan: Plan | None = None, panel: list[Seat] | None = None
) -> list[EvaluatorProgress]:
    """Each evaluator by name: how many of how many marks. A fixed number of queries."""
    marking_plan = marking_plan or plan(session, tender)
    panel = seats(session, tender) if panel is None else panel
    given = marked_keys(session, tender)
    agreed_at = first_agreed(session, tender)
    found = []
    for seat in panel:
        to_mark = {item.key for item in marking_plan.items if seat.is_asked(item.key, agreed_at)}
        found.append(
            EvaluatorProgress(
                person=seat.person,
                declared=seat.declared,
                done=len(to_mark & given.get(seat.person.id, set()))
                if seat.sits
                else len(given.get(seat.person.id, ())),
                total=len(to_mark),
                kept_off=sum(1 for one in marking_plan.bids if one.bid_id in seat.kept_off),
                waiting=len(seat.waiting) if seat.sits else 0,
                stood_down=seat.stood_down,
            )
        )
    return found


def marked_keys(session: Session, tender: Tender) -> dict[int, set[tuple[int, int]]]:
    """By person id: (bid id, question id) of every mark given."""
    rows = session.execute(
        select(Mark.person_id, Mark.bid_id, Mark.question_id)
        .where(Mark.tender_id == tender.id)
        .group_by(Mark.person_id, Mark.bid_id, Mark.question_id)
    )
    given: dict[int, set[tuple[int, int]]] = {}
    for person_id, bid_id, question_id in rows:
        given.setdefault(person_id, set()).add((bid_id, question_id))
    return given
