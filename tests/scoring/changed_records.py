"""Records with something changed, and the result of evaluating each of them by itself."""

from __future__ import annotations

import copy
from functools import partial

import scoring
from scoring.reading.record import from_object
from scoring.robustness.report import assess
from tests.scoring.records import legal_records

MOVING = ["minimums", "several places", "lot limits"]
by_rank = partial(legal_records, allocation="rank_order")


def report_on(obj, scenarios=1, **more):
    return assess(from_object(obj), scenarios, **more).as_object()


def awards_of(obj):
    """Lot by lot: who is awarded which place, and who waits from which place on."""
    return {
        each["id"]: (
            [(one["bidder"], one["place"]) for one in each["awards"]],
            sorted((who, tie["places"]) for tie in each.get("undecided", []) for who in tie["bidders"]),
        )
        for each in scoring.evaluate(from_object(obj)).as_object()["lots"]
    }


def told(each):
    """The same of one lot in a report."""
    return (
        [(one["bidder"], one["place"]) for one in each["awards"]],
        sorted((who, tie["places"]) for tie in each.get("undecided", []) for who in tie["bidders"]),
    )


def changed_lots(obj, before):
    return {name: now for name, now in awards_of(obj).items() if now != before[name]}


def every_changed_mark(obj):
    """Every record in which one mark of one bid is another, with what was changed."""
    scale = obj["rules"]["marks"]
    for at, one in enumerate(obj["bids"]):
        for question, before in one.get("marks", {}).items():
            for after in range(scale["lowest"], scale["highest"] + 1):
                if after != before:
                    changed = copy.deepcopy(obj)
                    changed["bids"][at]["marks"][question] = after
                    yield (one["lot"], one["bidder"], question, before, after), changed
