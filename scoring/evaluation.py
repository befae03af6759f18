"""From a record to every score, state, rank and award, in one pass over columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from scoring.allocate import methods
from scoring.allocate.limits import Ranking
from scoring.exact import AT_ONCE, Integers
from scoring.methods import eligibility, price, quality, ranking, ties_decided
from scoring.methods.bid_states import LOW_PRICE, RANKED
from scoring.methods.eligibility import FLAGS, STATES
from scoring.methods.price_method import Prices
from scoring.methods.sorting import arranged, grouped
from scoring.methods.tie_keys import Scored, seed_of
from scoring.model.bids import NO_PRICE
from scoring.reading import record as reading
from scoring.reading.faults import Fault, RecordRefused
from scoring.result.data import NOT_SCORED, Columns
from scoring.result.result import Result

if TYPE_CHECKING:
    from scoring.model.record import Record
    from scoring.model.rules import Rules

_RANKED = STATES.index(RANKED.name)
_LOW = 1 << FLAGS.index(LOW_PRICE.name)


def evaluate(record: Record) -> Result:
    """Evaluate a record. Deterministic: the same record gives the same result on every machine.

    Raises RecordRefused where a decision in `ties_decided` is not about those who are level.
    """
    figures, scored, ranked, measure = _scored(record)
    faults = [] if record.is_supposed else _faults_of_ties(scored, ranked)
    if faults:
        raise RecordRefused(faults)
    bids, total = record.bids, figures.total
    order, ranks = ranking.rank(scored, ranked)
    bounds = _bounds(measure.count)
    bidders, totals = bids.bidder[order], total[order]
    rankings = [
        Ranking(bidders[start:end], ranks[start:end], totals[start:end])
        for start, end in pairwise(bounds.tolist())
    ]
    awards = methods.METHODS[record.rules.allocation].allocate(record, rankings)
    unranked = _by_lot_and_bidder(record, scored.bidder_ids, np.flatnonzero(figures.states != _RANKED))
    unranked_bounds = _bounds(np.bincount(bids.lot[unranked], minlength=len(record.lots)))
    return Result(record, figures, scored, order, ranks, bounds, unranked, unranked_bounds, tuple(awards))


def check(obj: object) -> list[Fault]:
    """Return every fault of a record given as a JSON object; none means that it can be evaluated."""
    faults = reading.check(obj)
    return faults or faults_of_ties(reading.from_object(obj))


def faults_of_ties(record: Record) -> list[Fault]:
    """Return a fault for each decision of a sound record that is not about those who are level."""
    if not record.ties_decided:
        return []
    _, scored, ranked, _ = _scored(record)
    return _faults_of_ties(scored, ranked)


def _faults_of_ties(scored: Scored, ranked: Integers) -> list[Fault]:
    misfits = ties_decided.misfits(scored, ranked)
    return [Fault(f"ties_decided[{number}].bidders", message) for number, message in misfits]


def _scored(record: Record) -> tuple[Columns, Scored, Integers, LotYardsticks]:
    """Return every figure, what ranks rest on, the positions of ranked bids, and each lot's yardstick."""
    rules, bids = record.rules, record.bids
    bidder_ids = [bidder.id for bidder in record.bidders]
    table = quality.points_table(rules.questions, rules.scale, rules.places)
    quality_points = quality.quality_points(table, bids.marks)
    states = eligibility.states(record, quality_points)
    ranked = np.flatnonzero(states == _RANKED)
    flags = eligibility.rating_flags(record)
    lot, pence = bids.lot[ranked], bids.price[ranked]
    measure = yardstick(lot, pence, len(record.lots))
    price_points, total = np.full(len(bids), NOT_SCORED), np.full(len(bids), NOT_SCORED)
    for start in range(0, len(ranked), AT_ONCE):
        some, of_lot = ranked[start : start + AT_ONCE], lot[start : start + AT_ONCE]
        earned = _earned(rules, pence[start : start + AT_ONCE], of_lot, measure)
        price_points[some] = earned
        total[some] = earned + quality_points[some]
    low = abnormally_low(lot, pence, measure, rules.below_mean, rules.below_next)
    flags[ranked[low]] |= _LOW
    quality_points[quality.unmarked(bids.marks)] = NOT_SCORED
    scored = Scored(
        rules=rules,
        bids=bids,
        lot_ids=[lot.id for lot in record.lots],
        bidder_ids=bidder_ids,
        quality=quality_points,
        total=total,
        seed=seed_of(record),
        decisions=record.ties_decided,
    )
    columns = Columns(table, states, flags, quality_points, price_points, total)
    return columns, scored, ranked, measure


