"""Who may see the marks, and from when."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lots import panel, states
from lots.person import Person
from lots.refusal import NotFound
from lots.tender import Tender
from tender.eligibility.blindness import keep_blind


def may_see_marks(session: Session, tender: Tender, person: Person) -> bool:
    """Whether the marks of others are open to this person.

    From the opening of moderation to everybody who may read the tender's judging; while marks are still
    being given, to auditors alone. An evaluator waits until quality is locked, even with another role,
    unless they moderate. Raises NotFound before the bids are opened and NotPermitted for an evaluator.
    """
    if not states.is_opened(tender):
        raise NotFound("The bids of this tender have not been opened, so there is nothing to moderate yet.")
    if not panel.sits_on(session, tender, person, panel.MODERATOR):
        keep_blind(session, tender, person)
    if tender.state in {states.OPENED, states.MARKING}:
        return "auditor" in person.roles
    return True
