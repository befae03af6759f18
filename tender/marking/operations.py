"""What changes while bids are marked: the start, conflicts and marks; and how far it is."""

from tender.marking.conflicts import decide_conflict, declare_conflicts
from tender.marking.counting import EvaluatorProgress, progress
from tender.marking.giving import missing_for_marking, record_mark, start

__all__ = [
    "EvaluatorProgress",
    "decide_conflict",
    "declare_conflicts",
    "missing_for_marking",
    "progress",
    "record_mark",
    "start",
]
