"""`best_total`: the awards whose totals come to the highest sum that the limits allow.

Of allocations with the same sum, the published choice is made lot by lot in the order of the record, and in
each lot rank by rank, best first: as many awards as can be at that rank, given those before. So where the sum
is the same, a better-ranked bidder goes before a worse one, an earlier lot before a later one, and a place is
filled where it can be even if only totals of nought are left for it.

That leaves one thing open: which of several who share a rank are awarded. Where more than one of them wins in
one or other of the allocations that are then left, the places of that rank wait for a person to decide; who
wins in none of them is not in the tie. Every award that does not wait is the same in all of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, islice
from operator import mul
from typing import TYPE_CHECKING, Final

import numpy as np

from scoring.allocate.best_total.contest import Contest, contest_of
from scoring.allocate.best_total.integer_program import GaveUp, NotSolved
from scoring.allocate.best_total.search import NotProved, Optimum, optimum
from scoring.allocate.limits import Holdings, LotAwards, Ranking, award_lot
from scoring.exact import decimal

if TYPE_CHECKING:
    from scoring.model.record import Record

_LARGEST: Final = 2**20
"""So many ways for the ranks that are settled in one go; their worths are whole and well within a float's."""


@dataclass
class _Rank:
    """The bids of one rank in one lot that may win, and how many of them do."""

    lot: int
    rank: int
    bids: list[int]
    awards: int = 0


def best_total(record: Record, rankings: Sequence[Ranking]) -> list[LotAwards]:
    """Award for the highest sum. Raises NotSolved where no answer of the solver bears checking."""
    contest = contest_of(record, rankings)
    at_limits = contest.lots_with_limits()
    within = contest.within(at_limits)
    by_lot: list[list[_Rank]] = [[] for _ in rankings]
    for one in _settled(record, within) if at_limits else ():
        by_lot[one.lot].append(one)
    return [
        _awards(within, ranking, by_lot[lot], places)
        if lot in at_limits
        else award_lot(ranking.ranks, contest.shut_out(lot, len(ranking.ranks)), places)
        for lot, (ranking, places) in enumerate(zip(rankings, contest.places, strict=True))
    ]


def _settled(record: Record, contest: Contest) -> list[_Rank]:
    """Return the awards of the lots in which somebody's limits could bind; the others are awarded by rank."""
    try:
        best = optimum(contest)
        choice = _Choice(contest, best)
        found = choice.settle()
    except NotProved as gap:
        raise NotSolved(_given_up(gap, record.rules.places)) from gap
    _check(record, contest, best, choice.winners())
    return found


def _given_up(gap: NotProved, places: int) -> str:
    reached, bound = decimal(gap.reached, places), decimal(gap.bound, places)
    beginning = "the search gave up: in the lots where limits count, the "
    if reached == bound:
        return (
            f"{beginning}highest sum is {reached}, but so many awards come to it that the published one among"
            " them was not found, so none is awarded"
        )
    return (
        f"{beginning}best awards that it found come to {reached}, and none come to more than {bound}. None is"
        " proved the best, so none is awarded"
    )


