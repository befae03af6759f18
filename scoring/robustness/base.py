"""Where a record stands before anything is moved: the keys, the limits and the awards by the agreed marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from scoring import evaluation
from scoring.allocate.methods import METHODS
from scoring.robustness.awards import ScenarioLimit, Stop, award, limits_of
from scoring.robustness.key_fields import of_record
from scoring.robustness.keys import Flags, Keys, LotKeys
from scoring.robustness.outcomes import LotOutcomes, outcome_of
from scoring.robustness.yardsticks import finish

if TYPE_CHECKING:
    from scoring.model.record import Record
    from scoring.result.result import Result

_MEMORY: Final = 2**27
"""Bytes that one lot's keys may take while variants of the record are worked out together."""


@dataclass(frozen=True, eq=False)
class Base:
    """The base against which every change is measured; everything by lot, in the order of the record."""

    record: Record
    result: Result
    lots: Sequence[LotKeys]
    limits: Sequence[ScenarioLimit]
    keys: Sequence[Keys]
    """Finished keys by the agreed marks, one for each bid."""
    able: Sequence[Flags]
    """Bids that are ranked and not at a limit when their lot's turn comes."""
    outcomes: Sequence[LotOutcomes]

    @property
    def together(self) -> int:
        """Return how many variants of the record may be worked out at once."""
        sizes = [len(lot.bids) for lot in self.lots]
        kept = max(sizes) if METHODS[self.record.rules.allocation].by_turns else sum(sizes)
        return max(1, min(4_000, _MEMORY // (8 * kept + 1)))

    def award(self, changed: Callable[[LotKeys, Keys], Keys], variants: int) -> list[LotOutcomes]:
        """Award all lots in several variants of the record.

        `changed` is given a lot and its keys before prices by the agreed marks, repeated for each variant,
        [bid, variant]; it changes what it will, in place, and returns them finished.
        """

        def keys(lot: LotKeys, stop: Stop | None) -> Keys:
            finished = changed(lot, np.repeat(lot.base[:, None], variants, axis=1))
            return finished if stop is None else stop.everywhere(finished)

        return award(self.record, self.lots, self.limits, keys, variants)

    def changes(self, outcomes: Sequence[LotOutcomes]) -> Flags:
        """Say which lots' awards differ from the base in which variants, [lot, variant]."""
        pairs = zip(outcomes, self.outcomes, strict=True)
        return np.stack([~outcome.same_as(base) for outcome, base in pairs])

    def changes_winners(self, outcomes: Sequence[LotOutcomes]) -> Flags:
        """Say where they do not differ in the order of places alone, [lot, variant]."""
        pairs = zip(outcomes, self.outcomes, strict=True)
        return np.stack([~outcome.same_winners_as(base) for outcome, base in pairs])


def agreed(lot: LotKeys, stop: Stop | None) -> Keys:
    """Return a lot's finished keys by the agreed marks, as one scenario."""
    finished = finish(lot, lot.base[:, None].copy())
    return finished if stop is None else stop.everywhere(finished)


def base_of(record: Record) -> Base:
    """Evaluate a record, and arrange it for thousands of changes.

    Raises RuntimeError where keys and evaluation do not come to the same awards: then nothing is reported.
    """
    lots = of_record(record)
    limits = limits_of(record, lots)
    kept: list[Keys] = []
    able: list[Flags] = []

    def keys(lot: LotKeys, stop: Stop | None) -> Keys:
        finished = agreed(lot, None)
        kept.append(finished[:, 0].copy())
        if stop is not None:
            stop.everywhere(finished)
        able.append(finished[:, 0] >= 0)
        return finished

    outcomes = award(record, lots, limits, keys, 1)
    result = evaluation.evaluate(record)
    for at, (lot, outcome) in enumerate(zip(lots, outcomes, strict=True)):
        row_of = {bid: row for row, bid in enumerate(lot.bids.tolist())}
        rows = np.array([row_of[bid] for bid in result.ranked_in(at).tolist()], np.int64)
        expected = outcome_of(lot, rows, result.awards[at], record.lots[at].places)
        if not outcome.same_as(expected).all():
            raise RuntimeError(f"lot {record.lots[at].id}: the awards differ from those of the evaluation")
    return Base(record, result, lots, limits, kept, able, outcomes)
