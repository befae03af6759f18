"""What lots came to in thousands of scenarios, and how their places are filled from matrices of keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from scoring.allocate.limits import LotAwards
from scoring.exact import Integers
from scoring.robustness.keys import OUT, Flags, Keys, LotKeys

NOBODY: Final = -1
SPAN: Final = 2**20
"""Above every number of places."""
_SORTED_FROM: Final = 12
"""From so many places, or below so many bids, it is quicker to sort than to look for the best so often."""
BEYOND: Final = 8
"""So many bids below the last place are looked at first for others of its rank."""


def _nobody_waits() -> Integers:
    return np.zeros((3, 0), np.int64)


@dataclass(eq=False)
class LotOutcomes:
    """What one lot came to in each scenario; rows are those of its LotKeys."""

    awarded: npt.NDArray[np.int32]
    """[place from 0, scenario]: the row that was awarded it, or NOBODY."""
    tied: Integers = field(default_factory=_nobody_waits)
    """A column for each bid that waits with others in a scenario: the scenario, the row, and the first and
    the last of the places (from 1) that it waits for, as first x SPAN + last."""

    def same_as(self, one: LotOutcomes) -> Flags:
        """Say of each scenario whether its awards, and what waits for a person, are those of `one`."""
        same: Flags = (self.awarded == one.awarded).all(axis=0)
        return same & self._waiting_as(one)

    def same_winners_as(self, one: LotOutcomes) -> Flags:
        """Say of each scenario whether those of `one` win, in whatever order, and the same wait."""
        same: Flags = (np.sort(self.awarded, axis=0) == np.sort(one.awarded, axis=0)).all(axis=0)
        return same & self._waiting_as(one)

    def _waiting_as(self, one: LotOutcomes) -> Flags:
        same: Flags = np.ones(self.awarded.shape[1], np.bool_)
        if self.tied.size or one.tied.size:
            scenario, row, places = self.tied
            expected = np.zeros(max(row.max(initial=0), one.tied[1].max(initial=0)) + 1, np.int64)
            expected[one.tied[1]] = one.tied[2]
            for waiting in (scenario, scenario[places == expected[row]]):
                same &= np.bincount(waiting, minlength=len(same)) == one.tied.shape[1]
        return same

    def waiting(self) -> list[tuple[range, list[int]]]:
        """Return (places, rows level for them) of one scenario, by place."""
        _, row, places = self.tied
        return [
            (range(one // SPAN, one % SPAN + 1), sorted(row[places == one].tolist()))
            for one in np.unique(places).tolist()
        ]

    def column(self, at: int) -> LotOutcomes:
        """Return one scenario."""
        tied = self.tied[:, self.tied[0] == at]
        tied[0] = 0
        return LotOutcomes(self.awarded[:, at : at + 1], tied)

    def put(self, scenarios: Integers, others: LotOutcomes) -> None:
        """Replace what some scenarios came to."""
        self.awarded[:, scenarios] = others.awarded
        tied = others.tied.copy()
        tied[0] = scenarios[tied[0]]
        self.tied = np.concatenate((self.tied[:, ~np.isin(self.tied[0], scenarios)], tied), axis=1)


def fill(lot: LotKeys, keys: Keys, places: int) -> LotOutcomes:
    """Fill the places of one lot from the highest key down; keys that share a rank fill none."""
    if not lot.no_shared_ranks:
        return _fill_level(lot, keys, places)
    scenarios = keys.shape[1]
    awarded = np.full((places, scenarios), NOBODY, np.int32)
    if places >= _SORTED_FROM or len(keys) < _SORTED_FROM:
        best = np.sort(keys, axis=0)[::-1][:places]
        there = best >= 0
        awarded[: len(best)][there] = lot.rows(best[there])
        return LotOutcomes(awarded)
    columns = np.arange(scenarios)
    for place in range(places):
        best = keys.max(axis=0)
        at = columns[best >= 0]
        rows = lot.rows(best[at])
        awarded[place, at] = rows
        keys[rows, at] = OUT
    return LotOutcomes(awarded)


def _fill_level(lot: LotKeys, keys: Keys, places: int) -> LotOutcomes:
    """Fill them where keys may share a rank: so many of one rank take up so many places, and wait."""
    if places == 0:
        return LotOutcomes(np.full((0, keys.shape[1]), NOBODY, np.int32))
    few = min(places + BEYOND, len(keys))
    highest = _highest(keys, few)
    found = _level(lot, highest, places)
    cut = cut_off(lot, highest, places)
    if few < len(keys) and len(cut):
        found.put(cut, _level(lot, _highest(keys[:, cut], len(keys)), places))
    return found


def cut_off(lot: LotKeys, highest: Keys, places: int) -> Integers:
    """Return the scenarios in which the last of the highest keys has the rank of the last place.

    There may be more of that rank which are not among them.
    """
    reaches = lot.without_row(highest[-1]) == lot.without_row(highest[places - 1])
    return np.flatnonzero(reaches & (highest[-1] >= 0))


def _highest(keys: Keys, few: int) -> Keys:
    """Return the highest keys of each scenario, highest first."""
    if few < len(keys):
        keys = np.partition(keys, len(keys) - few, axis=0)[len(keys) - few :]
    return np.sort(keys, axis=0)[::-1]


def _level(lot: LotKeys, highest: Keys, places: int) -> LotOutcomes:
    """Award the places to keys that stand alone, and say which of the others wait; highest first."""
    level_keys, scenarios = lot.without_row(highest), highest.shape[1]
    like_above = np.zeros((len(highest) + 1, scenarios), np.bool_)
    like_above[1:-1] = (level_keys[1:] == level_keys[:-1]) & (highest[1:] >= 0)
    level = like_above[:-1] | like_above[1:]
    awarded = np.full((places, scenarios), NOBODY, np.int32)
    alone = (highest[:places] >= 0) & ~level[:places]
    awarded[alone] = lot.rows(highest[:places][alone])
    some = np.flatnonzero(level[:places].any(axis=0))
    which, at = np.nonzero(level[:, some].T)  # scenario by scenario, and in each from the first place on
    of = some[which]
    begins = np.flatnonzero(~like_above[at, of])
    size = np.diff(np.append(begins, len(at)))
    first, last = at[begins] + 1, np.minimum(at[begins] + size, places)
    waits = np.repeat(first <= places, size)
    tied = np.stack((of, lot.rows(highest[at, of]), np.repeat(first * SPAN + last, size)))
    return LotOutcomes(awarded, tied[:, waits])


def outcome_of(lot: LotKeys, rows: Integers, result: LotAwards, places: int) -> LotOutcomes:
    """Put one lot's awards, given by places in its ranking, into the form of one scenario."""
    awarded = np.full((min(places, len(lot.bids)), 1), NOBODY, np.int32)
    for position, place in result.awarded:
        awarded[place - 1] = rows[position]
    tied = [
        (0, int(rows[position]), waiting[0] * SPAN + waiting[-1])
        for positions, waiting in result.undecided
        for position in positions
    ]
    return LotOutcomes(awarded, np.array(tied, np.int64).reshape(-1, 3).T)


def joined(columns: Sequence[LotOutcomes]) -> LotOutcomes:
    """Put single scenarios side by side."""
    tied = [_nobody_waits()]
    for scenario, column in enumerate(columns):
        if column.tied.size:
            tied.append(column.tied.copy())
            tied[-1][0] = scenario
    awarded = np.concatenate([column.awarded for column in columns], axis=1)
    return LotOutcomes(awarded, np.concatenate(tied, axis=1))
