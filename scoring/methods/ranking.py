"""Ranks within each lot, and what the published tie-break keys do to equal totals.

A tie is a value: bids that the keys leave equal have one rank (1, 1, 3). Nothing here depends on the order in
which bids stand in the record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.exact import Integers
from scoring.methods.sorting import bits, grouped, room
from scoring.model.bids import Bids
from scoring.model.rules import Rules

UNRANKED: Final = 0


@dataclass(frozen=True)
class Scored:
    """What ranking needs: the bids with, for each, lot, bidder, quality and total (units of 10^-places)."""

    rules: Rules
    bids: Bids
    lot_ids: Sequence[str]
    bidder_ids: Sequence[str]
    quality: Integers
    total: Integers


def positions_of_ids(identifiers: Sequence[str]) -> Integers:
    """Return for each id its place in the sorted ids: the one order that a record's order cannot change."""
    places = np.empty(len(identifiers), np.int64)
    places[sorted(range(len(identifiers)), key=identifiers.__getitem__)] = np.arange(len(identifiers))
    return places


def rank(scored: Scored, ranked: Integers) -> tuple[Integers, Integers]:
    """Return (`ranked` by lot and rank, and within a rank by bidder id; the rank of each of those).

    `ranked` has the positions of ranked bids, in any order. Sorting happens in rounds: the first takes lots,
    totals and as many tie-break keys as one sort holds, and each one after it the next keys, for those bids
    alone that are level so far. So a draw is worked out only where it counts.
    """
    if len(ranked) == 0:
        return ranked, ranked.copy()
    lot = scored.bids.lot[ranked]
    columns, left = _with_keys(
        scored, ranked, [lot, _highest_first(scored.total[ranked])], list(scored.rules.ties)
    )
    arranged, group = grouped(columns)
    order = ranked[arranged]
    shared = _shared(group)
    while left and len(shared):
        columns, left = _with_keys(scored, order[shared], [group[shared]], left)
        arranged, begins = grouped(columns)
        order[shared] = order[shared][arranged]
        group[shared] = shared[begins]
        shared = shared[_shared(group[shared])]
    if len(shared):
        bidder = positions_of_ids(scored.bidder_ids)[scored.bids.bidder[order[shared]]]
        order[shared] = order[shared][grouped([group[shared], bidder])[0]]
    count = np.bincount(lot)
    first = np.repeat(np.cumsum(count) - count, count)
    return order, group - first + 1


def _with_keys(
    scored: Scored, bids: Integers, columns: list[Integers], names: list[str]
) -> tuple[list[Integers], list[str]]:
    """Add to the columns the values of as many keys as one sort holds; return them and the keys left.

    The first round may do without a key, and leaves the draw, which costs most, to the tied; a later one,
    which has but the one column of groups, takes at least one.
    """
    first, left = len(columns) > 1, room(len(bids)) - sum(bits(column) for column in columns)
    for taken, name in enumerate(names):
        kind = name.split(":")[0]
        if taken or first:
            if kind == "draw":
                return columns, names[taken:]
            values = KEYS[kind](scored, bids, name)
            left -= bits(values)
            if left < 0:
                return columns, names[taken:]
        else:
            values = KEYS[kind](scored, bids, name)
            left -= bits(values)
        columns.append(values)
    return columns, []


def _shared(group: Integers) -> Integers:
    """Return the positions whose group has more than one member."""
    same = group[1:] == group[:-1]
    tied = np.zeros(len(group), np.bool_)
    tied[1:] |= same
    tied[:-1] |= same
    return np.flatnonzero(tied)


def _highest_first(values: Integers) -> Integers:
    return np.negative(values, out=values)


Key = Callable[[Scored, Integers, str], Integers]


def by_quality(scored: Scored, at: Integers, name: str) -> Integers:
    """Order by quality points, highest first."""
    return _highest_first(scored.quality[at])


def by_question(scored: Scored, at: Integers, name: str) -> Integers:
    """Order by the mark on one question, highest first; a lot that does not ask it leaves all equal."""
    row = [question.id for question in scored.rules.questions].index(name.removeprefix("question:"))
    return _highest_first(scored.bids.marks[row][at].astype(np.int64))


def by_price(scored: Scored, at: Integers, name: str) -> Integers:
    """Order by price in pence, lowest first."""
    return scored.bids.price[at]


def by_draw(scored: Scored, at: Integers, name: str) -> Integers:
    """Order by the published draw: SHA-256 of seed, lot id and bidder id, lowest first."""
    lots = scored.bids.lot[at].tolist()
    bidders, which = np.unique(scored.bids.bidder[at], return_inverse=True)
    begun = {
        lot: hashlib.sha256(f"{scored.rules.draw_seed}\n{scored.lot_ids[lot]}\n".encode())
        for lot in set(lots)
    }
    ended = [scored.bidder_ids[bidder].encode() for bidder in bidders.tolist()]
    drawn = []
    for lot, bidder in zip(lots, which.tolist(), strict=True):
        number = begun[lot].copy()
        number.update(ended[bidder])
        drawn.append(number.digest())
    words = np.frombuffer(b"".join(drawn), ">u8").reshape(-1, 4).astype(np.uint64)
    places, order = np.empty(len(drawn), np.int64), np.argsort(words[:, 0])
    first = words[order, 0]
    places[order] = np.arange(len(drawn))
    if bool((first[1:] == first[:-1]).any()):  # two of 2^64 alike; the rest of the number parts them
        signed = (words ^ np.uint64(2**63)).view(
            np.int64
        )  # the top bit turned, so that the order is the same
        order, begins = grouped(list(signed.T))
        places[order] = begins
    return places


KEYS: Final[dict[str, Key]] = {
    "quality": by_quality,
    "question": by_question,
    "price": by_price,
    "draw": by_draw,
}


def draw(seed: str, lot: str, bidder: str) -> str:
    """Return the number that a bidder draws in a lot: SHA-256 over the three joined by newlines, as hex."""
    return hashlib.sha256("\n".join((seed, lot, bidder)).encode()).hexdigest()
