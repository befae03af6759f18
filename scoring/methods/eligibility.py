"""Who is assessed: what puts a bid into each of its states, in the order in which that applies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from scoring.exact import Integers, decimal, plain
from scoring.methods import bid_states, quality
from scoring.methods.bid_states import (
    BELOW_MINIMUM,
    BID_FLAGS,
    BID_STATES,
    CONDITION_NOT_MET,
    PROCEDURAL_BREACH,
    UNCHECKED,
)
from scoring.methods.cqc import NOT_CHECKED
from scoring.model.bids import NO_PRICE
from scoring.model.record import Decision

if TYPE_CHECKING:
    from scoring.model.reasons import (
        Decided,
        Disqualifying,
        MarkBelowMinimum,
        PriceAboveCeiling,
        PriceBelowFloor,
        QualityBelowMinimum,
    )
    from scoring.model.record import Bidder, Finding, Record

RANKED: Final = bid_states.RANKED.name
STATES: Final = tuple(BID_STATES)
"""A state's position here is its code in `states`; ranked is 0."""
DECIDED: Final = tuple(name for name in STATES if name not in (RANKED, UNCHECKED.name))
"""The states that a person may decide, with a reason."""

PRECEDENCE: Final = (
    ("the decision of a person", DECIDED),
    *((row.found_by, (row.name,)) for row in BID_STATES.values() if row.found_by),
    ("none of these", (RANKED,)),
)
"""The first that applies sets the state; the other grounds stay in the bid's reasons."""

FLAGS: Final = tuple(BID_FLAGS)
"""Flags, which change no state; bit n of a bid's `flags` is the nth."""


def decision_for(bidder: Bidder, lot: str) -> Decision | None:
    """Return what a person decided on the bidder's bid for the lot, if anything."""
    for decision in bidder.decisions:
        if decision.lots is None or lot in decision.lots:
            return decision
    return None


def states(record: Record, quality_points: Integers) -> npt.NDArray[np.int8]:
    """Return the code of every bid's state, in the record's order, from PRECEDENCE read from its end."""
    bids, rules = record.bids, record.rules
    found = np.zeros(len(bids), np.int8)
    below = quality.under_minimum(rules.questions, bids.marks)
    if rules.quality_minimum is not None:
        below |= ~quality.reaches(quality_points, rules.quality_minimum, rules.quality_weight, rules.places)
    found[below] = STATES.index(BELOW_MINIMUM.name)
    ceiling, floor = rules.price.terms.ceiling, rules.price.terms.floor
    if ceiling is not None:
        found[bids.price > ceiling] = STATES.index(PROCEDURAL_BREACH.name)
    if floor is not None:
        found[(bids.price < floor) & (bids.price != NO_PRICE)] = STATES.index(PROCEDURAL_BREACH.name)
    by_ratings = np.array([STATES.index(state_by_ratings(one)) for one in record.bidders], np.int8)
    if by_ratings.any():
        out = by_ratings[bids.bidder]
        found[out > 0] = out[out > 0]
    _decide(record, found)
    return found


def state_by_ratings(bidder: Bidder) -> str:
    """Return the state that its ratings alone put a bidder into: ranked where they refuse nothing; what is
    refused goes before what is not known."""
    states = {_state_of(finding) for finding in bidder.findings if finding.refused}
    return min(states, key=STATES.index, default=RANKED)


def _state_of(finding: Finding) -> str:
    """Return the state that a refused finding puts a bid into."""
    return UNCHECKED.name if finding.kind == NOT_CHECKED else CONDITION_NOT_MET.name


def _decide(record: Record, found: npt.NDArray[np.int8]) -> None:
    lot_at = {lot.id: at for at, lot in enumerate(record.lots)}
    for_all = np.zeros(len(record.bidders), np.int8)
    for_one: list[tuple[int, int]] = []
    for at, bidder in enumerate(record.bidders):
        for decision in bidder.decisions:
            code = STATES.index(decision.state)
            if decision.lots is None:
                for_all[at] = code
            else:
                for_one += [(at * len(record.lots) + lot_at[lot], code) for lot in decision.lots]
    if for_all.any():
        everywhere = for_all[record.bids.bidder]
        found[everywhere > 0] = everywhere[everywhere > 0]
    if for_one:
        key = record.bids.bidder * len(record.lots) + record.bids.lot
        pairs = np.array(sorted(for_one), np.int64)
        nearest = np.minimum(np.searchsorted(pairs[:, 0], key), len(pairs) - 1)
        hit = pairs[nearest, 0] == key
        found[hit] = pairs[nearest[hit], 1]


def rating_flags(record: Record) -> npt.NDArray[np.int8]:
    """Return for each bid the bits of FLAGS that its bidder's locations set where they are not refused."""
    flags = np.zeros(len(record.bidders), np.int8)
    for at, bidder in enumerate(record.bidders):
        for finding in bidder.findings:
            if not finding.refused:
                flags[at] |= 1 << FLAGS.index(finding.kind)
    return flags[record.bids.bidder] if flags.any() else np.zeros(len(record.bids), np.int8)


def reasons(record: Record, at: int, points: int, *, marked: bool) -> list[tuple[str, Disqualifying]]:
    """Return (state, reason) for everything that keeps bid `at` from being ranked, in PRECEDENCE order.

    `points` is its quality, units of 10^-places, which counts where `marked`.
    """
    bids, rules = record.bids, record.rules
    bidder, lot = record.bidders[int(bids.bidder[at])], record.lots[int(bids.lot[at])]
    found: list[tuple[str, Disqualifying]] = []
    decision = decision_for(bidder, lot.id)
    if decision is not None:
        decided: Decided = {"code": "decided", "state": decision.state, "reason": decision.reason}
        found.append((decision.state, decided))
    refused = [(_state_of(finding), finding.reason) for finding in bidder.findings if finding.refused]
    found += sorted(refused, key=lambda pair: STATES.index(pair[0]))
    found += [(PROCEDURAL_BREACH.name, reason) for reason in _price_reasons(record, int(bids.price[at]))]
    found += [(BELOW_MINIMUM.name, reason) for reason in _mark_reasons(record, at)]
    if marked and rules.quality_minimum is not None:
        needed = rules.quality_minimum * rules.quality_weight
        if points * 1_000_000 < needed * 10**rules.places:
            short: QualityBelowMinimum = {
                "code": "quality_below_minimum",
                "quality": decimal(points, rules.places),
                "minimum_percent": plain(rules.quality_minimum),
                "weight": plain(rules.quality_weight),
            }
            found.append((BELOW_MINIMUM.name, short))
    return found


def _price_reasons(record: Record, price: int) -> list[PriceAboveCeiling | PriceBelowFloor]:
    ceiling, floor = record.rules.price.terms.ceiling, record.rules.price.terms.floor
    if price == NO_PRICE:
        return []
    if ceiling is not None and price > ceiling:
        return [{"code": "price_above_ceiling", "price_pence": price, "ceiling_pence": ceiling}]
    if floor is not None and price < floor:
        return [{"code": "price_below_floor", "price_pence": price, "floor_pence": floor}]
    return []


def _mark_reasons(record: Record, at: int) -> list[MarkBelowMinimum]:
    return [
        {"code": "mark_below_minimum", "question": question.id, "mark": mark, "minimum": question.minimum}
        for question, mark in zip(record.rules.questions, record.bids.marks[:, at].tolist(), strict=True)
        if question.minimum is not None and 0 <= mark < question.minimum
    ]
