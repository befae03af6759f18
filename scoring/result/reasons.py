"""Why each bidder won a place, was passed over, waits for a decision, or was flagged: one sentence each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from scoring.allocate.methods import METHODS
from scoring.english import listed, mean_price, ordinal
from scoring.exact import plain, pounds
from scoring.result import reasons_limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.model.record import Bidder, Lot
    from scoring.result.result import Result
    from scoring.result.stability import Claim


def lot_names(lots: Sequence[Lot]) -> list[str]:
    """Name lots as people do: by zone where that tells them apart, by zone and service, or by id."""
    zones = Counter(lot.zone for lot in lots)
    both = Counter((lot.zone, lot.service) for lot in lots)
    names = []
    for lot in lots:
        if zones[lot.zone] == 1:
            names.append(lot.zone)
        else:
            names.append(f"{lot.zone} {lot.service}" if both[lot.zone, lot.service] == 1 else lot.id)
    times = Counter(names)  # a zone may be called what another lot's id is
    return [lot.id if times[name] > 1 else name for lot, name in zip(lots, names, strict=True)]


def bidder_at(result: Result, lot: int, where: int) -> Bidder:
    """Return who stands at a place of a lot's ranking."""
    bid = result.ranked_in(lot)[where]
    return result.record.bidders[int(result.record.bids.bidder[bid])]


def rank_at(result: Result, lot: int, where: int) -> int:
    """Return the rank at a place of a lot's ranking."""
    return int(result.ranks[int(result.bounds[lot]) + where])


def awarded(result: Result, lot: int, where: int) -> str:
    """Say why a bidder won: its rank and points, and who stood before it and could not be awarded."""
    bid, rank = int(result.ranked_in(lot)[where]), rank_at(result, lot, where)
    count = len(result.ranked_in(lot))
    points = result.written(int(result.columns.total[bid]))
    said = f"ranked {ordinal(rank)} of {count:,} with {points} points"
    before = [over for over in result.awards[lot].passed_over if rank_at(result, lot, over) <= rank]
    if before:
        names = listed(
            [
                f"{bidder_at(result, lot, over).name} ({ordinal(rank_at(result, lot, over))})"
                for over in before
            ]
        )
        said += f"; {names} {'was' if len(before) == 1 else 'were'} at a limit"
    return said


def passed_over(result: Result, lot: int, where: int) -> str:
    """Say why a bidder ranked high enough was not awarded: every limit that it had come to."""
    bidder = bidder_at(result, lot, where)
    limits = reasons_limits.reasons(result, bidder, lot)
    said = f"ranked {ordinal(rank_at(result, lot, where))}; {'; '.join(reason for _, reason in limits)}"
    could_hold_it = bidder.hours is None or result.record.lots[lot].hours <= bidder.hours
    besides = METHODS[result.record.rules.allocation].passed_over
    if could_hold_it and besides:
        said += f"; {besides}"
    return said


def claim(result: Result, held: Claim) -> str:
    """Say who would rather have the lot, and why the method left it so."""
    names, who = result.lot_names, result.record.bidders[held.bidder]
    rank, rather = ordinal(rank_at(result, held.lot, held.where)), listed([names[lot] for lot in held.for_it])
    them = "it" if len(held.for_it) == 1 else "them"
    return (
        f"{who.name} is ranked {rank} and prefers {names[held.lot]} to {rather}, which it holds; it came to"
        f" hold {them} while this lot did not fit within its limits, and the method has nobody give up a lot"
    )


def undecided(result: Result, lot: int, tied: tuple[int, ...], places: tuple[int, ...]) -> str:
    """Say who is level, and that a person must decide before the places are awarded."""
    names = listed([bidder_at(result, lot, where).name for where in tied])
    rank = rank_at(result, lot, tied[0])
    keys = result.record.rules.ties
    left = "no tie-break is published"
    if keys:
        left = f"the published tie-breaks ({', '.join(keys)}) leave them level"
    waiting = f"place {places[0]}" if len(places) == 1 else f"places {listed([str(one) for one in places])}"
    wait = "waits" if len(places) == 1 else "wait"
    meanwhile = METHODS[result.record.rules.allocation].meanwhile
    return f"{names} share rank {rank}: {left}, so {waiting} {wait} until a person decides; {meanwhile}"


def abnormally_low(result: Result, bid: int) -> list[str]:
    """Say by which published threshold a ranked price is to be asked about."""
    bids, rules = result.record.bids, result.record.rules
    price = int(bids.price[bid])
    prices = result.sorted_prices(int(bids.lot[bid]))
    total, count = int(prices.sum()) - price, len(prices) - 1
    said = []
    if rules.below_mean is not None and 10_000 * price * count <= (10_000 - rules.below_mean) * total:
        mean = f"the mean of the other prices, {mean_price(total, count)}"
        said.append(f"price {pounds(price)} is at least {plain(rules.below_mean)}% below {mean}")
    after = int(np.searchsorted(prices, price)) + 1  # past the bid's own price; an equal one may follow
    if rules.below_next is not None and after <= count:
        following = int(prices[after])
        if 10_000 * price <= (10_000 - rules.below_next) * following:
            below = f"at least {plain(rules.below_next)}% below the next lowest, {pounds(following)}"
            said.append(f"price {pounds(price)} is {below}")
    return said
