"""Evaluators mark blind: they see the bidders of a tender by letters, without names."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lots import panel, states
from lots.person import Person
from lots.refusal import NotPermitted
from lots.tender import Tender

BLIND = frozenset({states.OPENED, states.MARKING, states.MODERATION})


def keep_blind(session: Session, tender: Tender, person: Person) -> None:
    """Refuse whoever evaluates this very tender, or did, whatever other roles they hold, until quality is
    locked."""
    if tender.state in BLIND and panel.was_on(session, tender, person, panel.EVALUATOR):
        raise NotPermitted(
            "You mark this tender, so you cannot see or decide who its bidders are until quality is locked. "
            "Another officer can."
        )
