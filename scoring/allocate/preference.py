"""`preference`: deferred acceptance; bidders ask in the order of their preferences, lots keep the best.

After D. Gale and L. S. Shapley, "College admissions and the stability of marriage" (1962), with bidders that
may hold several lots. It goes in rounds, and nothing is final before the last:

1. Every bidder takes the lots in its order of preference and asks for each that fits within its limits
   beside what it holds and has just asked for, unless enough bidders ranked higher have already asked for the
   lot to fill its places. Lots that it bids for and did not list come last, in the order of the record.
2. Every lot keeps the best-ranked of all that ever asked, up to its places, and turns the others down.
3. A bidder that was turned down looks again, in the next round. When nobody asks any more, it is done.

No bidder's turn comes before another's, so the order of bidders in the record decides nothing; and nobody
gives up a lot that it holds. A rank that several who asked share keeps their places for a person to decide,
and until then they are treated as turned down there. What the result promises is in `stability`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from scoring.allocate.limits import NO_LIMIT, LotAwards, Ranking, award_lot
from scoring.exact import Integers
from scoring.methods.sorting import arranged

if TYPE_CHECKING:
    from scoring.model.record import Record
    from scoring.model.rules import Group

Flags = npt.NDArray[np.bool_]
_COUNTERS: Final = 50_000_000
"""So many counters by bidder and group are kept in one table; beyond that, only those that are needed."""


def preference(record: Record, rankings: Sequence[Ranking]) -> list[LotAwards]:
    """Award by deferred acceptance; a lot's places are numbered by rank."""
    sizes = [len(ranking.bidders) for ranking in rankings]
    bounds = np.cumsum([0, *sizes]).tolist()
    bidder = np.concatenate([ranking.bidders for ranking in rankings])
    rank = np.concatenate([ranking.ranks for ranking in rankings])
    lot = np.repeat(np.arange(len(rankings)), sizes)
    order = by_preference(record, bidder, lot)
    asked = np.zeros(len(order), np.bool_)
    asked[order] = _Rounds(record, bidder[order], lot[order], rank[order]).settle()
    return [
        award_lot(ranking.ranks, ~asked[start:end], one.places)
        for one, ranking, (start, end) in zip(record.lots, rankings, pairwise(bounds), strict=True)
    ]


def by_preference(record: Record, bidder: Integers, lot: Integers) -> Integers:
    """Return the order of bids, given the bidder and lot of each, by bidder and then by its preference."""
    lots = len(record.lots)
    counts = np.array([len(one.preferences) for one in record.bidders], np.int64)
    listed = int(counts.sum())
    if listed == 0:
        return arranged([bidder, lot])
    lot_at = {one.id: at for at, one in enumerate(record.lots)}
    names = chain.from_iterable(one.preferences for one in record.bidders)
    named = np.fromiter(map(lot_at.__getitem__, names), np.int64, listed)
    by = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(listed) - np.repeat(np.cumsum(counts) - counts, counts)
    order = arranged([by, named])
    key, number = (by * lots + named)[order], number[order]
    order = arranged([bidder, lot])  # so that one sorted list is looked up in another
    wanted = (bidder * lots + lot)[order]
    found = np.minimum(np.searchsorted(key, wanted), listed - 1)
    place = np.where(key[found] == wanted, number[found], lots + lot[order])
    return order[arranged([bidder[order], place])]


