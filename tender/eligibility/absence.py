"""Lots that would go to others if a bidder that wins nothing there left the assessment.

A withdrawal, or a decision that takes a bid out, can change an award between two others: the bid that leaves
may have set the price yardstick.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy.orm import Session

import scoring
from lots.award import current_evaluation
from lots.tender import Tender
from scoring import robustness


@lru_cache(maxsize=16)
def turned_lots(record_text: str) -> Mapping[str, Mapping[str, str]]:
    """By the id of each such lot: the bidders that would turn it, each with a sentence that says to whom.

    Cached by the record's text, because pages ask again and an evaluation never changes.
    """
    return robustness.turned_by_absence(scoring.read(record_text))


def turned_without(session: Session, tender: Tender, letter: str) -> dict[str, str]:
    """The lots that would go to others without this bidder, by id; none before there are results."""
    evaluation = current_evaluation(session, tender)
    if evaluation is None:
        return {}
    found = turned_lots(evaluation.record_text)
    return {lot: told[letter] for lot, told in found.items() if letter in told}
