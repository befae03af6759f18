"""The yardstick and the price points of one ranked bid, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scoring.english import equals, mean_price
from scoring.exact import fraction, plain, pounds
from scoring.methods.price import METHODS
from scoring.methods.price_method import Prices, Yardstick
from scoring.result.working import Working

if TYPE_CHECKING:
    from scoring.model.rules import Rules
    from scoring.result.data import BidInLot, Outcome


def workings(outcome: Outcome, bid_in_lot: BidInLot) -> list[Working]:
    """Return the yardstick of the bid's lot and the points that its price earns by it."""
    prices = outcome.sorted_prices(bid_in_lot.lot)
    lowest, total, count = int(prices[0]), int(prices.sum()), len(prices)
    rules, own = outcome.record.rules, int(outcome.record.bids.price[bid_in_lot.bid])
    return [
        _yardstick(rules, lowest, total, count),
        _points(outcome, bid_in_lot.bid, own, (lowest, total, count)),
    ]


def _yardstick(rules: Rules, lowest: int, total: int, count: int) -> Working:
    among = f"the {count:,} ranked bids" if count > 1 else "the one ranked bid"
    terms = rules.price.terms
    title = "Price yardstick"
    inputs: tuple[tuple[str, str], ...]
    by = METHODS[rules.price.method].yardstick
    if by is Yardstick.MEAN:
        sentence = f"{title}: mean price of {among}, {pounds(total)} ÷ {count:,} = {mean_price(total, count)}"
        inputs = (("sum of prices", pounds(total)), ("ranked bids", str(count)))
        value, shown = fraction(total, count), mean_price(total, count)
        return Working(title, "sum of prices ÷ ranked bids", inputs, value, shown, sentence, "yardstick")
    if by is Yardstick.LOWEST:
        sentence = f"{title}: lowest price of {among}, {pounds(lowest)}"
        inputs = (("ranked bids", str(count)),)
        return Working(title, "lowest price", inputs, str(lowest), pounds(lowest), sentence, "yardstick")
    limits = tuple(
        (name, pounds(limit))
        for name, limit in (("floor", terms.floor), ("ceiling", terms.ceiling))
        if limit is not None
    )
    shown = " and ".join(f"{name} {limit}" for name, limit in limits)
    shown = f"the published {shown}" if limits else "no published limit"
    sentence = f"{title}: {shown}; no other bid moves it"
    return Working(title, "published limits", limits, "", shown, sentence, "yardstick")


def _points(outcome: Outcome, bid: int, own: int, yardstick: tuple[int, int, int]) -> Working:
    rules = outcome.record.rules
    method, places, weight = METHODS[rules.price.method], rules.places, rules.price_weight
    lowest, total, count = yardstick
    one = Prices(*(np.array([value], np.int64) for value in (own, lowest, total, count)))
    part, whole = (int(side[0]) for side in method.earned(one, rules.price.terms))
    inputs = _inputs(rules, own, lowest, mean_price(total, count))
    held = ""
    if int(method.share(one, rules.price.terms)[0][0]) != part:
        held = f", held to {'0' if part == 0 else plain(weight)}"
    sentence = (
        f"Price: {method.worked.format(**dict(inputs))}{held} {equals(weight * part, 100 * whole, places)}"
    )
    published = outcome.points_text(int(outcome.columns.price[bid])) or ""
    if weight == 0:
        sentence = f"Price: weight 0, so every price earns {published} points"
    value = fraction(weight * part, 100 * whole)
    return Working("Price", method.formula, inputs, value, published, sentence, "price")


def _inputs(rules: Rules, own: int, lowest: int, mean: str) -> tuple[tuple[str, str], ...]:
    terms = rules.price.terms
    known = {
        "weight": plain(rules.price_weight),
        "slope": plain(terms.slope),
        "price": pounds(own),
        "lowest": pounds(lowest),
        "mean": mean,
        "ceiling": "" if terms.ceiling is None else pounds(terms.ceiling),
        "floor": "" if terms.floor is None else pounds(terms.floor),
    }
    return tuple((name, known[name]) for name in METHODS[rules.price.method].inputs)
