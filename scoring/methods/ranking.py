"""Ranks within each lot, with ties broken by the published keys.

Bids whose tie no key breaks share a rank (1, 1, 3). Nothing here depends on the order of bids in the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from scoring.exact import Integers
from scoring.methods.sorting import bits, grouped, room
from scoring.methods.tie_keys import Scored, highest_first, key_of

UNRANKED: Final = 0


def positions_of_ids(identifiers: Sequence[str]) -> Integers:
    """Return for each id its place among the sorted ids, an order that does not depend on the record's."""
    places = np.empty(len(identifiers), np.int64)
    places[sorted(range(len(identifiers)), key=identifiers.__getitem__)] = np.arange(len(identifiers))
    return places


def rank(scored: Scored, ranked: Integers) -> tuple[Integers, Integers]:
    """Return (`ranked` by lot and rank, and within a rank by bidder id; the rank of each of those).

    `ranked` has the positions of ranked bids, in any order. Sorting happens in rounds: the first takes lots,
    totals and as many tie-break keys as one sort holds, and each later one takes the next keys, for those
    bids alone that are still level. So a draw is worked out only where it counts.
    """
    if len(ranked) == 0:
        return ranked, ranked.copy()
    lot = scored.bids.lot[ranked]
    columns, left = _with_keys(scored, ranked, [lot, highest_first(scored.total[ranked])], list(scored.ties))
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

    The first round may take no key, and leaves the draw, which costs most, to later rounds. A later round,
    which has only the one column of groups, takes at least one.
    """
    first, left = len(columns) > 1, room(len(bids)) - sum(bits(column) for column in columns)
    for taken, name in enumerate(names):
        key, may_wait = key_of(name), bool(taken) or first
        if may_wait and key.drawn:
            return columns, names[taken:]
        values = key.order(scored, bids, name)
        left -= bits(values)
        if may_wait and left < 0:
            return columns, names[taken:]
        columns.append(values)
    return columns, []


def _shared(group: Integers) -> Integers:
    """Return the positions whose group has more than one member."""
    same = group[1:] == group[:-1]
    tied = np.zeros(len(group), np.bool_)
    tied[1:] |= same
    tied[:-1] |= same
    return np.flatnonzero(tied)
