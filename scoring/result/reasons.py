"""Why each bid is where it is, why each bidder won, was passed over or waits: codes with their data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scoring.allocate.methods import METHODS
from scoring.exact import fraction, plain
from scoring.methods import eligibility
from scoring.methods.bid_states import LOW_PRICE
from scoring.methods.eligibility import FLAGS, RANKED, STATES
from scoring.result import reasons_limits
from scoring.result.data import NOT_SCORED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.model.reasons import (
        AtLimit,
        Awarded,
        BidReason,
        LowByMean,
        LowByNext,
        RankShared,
        WouldRather,
    )
    from scoring.result.data import Outcome
    from scoring.result.stability import Claim

_IS_RANKED = STATES.index(RANKED)
_LOW = 1 << FLAGS.index(LOW_PRICE.name)


def of_bid(outcome: Outcome, bid: int) -> list[tuple[str, BidReason]]:
    """Return (state or flag, reason): what keeps the bid from being ranked, then what flags it."""
    bidder = outcome.record.bidders[int(outcome.record.bids.bidder[bid])]
    points = int(outcome.columns.quality[bid])
    found: list[tuple[str, BidReason]] = []
    if outcome.columns.states[bid] != _IS_RANKED:  # of a ranked bid nothing was found
        found += eligibility.reasons(outcome.record, bid, points, marked=points != NOT_SCORED)
    found += [(finding.kind, finding.reason) for finding in bidder.findings if not finding.refused]
    if outcome.columns.flags[bid] & _LOW:
        found += [(LOW_PRICE.name, reason) for reason in abnormally_low(outcome, bid)]
    return found


def awarded(outcome: Outcome, lot: int, where: int) -> Awarded:
    """Say why a bidder won: its rank and points, and who stood before it and could not be awarded."""
    bid, rank = int(outcome.ranked_in(lot)[where]), outcome.rank_at(lot, where)
    before = [over for over in outcome.awards[lot].passed_over if outcome.rank_at(lot, over) <= rank]
    return {
        "code": "awarded",
        "rank": rank,
        "of": len(outcome.ranked_in(lot)),
        "total": outcome.points_text(int(outcome.columns.total[bid])) or "",
        "at_limit": [
            {"bidder": outcome.bidder_at(lot, over).id, "rank": outcome.rank_at(lot, over)} for over in before
        ],
    }


def passed_over(outcome: Outcome, lot: int, where: int) -> AtLimit:
    """Say why a bidder ranked high enough was not awarded: every limit that it had come to."""
    bidder = outcome.bidder_at(lot, where)
    method = outcome.record.rules.allocation
    could_hold_it = bidder.hours is None or outcome.record.lots[lot].hours <= bidder.hours
    return {
        "code": "at_limit",
        "rank": outcome.rank_at(lot, where),
        "limits": reasons_limits.limits(outcome, bidder, lot),
        "allocation": method if could_hold_it and METHODS[method].passed_over else None,
    }


def claim(outcome: Outcome, held: Claim) -> WouldRather:
    """Say who would rather have the lot, and what it holds instead."""
    lots = outcome.record.lots
    return {
        "code": "would_rather",
        "bidder": outcome.record.bidders[held.bidder].id,
        "rank": outcome.rank_at(held.lot, held.where),
        "lot": lots[held.lot].id,
        "held": [lots[lot].id for lot in held.for_it],
    }


def undecided(outcome: Outcome, lot: int, tied: Sequence[int], places: Sequence[int]) -> RankShared:
    """Say who is level, after which keys, and which places wait for a person."""
    rules = outcome.record.rules
    return {
        "code": "rank_shared",
        "rank": outcome.rank_at(lot, tied[0]),
        "bidders": [outcome.bidder_at(lot, where).id for where in tied],
        "places": list(places),
        "ties": list(rules.ties),
        "allocation": rules.allocation,
    }


def abnormally_low(outcome: Outcome, bid: int) -> list[LowByMean | LowByNext]:
    """Say by which published threshold a ranked price is to be asked about."""
    bids, rules = outcome.record.bids, outcome.record.rules
    price = int(bids.price[bid])
    prices = outcome.sorted_prices(int(bids.lot[bid]))
    total, count = int(prices.sum()) - price, len(prices) - 1
    found: list[LowByMean | LowByNext] = []
    if rules.below_mean is not None and 10_000 * price * count <= (10_000 - rules.below_mean) * total:
        found.append(
            {
                "code": "price_far_below_mean",
                "price_pence": price,
                "percent": plain(rules.below_mean),
                "mean_pence": fraction(total, count),
            }
        )
    after = int(np.searchsorted(prices, price)) + 1  # past the bid's own price; an equal one may follow
    if rules.below_next is not None and after <= count:
        following = int(prices[after])
        if 10_000 * price <= (10_000 - rules.below_next) * following:
            found.append(
                {
                    "code": "price_far_below_next",
                    "price_pence": price,
                    "percent": plain(rules.below_next),
                    "next_pence": following,
                }
            )
    return found
