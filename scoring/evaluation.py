"""From a record to every score, state, rank and award, in one pass over columns."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from scoring import allocation, eligibility, price, quality, ranking
from scoring.bids import NO_PRICE
from scoring.eligibility import FLAGS, STATES
from scoring.exact import Integers
from scoring.result import NOT_SCORED, Columns, Result

if TYPE_CHECKING:
    from scoring.record import Record

_RANKED = STATES.index("ranked")
_LOW = 1 << FLAGS.index("abnormally_low")


def evaluate(record: Record) -> Result:
    """Evaluate a record. Deterministic: the same record gives the same result on every machine."""
    rules, bids = record.rules, record.bids
    bidder_ids = [bidder.id for bidder in record.bidders]
    table = quality.points_table(rules.questions, rules.scale, rules.places)
    quality_points = quality.quality_points(table, bids.marks)
    states = eligibility.states(record, quality_points)
    arranged = _by_lot_and_bidder(record, ranking.positions_of_ids(bidder_ids))
    ranked = arranged[states[arranged] == _RANKED]
    price_points, total = np.full((2, len(bids)), NOT_SCORED, np.int64)
    flags = eligibility.rating_flags(record.bidders)[bids.bidder]
    lots = np.arange(len(record.lots) + 1)  # one beyond the last, so that bounds close the last lot too
    bounds = np.searchsorted(bids.lot[ranked], lots)
    if len(ranked):
        prices = yardstick(bids.price[ranked], bounds)
        terms = rules.price.terms
        price_points[ranked] = price.points(
            rules.price.method, rules.price_weight, rules.places, prices, terms
        )
        total[ranked] = quality_points[ranked] + price_points[ranked]
        low = abnormally_low(prices.price, bounds, rules.below_mean, rules.below_next)
        flags[ranked[low]] |= _LOW
    quality_points[(bids.marks == quality.UNMARKED).any(axis=0)] = NOT_SCORED
    scored = ranking.Scored(rules, bids, [lot.id for lot in record.lots], bidder_ids, quality_points, total)
    order, ranks = ranking.rank(scored, ranked)
    bidders, totals = bids.bidder[order], total[order]
    rankings = [
        allocation.Ranking(bidders[start:end], ranks[start:end], totals[start:end])
        for start, end in pairwise(bounds.tolist())
    ]
    awards = allocation.METHODS[rules.allocation](record, rankings)
    columns = Columns(table, states, flags, quality_points, price_points, total)
    unranked = arranged[states[arranged] != _RANKED]
    unranked_bounds = np.searchsorted(bids.lot[unranked], lots)
    return Result(record, columns, scored, order, ranks, bounds, unranked, unranked_bounds, tuple(awards))


def _by_lot_and_bidder(record: Record, places: Integers) -> Integers:
    """Return the positions of the bids by lot, and within a lot by bidder id."""
    key = record.bids.lot * max(len(record.bidders), 1) + places[record.bids.bidder]
    if bool((key[1:] > key[:-1]).all()):
        return np.arange(len(key))
    return np.argsort(key, kind="stable")


def yardstick(prices: Integers, bounds: Integers) -> price.Prices:
    """Measure ranked prices (pence), arranged by lot: lot n is prices[bounds[n]:bounds[n + 1]]."""
    count = np.diff(bounds)
    filled = np.flatnonzero(count)
    starts = bounds[:-1][filled]
    lowest, total = np.minimum.reduceat(prices, starts), np.add.reduceat(prices, starts)
    sizes = count[filled]
    return price.Prices(prices, np.repeat(lowest, sizes), np.repeat(total, sizes), np.repeat(sizes, sizes))


def abnormally_low(
    prices: Integers, bounds: Integers, below_mean: int | None, below_next: int | None
) -> npt.NDArray[np.bool_]:
    """Say which ranked prices, arranged by lot, are to be asked about.

    A price is low when it is at least `below_mean` hundredths of a per cent below the mean of the other
    prices in its lot, or at least `below_next` below the lowest of those other prices that are not below it.
    A lone price is compared with nothing.
    """
    low = np.zeros(len(prices), np.bool_)
    if below_mean is None and below_next is None:
        return low
    for start, end in pairwise(bounds.tolist()):
        if end - start < 2:
            continue
        lot = prices[start:end]
        if below_mean is not None:
            low[start:end] |= lot <= _mean_threshold(int(lot.sum()), end - start, below_mean)
        if below_next is not None:
            low[start:end] |= 10_000 * lot <= (10_000 - below_next) * _next_lowest(lot)
    return low


def _mean_threshold(total: int, count: int, below: int) -> int:
    """Return the highest price that is at least `below` under the mean of the others, in Python's integers.

    p <= (total - p) / (count - 1) x k / 10,000 with k = 10,000 - below, solved for p, which stands on both
    sides because the mean is that of the OTHER prices.
    """
    kept = 10_000 - below
    return total * kept // ((count - 1) * 10_000 + kept)


def _next_lowest(prices: Integers) -> Integers:
    """Return for each price the lowest other one that is not below it; NO_PRICE where there is none."""
    arranged = np.argsort(prices, kind="stable")
    ascending = prices[arranged]
    after = np.concatenate((ascending[1:], [NO_PRICE]))
    before = np.concatenate(([NO_PRICE], ascending[:-1]))
    found = np.empty_like(prices)
    found[arranged] = np.where(before == ascending, ascending, after)
    return found