class _Choice:
    """The published choice among the allocations that reach the highest sum."""

    def __init__(self, contest: Contest, best: Optimum) -> None:
        """Begin with any of them."""
        self._contest, self._best, self._program = contest, best, best.program
        self._columns: dict[int, list[int]] = {}
        for column, bundle in enumerate(best.bundles):
            for bid in bundle:
                self._columns.setdefault(bid, []).append(column)
        self._values = best.values

    def winners(self) -> list[int]:
        """Return the bids that win in the allocation at hand."""
        return [
            bid
            for bundle, taken in zip(self._best.bundles, self._values, strict=True)
            if taken
            for bid in bundle
        ]

    def settle(self) -> list[_Rank]:
        """Return the ranks that have awards, each with the bids that may win one, by lot and rank.

        Raises NotProved where the steps are used up before.
        """
        try:
            return self._settle()
        except GaveUp as gave_up:
            raise NotProved(self._best.total, self._best.total) from gave_up

    def _settle(self) -> list[_Rank]:
        ranks = self._ranks()
        left = list(self._contest.places)
        weighed: set[int] = set()
        for at, one in enumerate(ranks):
            if at not in weighed and self._count(one) < min(len(one.bids), left[one.lot]):
                later = (place for place in range(at, len(ranks)) if left[ranks[place].lot])
                weighed = self._together(ranks, list(islice(later, 20)))
                self._improve([ranks[place] for place in sorted(weighed)])
            one.awards = self._count(one)
            left[one.lot] -= one.awards
            self._hold(one)
        won = [one for one in ranks if one.awards]
        may = self._may_win([bid for one in won if len(one.bids) > 1 for bid in one.bids])
        return [one if len(one.bids) == 1 else replace(one, bids=sorted(may & set(one.bids))) for one in won]

    def _ranks(self) -> list[_Rank]:
        bids = sorted(self._columns)
        key = list(
            zip(self._contest.lot[bids].tolist(), self._contest.rank[bids].tolist(), bids, strict=True)
        )
        return [
            _Rank(lot, rank, [bid for _, _, bid in of]) for (lot, rank), of in groupby(key, lambda k: k[:2])
        ]

    def _count(self, one: _Rank) -> int:
        return sum(self._values[column] for bid in one.bids for column in self._columns[bid])

    def _together(self, ranks: Sequence[_Rank], places: Sequence[int]) -> set[int]:
        """Return as many of these places among the ranks as can be weighed against each other in one go."""
        ways = list(accumulate((self._most(ranks[place]) + 1 for place in places), mul))
        return set(places[: max(1, bisect_right(ways, _LARGEST))])

    def _most(self, one: _Rank) -> int:
        return min(len(one.bids), self._contest.places[one.lot])

    def _improve(self, ranks: Sequence[_Rank]) -> None:
        """Go over to the allocation that is best in these ranks: one award at a rank outweighs all later."""
        worth, weight = [0] * len(self._best.bundles), 1
        for one in reversed(ranks):
            for bid in one.bids:
                for column in self._columns[bid]:
                    worth[column] += weight
            weight *= self._most(one) + 1
        self._program.set_worth(worth)
        found = self._program.solve()
        if sum(map(mul, worth, found)) < sum(map(mul, worth, self._values)):
            raise NotSolved("the solver calls an allocation the best that is not")
        self._values = found

    def _hold(self, one: _Rank) -> None:
        """Keep to the number of awards at a rank from now on."""
        columns = [column for bid in one.bids for column in self._columns[bid]]
        if one.awards == 0:
            for column in columns:
                self._program.forbid(column)
        elif len(columns) > 1:
            self._program.add_row([(column, 1) for column in columns], one.awards, one.awards)
        else:
            self._program.require(columns[0])

    def _may_win(self, bids: Sequence[int]) -> set[int]:
        """Return which of these bids win in any of the allocations that are left."""
        seen = self._winning(bids, self._values)
        while len(seen) < len(bids):
            worth = [0] * len(self._best.bundles)
            for bid in set(bids) - seen:
                for column in self._columns[bid]:
                    worth[column] += 1
            self._program.set_worth(worth)
            found = self._winning(bids, self._program.solve()) - seen
            if not found:
                break
            seen |= found
        return seen

    def _winning(self, bids: Sequence[int], values: Sequence[int]) -> set[int]:
        return {bid for bid in bids if any(values[column] for column in self._columns[bid])}


def _awards(contest: Contest, ranking: Ranking, ranks: Sequence[_Rank], places: int) -> LotAwards:
    """Number the places of one lot by rank; a rank of which several may win waits for a decision."""
    awarded, undecided, place = [], [], 1
    settled: set[int] = set()
    for one in ranks:
        where = tuple(contest.where[one.bids].tolist())
        settled.update(where)
        if len(where) == 1:
            awarded.append((where[0], place))
        else:
            undecided.append((where, tuple(range(place, place + one.awards))))
        place += one.awards
    reached = len(ranking.ranks)
    if place > places:
        reached = int(np.searchsorted(ranking.ranks, ranks[-1].rank, side="right"))
    passed_over = tuple(where for where in range(reached) if where not in settled)
    reserves = tuple(where for where in range(reached, len(ranking.ranks)) if where not in settled)
    return LotAwards(tuple(awarded), passed_over, tuple(undecided), reserves)


def _check(record: Record, contest: Contest, best: Optimum, winners: Sequence[int]) -> None:
    """Hold an allocation to the record's limits and to its sum, in integers and apart from any programme."""
    holdings, left, total = Holdings(record), list(contest.places), 0
    for bid in winners:
        lot, bidder = int(contest.lot[bid]), int(contest.bidder[bid])
        left[lot] -= 1
        if left[lot] < 0 or holdings.at_limit(contest.bidder[bid : bid + 1], lot)[0]:
            raise NotSolved(f"the solver awards {record.lots[lot].id} beyond a limit")
        holdings.award(bidder, lot)
        total += int(contest.total[bid])
    if total != best.total:
        raise NotSolved(f"the solver's awards come to {total}, not to {best.total}")
