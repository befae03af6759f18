"""Why each bidder won a place, was passed over, waits for a decision, or was flagged: one sentence each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from scoring.exact import plain, pounds
from scoring.words import counted, listed, mean_price, ordinal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.record import Bidder, Lot, Record
    from scoring.result import Result


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
    return names


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
    said = f"ranked {ordinal(rank)} of {count} with {points} points"
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
    """Say why a bidder was reached and not awarded: every limit that it had come to."""
    bidder = bidder_at(result, lot, where)
    at = result.bidder_positions[bidder.id]
    held = [earlier for earlier in result.held.get(at, []) if earlier < lot]
    reasons = _limits(result, bidder, lot, held)
    return f"ranked {ordinal(rank_at(result, lot, where))}; {'; '.join(reasons)}"


def _limits(result: Result, bidder: Bidder, lot: int, held: list[int]) -> list[str]:
    record = result.record
    names = listed([result.lot_names[earlier] for earlier in held])
    reasons = []
    if bidder.most_lots is not None and len(held) >= bidder.most_lots:
        reasons.append(
            f"already holds its {counted(len(held), 'lot')}, {names}{_preferred(record, bidder, lot, held)}"
        )
    for group in record.rules.groups:
        inside = [earlier for earlier in held if record.lots[earlier].id in group.lots]
        if record.lots[lot].id in group.lots and len(inside) >= group.most_lots:
            of_group = listed([result.lot_names[earlier] for earlier in inside])
            preferred = _preferred(record, bidder, lot, inside)
            limit = f"the most that group {group.id} allows one bidder"
            reasons.append(f"already holds {counted(len(inside), 'lot')}, {of_group}{preferred}, {limit}")
    hours, used = record.lots[lot].hours, sum(record.lots[earlier].hours for earlier in held)
    if bidder.hours is not None and used + hours > bidder.hours:
        already = f" with the {plain(used)} of {names}" if held else ""
        reasons.append(
            f"this lot's {plain(hours)} hours a week{already} are more than the {plain(bidder.hours)}"
            " that it declared it can deliver"
        )
    return reasons


def _preferred(record: Record, bidder: Bidder, lot: int, held: list[int]) -> str:
    """Say that the bidder preferred the lots that it holds to this one, where its preferences show it."""
    order = {name: at for at, name in enumerate(bidder.preferences)}
    worst = order.get(record.lots[lot].id, len(order))
    if not held or any(order.get(record.lots[one].id, len(order)) >= worst for one in held):
        return ""
    return {1: ", which it preferred", 2: ", both of which it preferred"}.get(
        len(held), ", all of which it preferred"
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
    return (
        f"{names} share rank {rank}: {left}, so {waiting} {wait} until a person decides;"
        " until then later lots are worked out as if none of them had won here"
    )


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
