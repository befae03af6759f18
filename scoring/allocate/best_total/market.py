"""What bids are worth at given prices, and the bound that prices prove. Whole numbers throughout.

Give every place of a lot a price, in whole units of a fine scale. Whatever the prices are, no allocation can
come to more than

    the sum of price x places, over lots  +  the sum over bidders of what its best set of lots is worth,

where a set is worth its totals less its prices: an allocation pays for each place at most once. This bound is
worked out in exact integers, so it does not matter that the prices come from a solver in floating point. What
an allocation falls short of the bound by is the sum of what its bundles fall short by; so a set of lots that
falls short by more than the best allocation found is no bundle of a better one, nor of one as good.

Bidders whose limits are nested, or that have too many sets to look at, are priced row by row in place of set
by set: each limit has a price too, and each bid is a bundle by itself. (Column generation for the master
problem of Dantzig and Wolfe, 1960; the bound is Lagrange's.)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.allocate.best_total.contest import Contest, LimitRow, rows_of
from scoring.allocate.best_total.sets import TooMany, best_set, sets_within
from scoring.exact import Integers
from scoring.methods.sorting import arranged, turns

SCALE: Final = 5040
"""Prices are in this part of a unit: divisible by 1 to 10, so that most prices are exact in it."""
_AT_ONCE: Final = 10
"""So many new bids of each lot join the programme in one round."""
_FEW: Final = 50
_ALL: Final = 20_000
"""So many sets of lots are looked at for one bidder, or its share of so many in all if that is more."""
_PRICED: Final = 2**60
"""A price times a coefficient stays below this, so that bounds are worked out within 64 bits."""

Bundle = tuple[int, ...]
"""Bids of one bidder that are taken together."""


@dataclass(frozen=True)
class ShadowPrices:
    """Prices of the places of each lot, and of each row; the bound that they give, all x SCALE."""

    lots: Integers
    rows: Integers
    bound: int

    @property
    def most(self) -> int:
        """Return the sum that no allocation exceeds, units of 10^-places."""
        return self.bound // SCALE

    def margin(self, reached: int) -> int:
        """Return what an allocation that comes to a sum falls short of the bound by, x SCALE."""
        return self.bound - SCALE * reached


class TooManySets(Exception):
    """These bidders have too many sets of lots to look at one by one."""

    def __init__(self, bidders: set[int]) -> None:
        """Name the bidders by position in the record."""
        super().__init__("too many sets of lots")
        self.bidders = bidders


class Market:
    """A contest with some bidders priced set by set, the others row by row."""

    def __init__(self, contest: Contest, by_row: set[int]) -> None:
        """`by_row`: the bidders that are priced row by row."""
        self._contest = contest
        of_bidder = contest.bids_of()
        self._sets = {one: np.array(bids) for one, bids in of_bidder.items() if one not in by_row}
        self._rows: list[LimitRow] = []
        for one in sorted(by_row):
            self._rows += rows_of(contest, one, of_bidder[one])
        self._row_of = np.array([at for at, row in enumerate(self._rows) for _ in row.bids], np.int64)
        self._bid_of = np.array([bid for row in self._rows for bid in row.bids], np.int64)
        self._coefficient = np.array([c for row in self._rows for c in row.coefficients], np.int64)
        self._rows_of_bid: dict[int, list[tuple[int, int]]] = {}
        lots = len(contest.places)
        for at, row in enumerate(self._rows, lots):
            for bid, coefficient in zip(row.bids, row.coefficients, strict=True):
                self._rows_of_bid.setdefault(bid, []).append((at, coefficient))
        first = lots + len(self._rows)
        self._set_row = {bidder: first + at for at, bidder in enumerate(self._sets)}
        self._single = np.ones(len(contest.lot), np.bool_)
        for bids in self._sets.values():
            self._single[bids] = False
        self._bid_at = {
            one: dict(zip(contest.lot[bids].tolist(), bids.tolist(), strict=True))
            for one, bids in self._sets.items()
        }

    @property
    def has_sets(self) -> bool:
        """Whether any bidder is priced set by set."""
        return bool(self._sets)

    @property
    def most_of_rows(self) -> list[int]:
        """What each row of a programme allows: a lot its places, a limit its own, a bidder of sets one."""
        return [*self._contest.places, *(row.most for row in self._rows), *(1 for _ in self._sets)]

    def of_rows(self, prices: ShadowPrices) -> list[int]:
        """Return the price of each of those rows; that of a bidder of sets is what its best set is worth."""
        worth, _ = self._worth(prices.lots, prices.rows)
        best = (
            best_set(self._contest.limits[bidder], self._worth_of(worth, bids, 1))[0]
            for bidder, bids in self._sets.items()
        )
        return [*prices.lots.tolist(), *prices.rows.tolist(), *best]

    def priced(self, suggested: list[int]) -> tuple[ShadowPrices, list[Bundle], set[int]]:
        """Return the bound of some prices, bundles worth more than them, and whose sets were too many."""
        contest, lots = self._contest, len(self._contest.places)
        of_lot = np.array(suggested[:lots], np.int64)
        largest = int(self._coefficient.max(initial=1))
        of_row = np.minimum(np.array(suggested[lots : lots + len(self._rows)], np.int64), _PRICED // largest)
        worth, net = self._worth(of_lot, of_row)
        bound = sum(price * places for price, places in zip(of_lot.tolist(), contest.places, strict=True))
        bound += sum(price * row.most for price, row in zip(of_row.tolist(), self._rows, strict=True))
        bound += int(net[self._single & (net > 0)].sum())
        good = np.flatnonzero(self._single & (net > 0))
        good = good[arranged([contest.lot[good], -net[good]])]
        bundles: list[Bundle] = [(bid,) for bid in good[turns(contest.lot[good]) < _AT_ONCE].tolist()]
        unsure = set()
        for bidder, bids in self._sets.items():
            try:
                value, lots_of = best_set(contest.limits[bidder], self._worth_of(worth, bids, 1))
            except TooMany as too_many:
                value, lots_of = too_many.best
                unsure.add(bidder)
            bound += value
            if lots_of:
                bundles.append(self._bundle(bidder, lots_of))
        return ShadowPrices(of_lot, of_row, bound), bundles, unsure

    def within(self, prices: ShadowPrices, margin: int) -> list[Bundle]:
        """Return every bundle that falls short of its price by no more than the margin."""
        contest = self._contest
        worth, net = self._worth(prices.lots, prices.rows)
        bundles: list[Bundle] = [(bid,) for bid in np.flatnonzero(self._single & (net >= -margin)).tolist()]
        most = max(_FEW, _ALL // max(1, len(self._sets)))
        unsure = set()
        for bidder, bids in self._sets.items():
            try:
                best, _ = best_set(contest.limits[bidder], self._worth_of(worth, bids, 1))
                near = self._worth_of(worth, bids, -margin)
                found = sets_within(contest.limits[bidder], near, best - margin, most)
            except TooMany:
                unsure.add(bidder)
            else:
                bundles += [self._bundle(bidder, lots) for lots in found]
        if unsure:
            raise TooManySets(unsure)
        return bundles

    def most(self) -> int:
        """Return the sum of the best totals for the places of each lot: without prices, none exceeds it."""
        lot, total = self._contest.lot, self._contest.total
        order = arranged([lot, -total])
        there = turns(lot[order]) < np.array(self._contest.places)[lot[order]]
        return int(total[order[there]].sum())

    def total(self, bundle: Bundle) -> int:
        """Return the sum of a bundle's totals."""
        return int(self._contest.total[list(bundle)].sum())

    def terms(self, bundle: Bundle) -> list[tuple[int, int]]:
        """Return (row, coefficient) for each row of the programme in which a bundle counts."""
        terms = [(int(self._contest.lot[bid]), 1) for bid in bundle]
        if self._single[bundle[0]]:
            return terms + self._rows_of_bid.get(bundle[0], [])
        return [*terms, (self._set_row[int(self._contest.bidder[bundle[0]])], 1)]

    def _worth(self, of_lot: Integers, of_row: Integers) -> tuple[Integers, Integers]:
        """Return what each bid is worth above its place's price; and above the prices of its rows as well."""
        worth = SCALE * self._contest.total - of_lot[self._contest.lot]
        net = worth.copy()
        np.subtract.at(net, self._bid_of, of_row[self._row_of] * self._coefficient)
        return worth, net

    def _worth_of(self, worth: Integers, bids: Integers, least: int) -> dict[int, int]:
        """Return what each lot is worth to a bidder, where that is at least so much."""
        values = worth[bids]
        good = values >= least
        return dict(zip(self._contest.lot[bids[good]].tolist(), values[good].tolist(), strict=True))

    def _bundle(self, bidder: int, lots: Iterable[int]) -> Bundle:
        at = self._bid_at[bidder]
        return tuple(sorted(at[lot] for lot in lots))
