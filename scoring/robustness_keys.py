"""One whole number for each bid, the larger the higher it stands: how scenarios are ranked by the thousand.

A bid's key is its total, then the tie-break keys in turn, packed into fields of bits from the highest to the
lowest, and last a number that tells its row. Of two keys the greater one ranks higher; keys that
differ in the row alone share a rank. What marks add to a key is a sum over questions, so that a key is
made by looking up and adding. Keys are 64-bit integers, or Python's own where the fields need more.

A bid that is out has a key below 0: a mark under a minimum subtracts more than all the fields together hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from scoring import price
from scoring.exact import Integers

if TYPE_CHECKING:
    from scoring.record import Record

Keys: TypeAlias = npt.NDArray[Any]
"""[bid, scenario], int64, or objects that are Python integers."""
Flags: TypeAlias = npt.NDArray[np.bool_]
OUT: Final = -1
RELATIVE: Final = frozenset({"lowest_over_bid", "linear_from_lowest", "mean_difference"})
"""Methods by which one bid's presence can move another's points."""


@dataclass(frozen=True, eq=False)
class Yardsticks:
    """What prices add to keys, [bid, yardstick], and which each scenario has (None: all have one)."""

    adds: Keys
    which: Integers | None

    def of(self, row: int, scenarios: Integers | slice = slice(None)) -> Any:
        """Return what one row's price adds in some scenarios, or one number for all."""
        return self.adds[row, 0] if self.which is None else self.adds[row].take(self.which[scenarios])


