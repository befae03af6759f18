"""The working of one ranked bid's rank, of each tie-break, and of its award."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from scoring.english import counted, listed, ordinal
from scoring.exact import Integers
from scoring.methods.tie_keys import key_of
from scoring.result import levels, reasons, sentences, sentences_levels
from scoring.result.working import Working

if TYPE_CHECKING:
    from scoring.model.reasons import LevelTotal
    from scoring.result.data import BidInLot, Outcome


def workings(outcome: Outcome, bid_in_lot: BidInLot) -> list[Working]:
    """Return the rank of a ranked bid, a working for each key that broke its tie, and its award."""
    ranked = outcome.ranked_in(bid_in_lot.lot)
    rank, total = bid_in_lot.rank or 0, outcome.points_text(int(outcome.columns.total[bid_in_lot.bid])) or ""
    tied = ranked[outcome.columns.total[ranked] == outcome.columns.total[bid_in_lot.bid]]
    sentence = f"Rank: {ordinal(rank)} of {counted(len(ranked), 'ranked bid')}, by total"
    if len(tied) > 1:
        shared, who = _shared(outcome, bid_in_lot), outcome.bidder_at(bid_in_lot.lot, bid_in_lot.where).id
        sentence += f"; {sentences_levels.level(shared, who, outcome.names)}"
    inputs = (("total", total), ("ranked bids", str(len(ranked))))
    found = [Working("Rank", "totals, highest first", inputs, str(rank), ordinal(rank), sentence, "rank")]
    found += _tie_breaks(outcome, bid_in_lot.bid, tied)
    found.append(_award(outcome, bid_in_lot))
    return found


def _shared(outcome: Outcome, bid_in_lot: BidInLot) -> LevelTotal:
    """Return the total that a bid shares with others."""
    total = outcome.points_text(int(outcome.columns.total[bid_in_lot.bid]))
    return next(one for one in levels.of_lot(outcome, bid_in_lot.lot) if one["total"] == total)


def _tie_breaks(outcome: Outcome, bid: int, tied: Integers) -> list[Working]:
    """Take the published keys in turn, and say between which bids each breaks the tie."""
    scored = outcome.scored
    found = []
    for name in scored.ties:
        if len(tied) < 2:
            break
        key = key_of(name)
        values = key.order(scored, tied, name)
        own = int(values[np.flatnonzero(tied == bid)[0]])
        before, after = tied[values < own].tolist(), tied[values > own].tolist()
        tied = tied[values == own]
        title = f"Tie-break: {name.replace(':', ' ', 1)}"
        value = key.value_text(scored, bid, name)
        steps = []
        if before:
            steps.append(f"behind {_names(outcome, before)}{_against(outcome, before, name)}")
        if after:
            steps.append(f"ahead of {_names(outcome, after)}{_against(outcome, after, name)}")
        if len(tied) > 1:
            steps.append(f"still level with {_names(outcome, [one for one in tied.tolist() if one != bid])}")
        sentence = f"{title}: {value}; {', '.join(steps)}"
        found.append(Working(title, key.formula, ((name, value),), "", value, sentence, "rank"))
    if len(tied) > 1:
        others = _names(outcome, [one for one in tied.tolist() if one != bid])
        sentence = f"Tie: still level with {others} after every published key, so the rank is shared"
        found.append(Working("Tie", "", (), "", "", sentence, "rank"))
    return found


def _against(outcome: Outcome, bids: list[int], name: str) -> str:
    """Return the other bid's value where there is one other; a list of values would be too long."""
    return f" ({key_of(name).value_text(outcome.scored, bids[0], name)})" if len(bids) == 1 else ""


def _names(outcome: Outcome, bids: list[int]) -> str:
    bidders = outcome.record.bids.bidder
    return listed([outcome.record.bidders[int(bidders[bid])].name for bid in bids])


def _among(positions: Sequence[int], where: int) -> bool:
    """Say whether a position is among ascending ones, of which a lot may have thousands."""
    at = bisect_left(positions, where)
    return at < len(positions) and positions[at] == where


def _award(outcome: Outcome, bid_in_lot: BidInLot) -> Working:
    awards, lot, where = outcome.awards[bid_in_lot.lot], bid_in_lot.lot, bid_in_lot.where
    places = outcome.record.lots[lot].places
    won = dict(awards.awarded)
    if where in won:
        shown = f"place {won[where]:,} of {places:,}"
        why = sentences.sentence_of(reasons.awarded(outcome, lot, where), outcome.names)
        sentence = f"Award: {shown} in {outcome.lot_names[lot]}: {why}"
    elif _among(awards.passed_over, where):
        why = sentences.sentence_of(reasons.passed_over(outcome, lot, where), outcome.names)
        shown, sentence = "passed over", f"Award: passed over: {why}"
    elif _among(awards.reserves, where):
        number, of = bisect_left(awards.reserves, where) + 1, len(awards.reserves)
        shown = f"reserve {number:,} of {of:,}"
        sentence = f"Award: not awarded; {sentences.reserve(number, of, places)}"
    else:
        tied, waiting = next(entry for entry in awards.undecided if where in entry[0])
        why = sentences.sentence_of(reasons.undecided(outcome, lot, tied, waiting), outcome.names)
        shown, sentence = "undecided", f"Award: undecided: {why}"
    return Working("Award", "", (), "", shown, sentence, "award")
