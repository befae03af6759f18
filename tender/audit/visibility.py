"""Which entries of a tender's log a person may read, and whether they may see how many there are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from lots import panel, states
from lots.event import ABOUT_BIDS, ABOUT_LETTERS, ABOUT_MARKS, Event, log_of
from lots.person import Person
from lots.tender import Tender

MARKS_STILL_SECRET = frozenset({states.OPENED, states.MARKING})


@dataclass(frozen=True)
class Visibility:
    """What of one log a person sees."""

    log: str
    person_id: int
    bids: bool
    """Entries that tell who bids, and with them the numbers and hashes that would give their count away."""
    marks: bool
    """Entries that tell evaluators' own marks; everybody sees their own."""
    evaluates: bool = False
    """Whether the person evaluates this tender, or did, and must not learn the tender's letters."""

    def entries(self) -> Select[Event]:
        """The entries that may be shown, newest first."""
        chosen = select(Event).where(Event.log == self.log).order_by(Event.sequence.desc())
        if not self.bids:
            chosen = chosen.where(Event.action.not_in(ABOUT_BIDS))
        if not self.marks:
            chosen = chosen.where(or_(Event.action.not_in(ABOUT_MARKS), Event.actor_id == self.person_id))
        if self.evaluates:
            # neither may their own marks be read here: they are written under the tender's letters
            chosen = chosen.where(Event.action.not_in((*ABOUT_LETTERS, *ABOUT_MARKS)))
        return chosen


def visibility(session: Session, tender: Tender | None, person: Person) -> Visibility:
    """What the person may see of the tender's log, or of the installation's."""
    if tender is None:
        return Visibility(log_of(None), person.id, bids=True, marks=True)
    evaluates = panel.was_on(session, tender, person, panel.EVALUATOR)
    marks_open = tender.state not in MARKS_STILL_SECRET or "auditor" in person.roles
    return Visibility(
        log=log_of(tender),
        person_id=person.id,
        # of a draft nobody can have bid yet
        bids=tender.state == states.DRAFT or states.is_opened(tender),
        marks=marks_open and not evaluates,
        evaluates=evaluates,
    )
