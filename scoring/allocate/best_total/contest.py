"""The bids that could win and the limits on them, as `best_total` needs them: columns, and rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import gcd
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from scoring.allocate.bidder_limits import BidderLimits, Grouped
from scoring.allocate.limits import Ranking
from scoring.exact import Integers
from scoring.methods.sorting import arranged

if TYPE_CHECKING:
    from scoring.model.record import Record


@dataclass(frozen=True, eq=False)
class Contest:
    """Ranked bids of bidders that could hold the lot alone, by lot and rank. Everything else is left out."""

    lot: Integers
    bidder: Integers
    where: Integers
    """The bid's place in its lot's ranking."""
    rank: Integers
    total: Integers
    """Units of 10^-places points."""
    places: list[int]
    """Of each lot."""
    limits: dict[int, BidderLimits]
    """Of each bidder whose limits could bind."""

    def lots_with_limits(self) -> frozenset[int]:
        """Return the lots for which a bidder bids whose limits could bind."""
        limited = np.isin(self.bidder, np.array(list(self.limits), np.int64))
        return frozenset(self.lot[limited].tolist())

    def within(self, lots: Collection[int]) -> Contest:
        """Return the bids for these lots alone; limits are about no others that count."""
        kept = np.isin(self.lot, np.array(list(lots), np.int64))
        lot, bidder, where = self.lot[kept], self.bidder[kept], self.where[kept]
        return Contest(lot, bidder, where, self.rank[kept], self.total[kept], self.places, self.limits)

    def shut_out(self, lot: int, ranked: int) -> npt.NDArray[np.bool_]:
        """Say of each bid in a lot's ranking whether it is left out: its bidder cannot hold the lot."""
        out = np.ones(ranked, np.bool_)
        out[self.where[self.lot == lot]] = False
        return out

    def bids_of(self) -> dict[int, list[int]]:
        """Return the bids of each bidder whose limits could bind."""
        found: dict[int, list[int]] = {bidder: [] for bidder in self.limits}
        for bid, bidder in enumerate(self.bidder.tolist()):
            if bidder in found:
                found[bidder].append(bid)
        return found


@dataclass(frozen=True)
class LimitRow:
    """Over the bids of one bidder: the sum of coefficient for those that win is at most `most`."""

    bids: tuple[int, ...]
    coefficients: tuple[int, ...]
    most: int


def contest_of(record: Record, rankings: Sequence[Ranking]) -> Contest:
    """Leave out bids that a bidder's declared hours rule out by themselves, and limits that cannot bind."""
    sizes = [len(ranking.bidders) for ranking in rankings]
    lot = np.repeat(np.arange(len(sizes)), sizes)
    bidder = np.concatenate([ranking.bidders for ranking in rankings])
    where = np.concatenate([np.arange(size) for size in sizes])
    rank = np.concatenate([ranking.ranks for ranking in rankings])
    total = np.concatenate([ranking.totals for ranking in rankings])
    limits: dict[int, BidderLimits] = {}
    keep = np.ones(len(lot), np.bool_)
    grouped, order = Grouped(record), arranged([bidder, lot])
    who, starts = np.unique(bidder[order], return_index=True)
    for one, (start, end) in zip(who.tolist(), pairwise([*starts.tolist(), len(order)]), strict=True):
        given = record.bidders[one]
        if given.most_lots is None and given.hours is None and not record.rules.groups:
            continue
        bids = order[start:end]
        found = grouped.limits(given, lot[bids].tolist())
        keep[[bid for bid in bids.tolist() if int(lot[bid]) not in found.lots]] = False
        if found.lot_limits or found.hours_of:
            limits[one] = found
    places = [one.places for one in record.lots]
    return Contest(lot[keep], bidder[keep], where[keep], rank[keep], total[keep], places, limits)


def rows_of(contest: Contest, bidder: int, bids: Collection[int]) -> list[LimitRow]:
    """Return a bidder's limits as rows over its bids; hours are divided by what they all have in common."""
    limits = contest.limits[bidder]
    at = {int(contest.lot[bid]): bid for bid in bids}
    rows = []
    for limit in limits.lot_limits:
        within = tuple(at[lot] for lot in sorted(limit.lots))
        rows.append(LimitRow(within, (1,) * len(within), limit.most))
    if limits.hours_of:
        common = gcd(*limits.hours_of.values())
        lots = sorted(lot for lot, hours in limits.hours_of.items() if hours)
        coefficients = tuple(limits.hours_of[lot] // common for lot in lots)
        rows.append(LimitRow(tuple(at[lot] for lot in lots), coefficients, limits.capacity // common))
    return rows
