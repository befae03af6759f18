"""What ±1 mark at random does to the awards: every agreed mark moves at once, in thousands of scenarios.

The moves are those of `random_marks`, limited to the scale: the lowest mark does not fall and the highest
does not rise. Scenarios are worked out by the thousand in matrices of keys; `scenario` gives any one of them
as a record, so that anybody can evaluate it and compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from scoring.allocate.methods import METHODS
from scoring.exact import Integers
from scoring.robustness.awards import ScenarioLimit, award
from scoring.robustness.key_fields import of_record
from scoring.robustness.keys import LotKeys
from scoring.robustness.outcomes import NOBODY, LotOutcomes
from scoring.robustness.random_marks import BATCH, Stream
from scoring.robustness.scenario_keys import Shake, Shaker

if TYPE_CHECKING:
    from scoring.model.record import Record

_MEMORY: Final = 2**30
"""Bytes that the scenarios worked out together may take."""


@dataclass(eq=False)
class LotShares:
    """Counts of scenarios by the outcome of one lot."""

    unchanged: int
    undecided: int
    """Scenarios in which some place waits for a person."""
    nobody: int
    """Scenarios in which no place is awarded, and none waits."""
    wins: Integers
    """By row of the lot's keys: how often the bid is awarded a place."""


def shares(
    record: Record,
    lots: Sequence[LotKeys],
    limits: Sequence[ScenarioLimit],
    base: Sequence[LotOutcomes],
    shake: Shake,
) -> list[LotShares]:
    """Count the outcomes of every scenario, lot by lot; `base` is the outcome by the agreed marks."""
    found = [LotShares(0, 0, 0, np.zeros(len(lot.bids), np.int64)) for lot in lots]
    widest = max((len(lot.bids) for lot in lots), default=0)
    each = 32 * widest + 8 * sum(len(limit.members) for limit in limits)
    if not METHODS[record.rules.allocation].by_turns:
        each += 8 * sum(len(lot.bids) for lot in lots)
    together = max(1, min(BATCH, _MEMORY // (each + 1)))
    shaker = Shaker(shake)
    for batch in range(-(-shake.scenarios // BATCH)):
        end = min(BATCH, shake.scenarios - batch * BATCH)
        for first in range(0, end, together):
            part = range(first, min(first + together, end))
            outcomes = award(record, lots, limits, partial(shaker.keys, batch, part), len(part))
            for counted, same, outcome in zip(found, base, outcomes, strict=True):
                counted.unchanged += int(outcome.same_as(same).sum())
                rows = outcome.awarded[outcome.awarded != NOBODY]
                counted.wins += np.bincount(rows, minlength=len(counted.wins))
                empty = (outcome.awarded == NOBODY).all(axis=0)
                waiting = np.unique(outcome.tied[0])
                counted.undecided += len(waiting)
                counted.nobody += int(empty.sum() - empty[waiting].sum())
    return found


def scenario(record: Record, shake: Shake, number: int) -> Record:
    """Return the record with the marks of one scenario, counted from 0.

    Marks of bids that are out of assessment whatever their marks are left as they are; they move nothing.
    """
    marks = record.bids.marks.copy()
    scale, stream = record.rules.scale, Stream(shake.seed)
    for lot in of_record(record):
        questions = list(shake.questions(lot))
        for row, bid in enumerate(lot.bids.tolist()):
            moved = stream.moves(shake.names(lot, row), number, len(questions))
            by = dict(zip(questions, moved.tolist(), strict=True))
            for question in lot.asked:
                mark = int(marks[question, bid]) + by[question]
                marks[question, bid] = min(max(mark, scale.lowest), scale.highest)
    return replace(record, bids=replace(record.bids, marks=marks), is_supposed=True)
