"""Bids of one printed total in a lot: which key put each before the next, and if they differ exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from scoring.exact import Integers, fraction
from scoring.methods.price import METHODS
from scoring.methods.price_method import Prices
from scoring.methods.tie_keys import key_of

if TYPE_CHECKING:
    from scoring.model.reasons import LevelTotal
    from scoring.result.data import Outcome


def of_lot(outcome: Outcome, lot: int) -> list[LevelTotal]:
    """Return the totals that several ranked bids of a lot share, highest first."""
    if lot not in outcome.level_totals:
        outcome.level_totals[lot] = _found(outcome, lot)
    return outcome.level_totals[lot]


def _found(outcome: Outcome, lot: int) -> list[LevelTotal]:
    ranked = outcome.ranked_in(lot)
    totals = outcome.columns.total[ranked]
    same = totals[1:] == totals[:-1]
    if not same.any():
        return []
    inside = np.zeros(len(ranked), np.bool_)
    inside[1:] |= same
    inside[:-1] |= same
    bids = ranked[inside]
    ranks = outcome.ranks[outcome.bounds[lot] : outcome.bounds[lot + 1]][inside]
    broken_by, exact = _broken_by(outcome, bids, ranks), _exact(outcome, lot, bids)
    starts = np.flatnonzero(np.concatenate(([True], np.diff(outcome.columns.total[bids]) != 0))).tolist()
    return [
        _level(outcome, lot, bids[start:end].tolist(), broken_by[start : end - 1], exact[start:end])
        for start, end in zip(starts, [*starts[1:], len(bids)], strict=True)
    ]


def _level(
    outcome: Outcome, lot: int, bids: list[int], broken_by: list[str | None], exact: list[Fraction]
) -> LevelTotal:
    record = outcome.record
    who = [record.bidders[int(record.bids.bidder[bid])].id for bid in bids]
    level: LevelTotal = {
        "total": outcome.points_text(int(outcome.columns.total[bids[0]])) or "",
        "bidders": who,
        "keys": list(outcome.scored.ties),
        "broken_by": broken_by,
    }
    if len(set(exact)) > 1:
        level["exact"] = [fraction(one.numerator, one.denominator) for one in exact]
    decisions = [one for one in record.ties_decided if one.lot == record.lots[lot].id]
    named = [one for one in decisions if not set(who).isdisjoint(one.bidders)] if decisions else []
    if named:
        level["decisions"] = [
            {
                "bidders": list(one.bidders),
                "reason": one.reason,
                "decided_by": one.decided_by,
                "approved_by": one.approved_by,
            }
            for one in named
        ]
    return level


def _broken_by(outcome: Outcome, bids: Integers, ranks: Integers) -> list[str | None]:
    """Return for each bid which key put it before the next; None where none did, or their totals differ."""
    scored = outcome.scored
    found: list[str | None] = [None] * (len(bids) - 1)
    level = scored.total[bids[1:]] == scored.total[bids[:-1]]
    left = np.flatnonzero(level & (ranks[1:] != ranks[:-1]))
    for name in scored.ties:
        if len(left) == 0:
            break
        if (
            name == scored.ties[-1]
        ):  # what is still level, and does not share its rank, was parted by the last
            for at in left.tolist():
                found[at] = name
            break
        asked, where = np.unique(np.concatenate((bids[left], bids[left + 1])), return_inverse=True)
        values = key_of(name).order(scored, asked, name)[where]
        apart = values[: len(left)] != values[len(left) :]
        for at in left[apart].tolist():
            found[at] = name
        left = left[~apart]
    return found


def _exact(outcome: Outcome, lot: int, bids: Integers) -> list[Fraction]:
    """Return the totals of some ranked bids of a lot before any rounding, in points."""
    record, rules = outcome.record, outcome.record.rules
    earned = np.zeros(len(bids), np.int64)
    for row, question in enumerate(rules.questions):
        if question.asked_in(record.lots[lot].id):
            earned += question.weight * record.bids.marks[row, bids].astype(np.int64)
    prices = outcome.sorted_prices(lot)
    whole = [np.full(len(bids), value) for value in (prices[0], prices.sum(), len(prices))]
    of_price = METHODS[rules.price.method].earned(Prices(record.bids.price[bids], *whole), rules.price.terms)
    rows = zip(earned.tolist(), *(side.tolist() for side in of_price), strict=True)
    highest, weight = rules.scale.highest, rules.price_weight
    return [  # quality ÷ (100 × highest) + weight × part ÷ (100 × whole), as one fraction
        Fraction(quality * among + weight * part * highest, 100 * highest * among)
        for quality, part, among in rows
    ]