def _by_lot_and_bidder(record: Record, bidder_ids: Sequence[str], bids: Integers) -> Integers:
    if len(bids) == 0:
        return bids
    places = ranking.positions_of_ids(bidder_ids)
    return bids[arranged([record.bids.lot[bids], places[record.bids.bidder[bids]]])]


def _bounds(count: Integers) -> Integers:
    """Return where each lot's bids begin once they are arranged by lot, and one more: where the last ends."""
    return np.concatenate(([0], np.cumsum(count)))


@dataclass(frozen=True)
class LotYardsticks:
    """The yardstick of each lot's ranked prices, a position for each lot; noughts where it has none."""

    lowest: Integers
    total: Integers
    count: Integers


def yardstick(lot: Integers, prices: Integers, lots: int) -> LotYardsticks:
    """Measure ranked prices (pence), given the lot of each."""
    lowest, total = np.full(lots, np.iinfo(np.int64).max), np.zeros(lots, np.int64)
    np.minimum.at(lowest, lot, prices)
    np.add.at(total, lot, prices)
    count = np.bincount(lot, minlength=lots)
    return LotYardsticks(np.where(count, lowest, 0), total, count)


def _earned(rules: Rules, pence: Integers, lot: Integers, measure: LotYardsticks) -> Integers:
    """Return the price points of some ranked bids, units of 10^-places, given price and lot of each."""
    prices = Prices(pence, measure.lowest[lot], measure.total[lot], measure.count[lot])
    return price.points(rules.price.method, rules.price_weight, rules.places, prices, rules.price.terms)


def abnormally_low(
    lot: Integers, prices: Integers, measure: LotYardsticks, below_mean: int | None, below_next: int | None
) -> npt.NDArray[np.bool_]:
    """Say which ranked prices, given the lot of each, are abnormally low.

    A price is low when it is at least `below_mean` hundredths of a per cent below the mean of the other
    prices in its lot, or at least `below_next` below the lowest of those other prices that are not below it.
    A lone price is compared with nothing.
    """
    low = np.zeros(len(prices), np.bool_)
    if below_mean is not None:
        totals = zip(measure.total.tolist(), measure.count.tolist(), strict=True)
        highest = [_mean_threshold(total, count, below_mean) if count > 1 else 0 for total, count in totals]
        low |= prices <= np.array(highest, np.int64)[lot]
    if below_next is not None:
        low |= 10_000 * prices <= (10_000 - below_next) * _next_lowest(lot, prices)
    return low


def _mean_threshold(total: int, count: int, below: int) -> int:
    """Return the highest price that is at least `below` under the mean of the others, in Python's integers.

    p <= (total - p) / (count - 1) x k / 10,000 with k = 10,000 - below, solved for p, which is on both
    sides because the mean is that of the OTHER prices.
    """
    kept = 10_000 - below
    return total * kept // ((count - 1) * 10_000 + kept)


def _next_lowest(lot: Integers, prices: Integers) -> Integers:
    """Return for each price the lowest other one in its lot that is not below it; NO_PRICE without any."""
    order, begins = grouped([lot, prices])
    along, ascending = lot[order], prices[order]
    after = np.full(len(order), NO_PRICE)
    after[:-1] = np.where(along[1:] == along[:-1], ascending[1:], NO_PRICE)
    repeated = begins != np.arange(len(order))  # not the first of its price in its lot
    found = np.empty_like(prices)
    found[order] = np.where(repeated, ascending, after)
    return found
