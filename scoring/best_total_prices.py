"""The highest sum of awarded totals, and the prices that prove it.

Give every place of a lot a price, in whole units of a fine scale. Whatever the prices are, no allocation can
come to more than

    the sum of price x places, over lots  +  the sum over bidders of what its best set of lots is worth,

where a set is worth its totals less its prices: an allocation pays for each place at most once. This bound is
worked out in exact integers, so it does not matter that the prices come from a solver in floating point. What
an allocation falls short of the bound by is the sum of what its parts fall short by; so a set of lots that
falls short by more than the best allocation found is no part of a better one, nor of one as good.

Bidders whose limits are nested, or that have too many sets to look at, are priced row by row in place of set
by set: each limit has a price too, and each bid is a part by itself. (Column generation for the master
problem of Dantzig and Wolfe, 1960; the bound is Lagrange's.)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import gcd
from typing import Final

import numpy as np

from scoring.arrange import arranged
from scoring.best_sets import TooMany, best_set, sets_within
from scoring.best_total_contest import Contest, Row, rows_of
from scoring.exact import Integers
from scoring.integer_program import GaveUp, NotSolved, Program, Steps

SCALE: Final = 5040
"""Prices are in this part of a unit: divisible by 1 to 10, so that most prices are exact in it."""
_ROUNDS: Final = 500
_AT_ONCE: Final = 10
"""So many new bids of each lot join the programme in one round."""
_BELOW: Final = 50
"""Props are below the first prices by one part in this."""
_FEW: Final = 50
_ALL: Final = 20_000
"""So many sets of lots are looked at for one bidder, or its share of so many in all if that is more."""
_PRICED: Final = 2**60
"""A price times a coefficient stays below this, so that bounds are worked out within 64 bits."""

Part = tuple[int, ...]
"""Bids of one bidder that are taken together."""


@dataclass(frozen=True)
class Prices:
    """Prices of the places of each lot, and of each row; the bound that they give, all x SCALE."""

    lots: Integers
    rows: Integers
    bound: int


@dataclass(frozen=True, eq=False)
class Optimum:
    """The highest sum, and the parts of which every allocation that reaches it is made."""

    total: int
    bound: int
    """What prices alone prove that no allocation exceeds; where it is higher, the search proved the rest."""
    program: Program
    """Lots, limits and, where prices leave room for less, the sum itself."""
    parts: list[Part]
    """The bids of each column."""
    values: list[int]
    """An allocation that reaches the sum: 0 or 1 for each column."""


def optimum(contest: Contest) -> Optimum:
    """Return the highest sum of awarded totals.

    Raises NotSolved where no answer bears checking, and NotProved where the steps are used up before one is
    shown to be the highest.
    """
    by_row = {bidder for bidder, limits in contest.limits.items() if limits.nested}
    steps = Steps()
    while True:
        market = _Market(contest, by_row, steps)
        try:
            return market.solve()
        except TooManySets as too_many:
            by_row |= too_many.bidders


class NotProved(NotSolved):
    """The search gave up between two sums, in units of 10^-places; the higher is proved in whole numbers.

    Where they are the same, that sum is the highest, but which awards come to it as published is not known.
    """

    def __init__(self, reached: int, bound: int) -> None:
        """Keep both."""
        super().__init__(f"the search gave up between {reached} and {bound}")
        self.reached, self.bound = reached, bound


class TooManySets(Exception):
    """These bidders have too many sets of lots to look at one by one."""

    def __init__(self, bidders: set[int]) -> None:
        """Name the bidders by position in the record."""
        super().__init__("too many sets of lots")
        self.bidders = bidders


class _Market:
    def __init__(self, contest: Contest, by_row: set[int], steps: Steps) -> None:
        self._contest, self._steps = contest, steps
        of_bidder = contest.bids_of()
        self._sets = {one: np.array(bids) for one, bids in of_bidder.items() if one not in by_row}
        self._rows: list[Row] = []
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
        self._parts: dict[Part, int] = {}
        """Each part that has been looked at, and its column."""

    def solve(self) -> Optimum:
        """Find prices, an allocation, and then all the parts that an allocation as good may have.

        Where those are too many to look at, some may yet give a better allocation, which leaves fewer.
        """
        prices = self._settle_prices()
        reached = self._best_of(self._parts, prices)
        while True:
            margin = prices.bound - SCALE * reached
            parts, too_many = self._nearest(prices, margin)
            if too_many is None and prices.bound // SCALE <= reached:
                break  # proved by the prices alone
            better = self._best_of(parts, prices, reached)
            if better <= reached:
                if too_many is not None:
                    raise too_many
                break  # nothing better can be made of other parts; of these, the search found none
            reached = better
        return self._made_of(prices, parts, reached)

    def _nearest(self, prices: Prices, margin: int) -> tuple[list[Part], TooManySets | None]:
        """Return the parts within the margin; where they are too many, those within a smaller, and why."""
        why = None
        while True:
            try:
                return self._within(prices, margin), why
            except TooManySets as too_many:
                why = why or too_many
                if margin == 0:
                    raise
                margin //= 2

    def _settle_prices(self) -> Prices:
        """Go from programme to prices to new parts, until no part is worth more than its price."""
        program, props = self._first_programme()
        contest, lowest = self._contest, None
        turn = np.arange(len(contest.lot)) - np.searchsorted(contest.lot, contest.lot)
        best = np.flatnonzero(turn < 2 * np.array(contest.places)[contest.lot] + 2)
        found: list[Part] = [(bid,) for bid in best.tolist()]
        unsure: set[int] = set()
        for _ in range(_ROUNDS):
            for part in found:
                self._parts[part] = program.add_column(self._total(part), self._terms(part))
            try:
                floor, suggested = program.relaxed(SCALE)
            except GaveUp as gave_up:
                raise NotProved(0, self._bound(lowest)) from gave_up
            prices, found, unsure = self._price(suggested)
            if not unsure and (lowest is None or prices.bound < lowest.bound):
                lowest = prices
            found = [part for part in found if part not in self._parts]
            if found and (lowest is None or lowest.bound // SCALE > floor):
                continue
            if not props:
                break
            while props:
                program.forbid(props.pop())
        if lowest is None:
            raise TooManySets(unsure)
        return lowest

    def _bound(self, prices: Prices | None) -> int:
        """Return what no allocation exceeds by these prices; without any, by the best totals of each lot."""
        if prices is not None:
            return prices.bound // SCALE
        lot, total = self._contest.lot, self._contest.total
        order = arranged([lot, -total])
        turn = np.arange(len(order)) - np.searchsorted(lot[order], lot[order])
        return int(total[order[turn < np.array(self._contest.places)[lot[order]]]].sum())

    def _first_programme(self) -> tuple[Program, list[int]]:
        """Return a programme without parts, and the columns that prop prices up while parts are few.

        Where sets of lots are looked at, prices by row, which are soon found, are nearly right to begin with.
        A column that takes all places of a lot a little below such a price keeps its price from falling
        to nothing, where sets would be too many; the props go once they have done their work.
        """
        program, props = Program([(0, most) for most in self._most_of_rows()], self._steps), []
        if self._sets:
            by_row = _Market(self._contest, set(self._contest.limits), self._steps)._settle_prices()
            low = (by_row.lots - by_row.lots // _BELOW) // SCALE
            for lot, (price, places) in enumerate(zip(low.tolist(), self._contest.places, strict=True)):
                props.append(program.add_column(price * places, [(lot, places)]))
        return program, props

    def _price(self, suggested: list[int]) -> tuple[Prices, list[Part], set[int]]:
        """Return the bound of some prices, parts worth more than them, and whose sets were too many."""
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
        turn = np.arange(len(good)) - np.searchsorted(contest.lot[good], contest.lot[good])
        parts: list[Part] = [(bid,) for bid in good[turn < _AT_ONCE].tolist()]
        unsure = set()
        for bidder, bids in self._sets.items():
            try:
                value, lots_of = best_set(contest.limits[bidder], self._worth_of(worth, bids, 1))
            except TooMany as too_many:
                value, lots_of = too_many.best
                unsure.add(bidder)
            bound += value
            if lots_of:
                parts.append(self._part(bidder, lots_of))
        return Prices(of_lot, of_row, bound), parts, unsure

    def _within(self, prices: Prices, margin: int) -> list[Part]:
        """Return every part that falls short of its price by no more than the margin."""
        contest = self._contest
        worth, net = self._worth(prices.lots, prices.rows)
        parts: list[Part] = [(bid,) for bid in np.flatnonzero(self._single & (net >= -margin)).tolist()]
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
                parts += [self._part(bidder, lots) for lots in found]
        if unsure:
            raise TooManySets(unsure)
        return parts

    def _made_of(self, prices: Prices, parts: list[Part], reached: int) -> Optimum:
        """Return the programme whose answers are the allocations that reach the sum, and one of them.

        What falls short of its price by more than the margin is out: rows with a price above it are full, and
        a part worth so much more than its price is taken. The last row says that all together fall short by
        no more than the margin: it stands for the sum itself, in smaller numbers.
        """
        contest, margin = self._contest, prices.bound - SCALE * reached
        worth, _ = self._worth(prices.lots, prices.rows)
        best = {
            bidder: best_set(contest.limits[bidder], self._worth_of(worth, bids, 1))[0]
            for bidder, bids in self._sets.items()
        }
        price_of = [*prices.lots.tolist(), *prices.rows.tolist(), *best.values()]
        full = [price > margin for price in price_of]
        most_of = self._most_of_rows()
        rows = [(most if must else 0, most) for must, most in zip(full, most_of, strict=True)]
        program = Program(rows, self._steps)
        totals = [self._total(part) for part in parts]
        short, left = [], margin
        left -= sum(p * most for p, most, must in zip(price_of, most_of, full, strict=True) if not must)
        for part, total in zip(parts, totals, strict=True):
            terms = self._terms(part)
            column = program.add_column(total, terms)
            above = SCALE * total - sum(price_of[row] * times for row, times in terms)
            if above > margin:
                program.require(column)
                above = 0
            left -= max(0, above)
            short.append(-above - sum(price_of[row] * times for row, times in terms if not full[row]))
        if margin > 0:
            common = max(1, gcd(*short))
            program.add_row([(at, each // common) for at, each in enumerate(short)], None, left // common)
        try:
            values = program.solve()
        except GaveUp as gave_up:
            raise NotProved(reached, reached) from gave_up
        if sum(total for total, value in zip(totals, values, strict=True) if value) != reached:
            raise NotSolved(f"the parts that may reach {reached} do not reach it")
        return Optimum(reached, prices.bound // SCALE, program, parts, values)

    def _best_of(self, parts: Iterable[Part], prices: Prices, reached: int = 0) -> int:
        """Return the highest sum that can be made of these parts; `reached` is known to be possible."""
        program = Program([(0, most) for most in self._most_of_rows()], self._steps)
        totals = []
        for part in parts:
            totals.append(self._total(part))
            program.add_column(totals[-1], self._terms(part))
        try:
            values = program.solve()
        except GaveUp as gave_up:
            so_far = zip(totals, gave_up.values or [0] * len(totals), strict=True)
            best = max(reached, sum(total for total, value in so_far if value))
            raise NotProved(best, prices.bound // SCALE) from gave_up
        return sum(total for total, value in zip(totals, values, strict=True) if value)

    def _most_of_rows(self) -> list[int]:
        return [*self._contest.places, *(row.most for row in self._rows), *(1 for _ in self._sets)]

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

    def _part(self, bidder: int, lots: Iterable[int]) -> Part:
        at = self._bid_at[bidder]
        return tuple(sorted(at[lot] for lot in lots))

    def _total(self, part: Part) -> int:
        return int(self._contest.total[list(part)].sum())

    def _terms(self, part: Part) -> list[tuple[int, int]]:
        terms = [(int(self._contest.lot[bid]), 1) for bid in part]
        if self._single[part[0]]:
            return terms + self._rows_of_bid.get(part[0], [])
        return [*terms, (self._set_row[int(self._contest.bidder[part[0]])], 1)]
