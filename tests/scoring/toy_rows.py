"""Rows that no council has published: what is written once must work everywhere."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from scoring.allocate.limits import award_lot
from scoring.allocate.methods import AllocationMethod, AwardOrder
from scoring.methods.price_method import LimitsUse, MethodTexts, PriceMethod, Yardstick
from scoring.methods.tie_keys import SensitiveTo, TieKey

TEXTS = MethodTexts(
    title="Halfway to the lowest",
    formula="Twice the lowest price ÷ the sum of the lowest and the bid’s price.",
    weakness="Nobody has ever used it.",
    bidders="Of {points} price points a bid at three times the lowest price gets half.",
    report="price weight × 2 × lowest ÷ (lowest + price)",
)


def _row(share, yardstick, measure):
    return PriceMethod(
        name="toy",
        share=share,
        limited=False,
        yardstick=yardstick,
        limits=LimitsUse.OPTIONAL,
        lowest_gets_whole=yardstick is Yardstick.LOWEST,
        formula=f"weight × a share of {measure}",
        inputs=("weight", *([measure] if measure else []), "price"),
        worked="weight {weight} × a share, " + (f"{{{measure}}} to " if measure else "") + "{price}",
        texts=TEXTS,
    )


def _by_lowest(at, terms):
    return 2 * at.lowest, at.lowest + at.price


def _by_mean(at, terms):
    return at.total, at.total + at.count * at.price


def _by_itself(at, terms):
    return np.full_like(at.price, 1000), 1000 + at.price


PRICE_METHODS = {
    "by the lowest": _row(_by_lowest, Yardstick.LOWEST, "lowest"),
    "by the mean": _row(_by_mean, Yardstick.MEAN, "mean"),
    "by what is published": _row(_by_itself, Yardstick.PUBLISHED, ""),
}


def share_by_hand(which, own, prices):
    """The same in exact fractions."""
    if which == "by the lowest":
        return Fraction(2 * min(prices), min(prices) + own)
    if which == "by the mean":
        return Fraction(sum(prices), sum(prices) + len(prices) * own)
    return Fraction(1000, 1000 + own)


def _lots_by_themselves(record, rankings):
    """Award each lot as if there were no other, whatever a bidder holds."""
    return [
        award_lot(ranking.ranks, np.zeros(len(ranking.ranks), bool), lot.places)
        for ranking, lot in zip(rankings, record.lots, strict=True)
    ]


ALLOCATION_METHOD = AllocationMethod(
    name="toy",
    allocate=_lots_by_themselves,
    award_order=AwardOrder.BY_PREFERENCE,
    description="Lots are awarded by a toy.",
    meanwhile="and the toy waits",
)

TIE_KEY = TieKey(
    name="toy",
    order=lambda scored, at, name: -scored.bids.bidder[at],
    sensitive_to=SensitiveTo.NO_MARK,
    formula="whoever was written down last, first",
    value_text=lambda scored, bid, name: f"number {int(scored.bids.bidder[bid]) + 1}",
    description="the later entry",
)