@dataclass(frozen=True, eq=False)
class LotKeys:
    """The bids of one lot that marks alone could keep in or put out, in the order of bidder ids."""

    record: Record
    lot: int
    price_weight: int
    bids: Integers
    """Positions in the record; row n of every matrix of keys is bids[n]."""
    asked: tuple[int, ...]
    """The rows of the lot's questions in the rules."""
    parts: tuple[Keys, ...]
    """For each question asked, what each mark adds to a key; by mark, from 0."""
    fixed: Keys
    """What each bid's key has whatever its marks: the tie-break keys that do not move, and its row."""
    at_total: int
    """The lowest bit of the total."""
    limit: int
    """Keys below it, before prices are added, miss the minimum quality."""
    lost: int
    """A key so far below 0 that no price brings it back."""
    row_bits: int
    row_of: Integers
    """The row of a bid by the lowest `row_bits` bits of its key."""
    parted: bool
    """Whether no two bids can share a rank."""

    @cached_property
    def bidders(self) -> Integers:
        """The position in the record of each row's bidder."""
        return self.record.bids.bidder[self.bids]

    @cached_property
    def bidder_ids(self) -> list[str]:
        """The id of each row's bidder."""
        return [self.record.bidders[bidder].id for bidder in self.bidders.tolist()]

    @cached_property
    def prices(self) -> Integers:
        """Each row's price, in pence."""
        return self.record.bids.price[self.bids]

    @cached_property
    def by_price(self) -> list[int]:
        """The rows, cheapest first."""
        found: list[int] = np.argsort(self.prices, kind="stable").tolist()
        return found

    @cached_property
    def marks(self) -> Integers:
        """The agreed marks, [question asked, bid]."""
        found: Integers = self.record.bids.marks[list(self.asked)][:, self.bids].astype(np.int64)
        return found

    @cached_property
    def base(self) -> Keys:
        """Each bid's key by the agreed marks, before prices."""
        keys = self.fixed.copy()
        for part, marks in zip(self.parts, self.marks, strict=True):
            keys += part[marks]
        return keys

    def standing(self, keys: Keys) -> Keys:
        """Take the row out of keys, so that equal means a shared rank."""
        return keys if self.parted else keys >> self.row_bits

    def rows(self, keys: Keys) -> npt.NDArray[np.intp]:
        """Return the row that each key belongs to."""
        low = (keys & ((1 << self.row_bits) - 1)).astype(np.intp)
        return self.row_of[low].astype(np.intp)

    def totals(self, keys: Keys) -> Keys:
        """Return the totals in finished keys, units of 10^-places."""
        return keys >> self.at_total

    def finish(self, keys: Keys) -> Keys:
        """Hold keys to the minimum quality and add price points by the yardstick of those in; in place."""
        if self.limit > 0:
            keys[keys < self.limit] = self.lost
        self.add_price(keys, self.yardsticks(keys))
        return keys

    def add_price(self, keys: Keys, yardsticks: Yardsticks, rows: Integers | None = None) -> None:
        """Add to keys what prices earn, in place; they are those of `rows`, or of all."""
        numbered = range(len(keys)) if rows is None else rows.tolist()
        for row, of_bid in zip(numbered, keys, strict=True):
            np.add(of_bid, yardsticks.of(row), out=of_bid)

    def yardsticks(
        self, keys: Keys, rows: Integers | None = None, may_be_out: Flags | None = None
    ) -> Yardsticks:
        """Work out price points for each yardstick that occurs.

        `keys` are those of `rows`, or of all. Rows that are not in `may_be_out` are in, in every scenario,
        and need not be among them.
        """
        at = dict(zip((range(len(keys)) if rows is None else rows.tolist()), keys, strict=True))
        moving = {row: of_bid for row, of_bid in at.items() if may_be_out is None or may_be_out[row]}
        one = np.ones(1, np.int64)
        method = self.record.rules.price.method
        if method not in RELATIVE or len(self.bids) == 0:
            return self._yardsticks((one, one, one), None)
        if method == "mean_difference":
            sums = self._sums(keys.shape[1], moving)
            if (sums == sums[:, :1]).all():
                return self._yardsticks((one, sums[0, :1], sums[1, :1]), None)
            kinds, which = np.unique(sums, axis=1, return_inverse=True)
            return self._yardsticks((np.ones_like(kinds[0]), kinds[0], kinds[1]), which.ravel())
        lowest, which = np.unique(self._lowest(keys.shape[1], moving), return_inverse=True)
        ones = np.ones_like(lowest)
        return self._yardsticks((lowest, ones, ones), which.ravel() if len(lowest) > 1 else None)

    def _yardsticks(
        self, measures: tuple[Integers, Integers, Integers], which: Integers | None
    ) -> Yardsticks:
        adds: Keys = self._points(*measures).astype(self.fixed.dtype) << self.at_total
        return Yardsticks(adds, which)

    def _lowest(self, scenarios: int, moving: dict[int, Keys]) -> Integers:
        """Return the lowest price still in, by scenario; 1 where none is. Few bids need looking at."""
        lowest = np.ones(scenarios, np.int64)
        looking = np.ones(scenarios, np.bool_)
        for row in self.by_price:
            if row not in moving:
                lowest[looking] = self.prices[row]
                break
            found = looking & (moving[row] >= 0)
            lowest[found] = self.prices[row]
            looking &= ~found
            if not looking.any():
                break
        return lowest

    def _sums(self, scenarios: int, moving: dict[int, Keys]) -> Integers:
        """Return the sum and the number of the prices still in, [2, scenario]; 1 and 1 where none is."""
        total = np.full(scenarios, self.prices.sum())
        count = np.full(scenarios, len(self.bids))
        for row, of_bid in moving.items():
            out = of_bid < 0
            total[out] -= self.prices[row]
            count[out] -= 1
        found: Integers = np.stack((total, count))
        found[:, count == 0] = 1
        return found

    def _points(self, lowest: Integers, total: Integers, count: Integers) -> Integers:
        """Return price points, [bid, yardstick], units of 10^-places."""
        rules, shape = self.record.rules, (len(self.bids), len(lowest))
        own = np.broadcast_to(self.prices[:, None], shape)
        if rules.price.method in RELATIVE:
            own = np.maximum(own, lowest)  # a bid below the lowest is out, and its points are not looked at
        measured = (own, *(np.broadcast_to(one, shape) for one in (lowest, total, count)))
        prices = price.Prices(*(np.ascontiguousarray(one).ravel() for one in measured))
        points = price.points(rules.price.method, self.price_weight, rules.places, prices, rules.price.terms)
        return points.reshape(shape)