class _Rounds:
    """Who has asked for what, and what each lot keeps. Bids are known by position, in order of preference."""

    def __init__(self, record: Record, bidder: Integers, lot: Integers, rank: Integers) -> None:
        """Begin with nobody having asked."""
        self._bidder, self._lot, self._rank = bidder, lot, rank
        self._room = _Room(record, bidder, lot)
        self._places = [one.places for one in record.lots]
        self._worst = np.full(len(record.lots), NO_LIMIT)
        """The last rank in each lot that may still ask: above it, enough have asked to fill the places."""
        self._kept: list[Integers] = [np.zeros(0, np.int64) for _ in record.lots]
        """The bids that have asked, of each lot, down to the last rank with a place; by rank."""
        self._held = np.zeros(len(bidder), np.bool_)
        self._asked = np.zeros(len(bidder), np.bool_)
        counts = np.bincount(bidder, minlength=len(record.bidders))
        self._end = np.cumsum(counts)
        self._next = self._end - counts
        """The bid that each bidder comes to next."""
        self._skipped = self._end.copy()
        """The first bid that each bidder went past because it did not fit."""

    def settle(self) -> Flags:
        """Go on until nobody asks; return of each bid whether it ever asked."""
        looking = np.arange(len(self._end))
        while True:
            asking = self._ask(looking)
            if len(asking) == 0:
                return self._asked
            turned_down = self._answer(asking)
            self._room.give_back(turned_down)
            looking = np.unique(self._bidder[turned_down])
            self._next[looking] = np.minimum(self._next[looking], self._skipped[looking])
            self._skipped[looking] = self._end[looking]

    def _ask(self, looking: Integers) -> Integers:
        """Return the bids by which these bidders ask now: each goes down its list until it has no room."""
        found = [np.zeros(0, np.int64)]
        while len(looking):
            looking = looking[self._room.any(looking) & (self._next[looking] < self._end[looking])]
            bids = self._next[looking]
            self._next[looking] += 1
            may = ~self._asked[bids] & (self._rank[bids] <= self._worst[self._lot[bids]])
            fits = self._room.fits(bids)
            past, who = bids[may & ~fits], looking[may & ~fits]
            self._skipped[who] = np.minimum(self._skipped[who], past)
            bids = bids[may & fits]
            self._asked[bids] = True
            self._room.take(bids)
            found.append(bids)
        return np.concatenate(found)

    def _answer(self, asking: Integers) -> Integers:
        """Let each lot keep the best of all that asked; return the bids turned down, or held no longer."""
        asking = asking[arranged([self._lot[asking], self._rank[asking]])]
        lots, starts = np.unique(self._lot[asking], return_index=True)
        turned_down = []
        for lot, (start, end) in zip(lots.tolist(), pairwise([*starts.tolist(), len(asking)]), strict=True):
            had, new = self._kept[lot], asking[start:end]
            both = np.concatenate((had, new))
            both = both[np.argsort(self._rank[both], kind="stable")]
            ranks = self._rank[both]
            if len(both) >= self._places[lot]:
                self._worst[lot] = ranks[self._places[lot] - 1]
                both = both[: np.searchsorted(ranks, self._worst[lot], side="right")]
                ranks = ranks[: len(both)]
            same = ranks[1:] == ranks[:-1]
            shared = np.concatenate(([False], same)) | np.concatenate((same, [False]))
            hoping = np.concatenate((had[self._held[had]], new))
            self._held[had] = False
            self._held[both[~shared]] = True
            self._kept[lot] = both
            turned_down.append(hoping[~self._held[hoping]])
        return np.concatenate(turned_down)


class _Room:
    """What each bidder could still take, beside what it holds and asks for. Bids are known by position."""

    def __init__(self, record: Record, bidder: Integers, lot: Integers) -> None:
        """Begin with all that the limits allow."""
        self._bidder = bidder
        self._hours_of = np.array([one.hours for one in record.lots], np.int64)[lot]
        self._lots = np.array([one.most_lots or NO_LIMIT for one in record.bidders], np.int64)
        hours = [NO_LIMIT if one.hours is None else one.hours for one in record.bidders]
        self._hours = np.array(hours, np.int64)
        groups = [group for group in record.rules.groups if group.most_lots < len(group.lots)]
        most = np.array([*(group.most_lots for group in groups), NO_LIMIT], np.int64)
        self._lot, self._groups = lot, _groups_of_lots(record, groups)
        self._width = len(most)
        self._cells: Integers | None = None
        """Which counters each bid counts in, where those of all bidders and groups would be too many."""
        count = len(record.bidders) * self._width
        if count > _COUNTERS:
            needed, of_each = np.unique(self._numbers(np.arange(len(bidder))), return_inverse=True)
            self._cells = of_each.reshape(len(self._groups), len(bidder))
            self._left = most[needed % self._width]
        else:
            self._left = np.tile(most, len(record.bidders))

    def _numbers(self, bids: Integers) -> Integers:
        """Return the numbers of bidder and group together, [first, second, … group of its lot, bid]."""
        return self._bidder[bids] * self._width + self._groups[:, self._lot[bids]]

    def _counters(self, bids: Integers) -> Integers:
        return self._numbers(bids) if self._cells is None else self._cells[:, bids]

    def any(self, bidders: Integers) -> Flags:
        """Say of each bidder whether its own number of lots leaves room for another."""
        return self._lots[bidders] > 0

    def fits(self, bids: Integers) -> Flags:
        """Say of each bid whether it fits."""
        bidders = self._bidder[bids]
        fits: Flags = (self._lots[bidders] > 0) & (self._hours[bidders] >= self._hours_of[bids])
        fits &= (self._left[self._counters(bids)] > 0).all(axis=0)
        return fits

    def take(self, bids: Integers) -> None:
        """Count bids, no two of one bidder, as held."""
        self._change(bids, -1)

    def give_back(self, bids: Integers) -> None:
        """Count bids as held no longer."""
        self._change(bids, 1)

    def _change(self, bids: Integers, by: int) -> None:
        bidders = self._bidder[bids]
        np.add.at(self._lots, bidders, by)
        np.add.at(self._hours, bidders, by * self._hours_of[bids])
        np.add.at(self._left, self._counters(bids).ravel(), by)


def _groups_of_lots(record: Record, groups: Sequence[Group]) -> Integers:
    """Return the groups of each lot, [first, second, …, lot], filled up with one beyond the last."""
    lot_at = {lot.id: at for at, lot in enumerate(record.lots)}
    of_lot: list[list[int]] = [[] for _ in record.lots]
    for at, group in enumerate(groups):
        for name in group.lots:
            of_lot[lot_at[name]].append(at)
    width = max(map(len, of_lot))
    filled = [of + [len(groups)] * (width - len(of)) for of in of_lot]
    return np.array(filled, np.int64).reshape(len(filled), width).T
