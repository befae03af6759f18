"""What prices add to keys, by the yardstick of the ranked bids, in all scenarios alike or in each its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scoring.exact import AT_ONCE, Integers
from scoring.methods import price
from scoring.methods.price_method import Prices, Yardstick
from scoring.methods.sorting import grouped

if TYPE_CHECKING:
    from scoring.robustness.keys import Flags, Keys, LotKeys

_FEW: Final = 64
_ONE: Final = np.ones(1, np.int64)


@dataclass(frozen=True, eq=False)
class Yardsticks:
    """The yardsticks that occur in one lot, and which each scenario has (None: all have the first)."""

    lot: LotKeys
    lowest: Integers
    """Pence; 1 where the method does not ask for it."""
    total: Integers
    """Pence; the mean is total / count."""
    count: Integers
    which: Integers | None

    def adds(self, rows: Integers) -> Keys:
        """Return what the prices of some rows add to their keys, [row, yardstick]."""
        return self._few[rows] if len(self.lowest) <= _FEW else self._worked_out(rows)

    @cached_property
    def _few(self) -> Keys:
        """What every price adds, worked out once where yardsticks are few."""
        return self._worked_out(np.arange(len(self.lot.bids)))

    def _worked_out(self, rows: Integers) -> Keys:
        rules, shape = self.lot.record.rules, (len(rows), len(self.lowest))
        own = np.broadcast_to(self.lot.prices[rows][:, None], shape)
        if price.METHODS[rules.price.method].relative:
            own = np.maximum(own, self.lowest)  # a bid below the lowest is out; its points are not looked at
        yardstick = (np.broadcast_to(one, shape) for one in (self.lowest, self.total, self.count))
        prices = Prices(*(np.ascontiguousarray(one).ravel() for one in (own, *yardstick)))
        weight, terms = self.lot.price_weight, rules.price.terms
        points = price.points(rules.price.method, weight, rules.places, prices, terms).reshape(shape)
        found: Keys = points.astype(self.lot.fixed.dtype) << self.lot.at_total
        return found

    def of(self, row: int, scenarios: Integers | slice = slice(None)) -> Any:
        """Return what one row's price adds in some scenarios, or one number for all."""
        if self.which is None:
            return self._few[row, 0]
        which = self.which[scenarios]
        if len(self.lowest) <= _FEW:
            return self._few[row].take(which)
        theirs = Yardsticks(self.lot, self.lowest[which], self.total[which], self.count[which], None)
        return theirs._worked_out(np.array([row]))[0]

    def most(self, rows: Integers) -> Keys:
        """Return as much as the prices of some rows add by any yardstick, or more.

        A higher lowest price and a higher mean give everybody more, so the highest of each bounds them all.
        """
        if len(self.lowest) <= _FEW:
            highest: Keys = self._few[rows].max(axis=1)
            return highest
        lowest, mean = (np.array([c.max()]) for c in (self.lowest, -(-self.total // self.count)))
        return Yardsticks(self.lot, lowest, mean, _ONE, None)._worked_out(rows)[:, 0]

    def add(self, keys: Keys, rows: Integers) -> None:
        """Add what prices earn to the keys of some rows, [row, scenario], in place."""
        together = max(1, AT_ONCE // len(self.lowest))
        for start in range(0, len(rows), together):
            adds, some = self.adds(rows[start : start + together]), keys[start : start + together]
            if self.which is None:
                some += adds
                continue
            for of_bid, of_row in zip(some, adds, strict=True):
                np.add(of_bid, of_row.take(self.which), out=of_bid)


def measured(
    lot: LotKeys, keys: Keys, rows: Integers | None = None, may_be_out: Flags | None = None
) -> Yardsticks:
    """Find the yardsticks of keys before prices, [row, scenario], which are those of `rows`, or of all.

    Rows that are not in `may_be_out` are in, in every scenario, and need not be among them.
    """
    by = price.METHODS[lot.record.rules.price.method].yardstick
    if by is Yardstick.PUBLISHED or len(lot.bids) == 0:
        return Yardsticks(lot, _ONE, _ONE, _ONE, None)
    at = dict(zip((range(len(keys)) if rows is None else rows.tolist()), keys, strict=True))
    moving = {row: of_bid for row, of_bid in at.items() if may_be_out is None or may_be_out[row]}
    if by is Yardstick.MEAN:
        total, count = _sums(lot, keys.shape[1], moving)
    else:
        total, count = _lowest(lot, keys.shape[1], moving), np.ones(keys.shape[1], np.int64)
    order, begins = grouped([total, count])
    first = begins == np.arange(len(begins))
    which = np.empty(len(order), np.int64)
    which[order] = np.cumsum(first) - 1
    total, count = total[order[first]], count[order[first]]
    which_of = which if len(total) > 1 else None
    if by is Yardstick.MEAN:
        return Yardsticks(lot, np.ones_like(total), total, count, which_of)
    return Yardsticks(lot, total, count, count, which_of)


def _lowest(lot: LotKeys, scenarios: int, moving: dict[int, Keys]) -> Integers:
    """Return the lowest price still in, by scenario; 1 where none is. Few bids need looking at."""
    lowest = np.ones(scenarios, np.int64)
    looking = np.arange(scenarios)
    for row in lot.by_price:
        if row not in moving:
            lowest[looking] = lot.prices[row]
            break
        there = np.asarray(moving[row].take(looking) >= 0, np.bool_)
        lowest[looking[there]] = lot.prices[row]
        looking = looking[~there]
        if not len(looking):
            break
    return lowest


def _sums(lot: LotKeys, scenarios: int, moving: dict[int, Keys]) -> tuple[Integers, Integers]:
    """Return the sum and the number of the prices still in, by scenario; 1 and 1 where none is."""
    total = np.full(scenarios, lot.prices.sum())
    count = np.full(scenarios, len(lot.bids))
    for row, of_bid in moving.items():
        out = np.asarray(of_bid < 0, np.int64)
        count -= out
        out *= lot.prices[row]
        total -= out
    total[count == 0] = 1
    count[count == 0] = 1
    return total, count


def finish(lot: LotKeys, keys: Keys) -> Keys:
    """Put out keys below the minimum quality, and add price points by the yardstick of the rest, in place."""
    if lot.limit > 0:
        keys[keys < lot.limit] = lot.lost
    measured(lot, keys).add(keys, np.arange(len(keys)))
    return keys
