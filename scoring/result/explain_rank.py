"""Rank, tie-breaks step by step, and what the rank came to, in words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from scoring.english import counted, listed, ordinal
from scoring.exact import Integers
from scoring.methods.tie_keys import key_of
from scoring.result import reasons
from scoring.result.working import Working

if TYPE_CHECKING:
    from scoring.result.result import Result, Standing


def workings(result: Result, standing: Standing) -> list[Working]:
    """Return the rank of a ranked bid, a working for each tie-break that parted it, and what it came to."""
    ranked = result.ranked_in(standing.lot)
    rank, total = standing.rank or 0, result.written(int(result.columns.total[standing.bid])) or ""
    tied = ranked[result.columns.total[ranked] == result.columns.total[standing.bid]]
    said = f"Rank: {ordinal(rank)} of {counted(len(ranked), 'ranked bid')}, by total"
    if len(tied) > 1:
        others = _names(result, [bid for bid in tied.tolist() if bid != standing.bid])
        said += f"; level on {total} points with {others}"
    inputs = (("total", total), ("ranked bids", str(len(ranked))))
    found = [Working("Rank", "totals, highest first", inputs, str(rank), ordinal(rank), said, "rank")]
    found += _tie_breaks(result, standing.bid, tied)
    found.append(_award(result, standing))
    return found


def _tie_breaks(result: Result, bid: int, tied: Integers) -> list[Working]:
    """Take the published keys in turn, and say from whom each parts the bid."""
    scored = result.scored
    found = []
    for name in scored.rules.ties:
        if len(tied) < 2:
            break
        key = key_of(name)
        values = key.order(scored, tied, name)
        own = int(values[np.flatnonzero(tied == bid)[0]])
        before, after = tied[values < own].tolist(), tied[values > own].tolist()
        tied = tied[values == own]
        title = f"Tie-break: {name.replace(':', ' ', 1)}"
        value = key.written(scored, bid, name)
        steps = []
        if before:
            steps.append(f"behind {_names(result, before)}{_against(result, before, name)}")
        if after:
            steps.append(f"ahead of {_names(result, after)}{_against(result, after, name)}")
        if len(tied) > 1:
            steps.append(f"still level with {_names(result, [one for one in tied.tolist() if one != bid])}")
        said = f"{title}: {value}; {', '.join(steps)}"
        found.append(Working(title, key.formula, ((name, value),), "", value, said, "rank"))
    if len(tied) > 1:
        others = _names(result, [one for one in tied.tolist() if one != bid])
        said = f"Tie: still level with {others} after every published key, so the rank is shared"
        found.append(Working("Tie", "", (), "", "", said, "rank"))
    return found


def _against(result: Result, bids: list[int], name: str) -> str:
    """Give the other's value where there is one other; a list of values would hide the point."""
    return f" ({key_of(name).written(result.scored, bids[0], name)})" if len(bids) == 1 else ""


def _names(result: Result, bids: list[int]) -> str:
    bidders = result.record.bids.bidder
    return listed([result.record.bidders[int(bidders[bid])].name for bid in bids])


def _among(positions: Sequence[int], where: int) -> bool:
    """Say whether a position is among ascending ones, of which a lot may have thousands."""
    at = bisect_left(positions, where)
    return at < len(positions) and positions[at] == where


def _award(result: Result, standing: Standing) -> Working:
    awards, lot, where = result.awards[standing.lot], standing.lot, standing.where
    places = result.record.lots[lot].places
    won = dict(awards.awarded)
    if where in won:
        shown = f"place {won[where]:,} of {places:,}"
        said = f"Award: {shown} in {result.lot_names[lot]}: {reasons.awarded(result, lot, where)}"
    elif _among(awards.passed_over, where):
        shown, said = "passed over", f"Award: passed over: {reasons.passed_over(result, lot, where)}"
    elif _among(awards.reserves, where):
        number = bisect_left(awards.reserves, where) + 1
        shown = f"reserve {number:,} of {len(awards.reserves):,}"
        said = f"Award: not awarded; {shown}: bids ranked higher take up the lot's {counted(places, 'place')}"
    else:
        tied, waiting = next(entry for entry in awards.undecided if where in entry[0])
        shown, said = "undecided", f"Award: undecided: {reasons.undecided(result, lot, tied, waiting)}"
    return Working("Award", "", (), "", shown, said, "award")
