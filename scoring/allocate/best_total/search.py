"""The highest sum of awarded totals: found by programmes, proved by prices (`best_total_market`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import gcd
from typing import Final

import numpy as np

from scoring.allocate.best_total.contest import Contest
from scoring.allocate.best_total.integer_program import GaveUp, NotSolved, Program, Steps
from scoring.allocate.best_total.market import SCALE, Bundle, Market, ShadowPrices, TooManySets
from scoring.methods.sorting import turns

_ROUNDS: Final = 500
_BELOW: Final = 50
"""Props are below the first prices by one part in this."""


@dataclass(frozen=True, eq=False)
class Optimum:
    """The highest sum, and the bundles of which every allocation that reaches it is made."""

    total: int
    bound: int
    """What prices alone prove that no allocation exceeds; where it is higher, the search proved the rest."""
    program: Program
    """Lots, limits and, where prices leave room for less, the sum itself."""
    bundles: list[Bundle]
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
        try:
            return _OptimumSearch(contest, by_row, steps).solve()
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


class _OptimumSearch:
    def __init__(self, contest: Contest, by_row: set[int], steps: Steps) -> None:
        self._contest, self._steps = contest, steps
        self._market = Market(contest, by_row)
        self._bundles: dict[Bundle, None] = {}
        """Each bundle that has been looked at, in the order in which it was."""

    def solve(self) -> Optimum:
        """Find prices, an allocation, and then all the bundles that an allocation as good may have.

        Where those are too many to look at, some may yet give a better allocation, which leaves fewer.
        """
        prices = self._settle_prices()
        reached = self._best_of(self._bundles, prices)
        while True:
            bundles, too_many = self._nearest(prices, prices.margin(reached))
            if too_many is None and prices.most <= reached:
                break  # proved by the prices alone
            better = self._best_of(bundles, prices, reached)
            if better <= reached:
                if too_many is not None:
                    raise too_many
                break  # nothing better can be made of other bundles; of these, the search found none
            reached = better
        return self._made_of(prices, bundles, reached)

    def _nearest(self, prices: ShadowPrices, margin: int) -> tuple[list[Bundle], TooManySets | None]:
        """Return the bundles within the margin; where they are too many, those within a smaller, and why."""
        why = None
        while True:
            try:
                return self._market.within(prices, margin), why
            except TooManySets as too_many:
                why = why or too_many
                if margin == 0:
                    raise
                margin //= 2

    def _settle_prices(self) -> ShadowPrices:
        """Go from programme to prices to new bundles, until no bundle is worth more than its price."""
        program, props = self._first_programme()
        contest, lowest = self._contest, None
        best = np.flatnonzero(turns(contest.lot) < 2 * np.array(contest.places)[contest.lot] + 2)
        found: list[Bundle] = [(bid,) for bid in best.tolist()]
        unsure: set[int] = set()
        for _ in range(_ROUNDS):
            for bundle in found:
                program.add_column(self._market.total(bundle), self._market.terms(bundle))
                self._bundles[bundle] = None
            try:
                floor, suggested = program.relaxed(SCALE)
            except GaveUp as gave_up:
                raise NotProved(0, self._market.most() if lowest is None else lowest.most) from gave_up
            prices, found, unsure = self._market.priced(suggested)
            if not unsure and (lowest is None or prices.bound < lowest.bound):
                lowest = prices
            found = [bundle for bundle in found if bundle not in self._bundles]
            if found and (lowest is None or lowest.most > floor):
                continue
            if not props:
                break
            while props:
                program.forbid(props.pop())
        if lowest is None:
            raise TooManySets(unsure)
        return lowest

    def _first_programme(self) -> tuple[Program, list[int]]:
        """Return a programme without bundles, and the columns that prop prices up while bundles are few.

        Where sets of lots are looked at, prices by row, which are soon found, are nearly right to begin with.
        A column that takes all places of a lot a little below such a price keeps its price from falling
        to nothing, where sets would be too many; the props go once they have done their work.
        """
        program, props = Program([(0, most) for most in self._market.most_of_rows], self._steps), []
        if self._market.has_sets:
            by_row = _OptimumSearch(self._contest, set(self._contest.limits), self._steps)._settle_prices()
            low = (by_row.lots - by_row.lots // _BELOW) // SCALE
            for lot, (price, places) in enumerate(zip(low.tolist(), self._contest.places, strict=True)):
                props.append(program.add_column(price * places, [(lot, places)]))
        return program, props

    def _made_of(self, prices: ShadowPrices, bundles: list[Bundle], reached: int) -> Optimum:
        """Return the programme whose answers are the allocations that reach the sum, and one of them.

        What falls short of its price by more than the margin is out: rows with a price above it are full, and
        a bundle worth so much more than its price is taken. The last row says that all together fall short by
        no more than the margin: it stands for the sum itself, in smaller numbers.
        """
        market, margin = self._market, prices.margin(reached)
        price_of, most_of = market.of_rows(prices), market.most_of_rows
        full = [price > margin for price in price_of]
        rows = [(most if must else 0, most) for must, most in zip(full, most_of, strict=True)]
        program = Program(rows, self._steps)
        totals = [market.total(bundle) for bundle in bundles]
        short, left = [], margin
        left -= sum(p * most for p, most, must in zip(price_of, most_of, full, strict=True) if not must)
        for bundle, total in zip(bundles, totals, strict=True):
            terms = market.terms(bundle)
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
        return Optimum(reached, prices.most, program, bundles, values)

    def _best_of(self, bundles: Iterable[Bundle], prices: ShadowPrices, reached: int = 0) -> int:
        """Return the highest sum that can be made of these bundles; `reached` is known to be possible."""
        program = Program([(0, most) for most in self._market.most_of_rows], self._steps)
        totals = []
        for bundle in bundles:
            totals.append(self._market.total(bundle))
            program.add_column(totals[-1], self._market.terms(bundle))
        try:
            values = program.solve()
        except GaveUp as gave_up:
            so_far = zip(totals, gave_up.values or [0] * len(totals), strict=True)
            best = max(reached, sum(total for total, value in so_far if value))
            raise NotProved(best, prices.most) from gave_up
        return sum(total for total, value in zip(totals, values, strict=True) if value)
