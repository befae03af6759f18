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

from scoring.bids import Bids
from scoring.exact import Integers
from scoring.rules import Rules

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

    `ranked` has the positions of ranked bids, by lot and within a lot by bidder id.
    """
    if len(ranked) == 0:
        return ranked, ranked.copy()
    lot, total = scored.bids.lot[ranked], scored.total[ranked]
    highest = int(total.max())
    key = lot * (highest + 1) + (highest - total)
    arranged = np.argsort(key, kind="stable")  # stable: equal keys stay by bidder id
    order, key = ranked[arranged], key[arranged]
    group = _starts(np.concatenate(([True], key[1:] != key[:-1])))
    for name in scored.rules.ties:
        shared = _shared(group)
        if len(shared) == 0:
            break
        values = KEYS[name.split(":")[0]](scored, order[shared], name)
        _part(order, group, shared, values)
    lot = scored.bids.lot[order]
    first = _starts(np.concatenate(([True], lot[1:] != lot[:-1])))
    return order, group - first + 1


def _starts(begins: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Integers:
    """Return for each position where its run begins, given which positions begin one."""
    return np.maximum.accumulate(np.where(begins, np.arange(len(begins)), 0))


def _shared(group: Integers) -> Integers:
    """Return the positions whose group has more than one member."""
    same = group[1:] == group[:-1]
    tied = np.zeros(len(group), np.bool_)
    tied[1:] |= same
    tied[:-1] |= same
    return np.flatnonzero(tied)


def _part(order: Integers, group: Integers, shared: Integers, values: Integers) -> None:
    """Sort the tied positions by value, lowest first, within their groups, and split the groups, in place."""
    groups = group[shared]
    arranged = np.lexsort((values, groups))
    order[shared] = order[shared][arranged]
    values = values[arranged]
    begins = np.concatenate(([True], (groups[1:] != groups[:-1]) | (values[1:] != values[:-1])))
    group[shared] = shared[_starts(begins)]


Key = Callable[[Scored, Integers, str], Integers]


def by_quality(scored: Scored, at: Integers, name: str) -> Integers:
    """Order by quality points, highest first."""
    return -scored.quality[at]


def by_question(scored: Scored, at: Integers, name: str) -> Integers:
    """Order by the mark on one question, highest first; a lot that does not ask it leaves all equal."""
    row = [question.id for question in scored.rules.questions].index(name.removeprefix("question:"))
    marks: Integers = scored.bids.marks[row][at].astype(np.int64)
    return -marks


def by_price(scored: Scored, at: Integers, name: str) -> Integers:
    """Order by price in pence, lowest first."""
    return scored.bids.price[at]


def by_draw(scored: Scored, at: Integers, name: str) -> Integers:
    """Order by the published draw: SHA-256 of seed, lot id and bidder id, lowest first."""
    rules, lots, bidders = scored.rules, scored.bids.lot[at].tolist(), scored.bids.bidder[at].tolist()
    begun = {lot: f"{rules.draw_seed}\n{scored.lot_ids[lot]}\n".encode() for lot in set(lots)}
    drawn = [
        hashlib.sha256(begun[lot] + scored.bidder_ids[bidder].encode()).digest()
        for lot, bidder in zip(lots, bidders, strict=True)
    ]
    # The first 64 bits part any two in practice; with the top bit turned they keep their order when signed.
    first = np.frombuffer(b"".join(drawn), ">u8")[::4].astype(np.uint64) ^ np.uint64(2**63)
    if len(np.unique(first)) == len(drawn):
        return first.view(np.int64)
    places = {number: place for place, number in enumerate(sorted(set(drawn)))}
    return np.array([places[number] for number in drawn], np.int64)


KEYS: Final[dict[str, Key]] = {
    "quality": by_quality,
    "question": by_question,
    "price": by_price,
    "draw": by_draw,
}


def draw(seed: str, lot: str, bidder: str) -> str:
    """Return the number that a bidder draws in a lot: SHA-256 over the three joined by newlines, as hex."""
    return hashlib.sha256("\n".join((seed, lot, bidder)).encode()).hexdigest()
