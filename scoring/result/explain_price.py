"""The yardstick and the price points of one ranked bid, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scoring.english import equals, mean_price
from scoring.exact import fraction, plain, pounds
from scoring.methods import price
from scoring.result.working import Working

if TYPE_CHECKING:
    from scoring.model.rules import Rules
    from scoring.result.data import Outcome, Standing

FORMULAS = {
    "lowest_over_bid": "weight × lowest ÷ price",
    "linear_from_lowest": "weight − weight × slope × (price − lowest) ÷ lowest",
    "mean_difference": "weight ÷ 2 − weight × (price − mean) ÷ mean",
    "between_limits": "weight × (ceiling − price) ÷ (ceiling − floor)",
    "fixed": "the whole weight for a bid that meets the set price",
}


def workings(outcome: Outcome, standing: Standing) -> list[Working]:
    """Return the yardstick of the bid's lot and the points that its price earns by it."""
    prices = outcome.sorted_prices(standing.lot)
    lowest, total, count = int(prices[0]), int(prices.sum()), len(prices)
    rules, own = outcome.record.rules, int(outcome.record.bids.price[standing.bid])
    return [
        _yardstick(rules, lowest, total, count),
        _points(outcome, standing.bid, own, (lowest, total, count)),
    ]


def _yardstick(rules: Rules, lowest: int, total: int, count: int) -> Working:
    among = f"the {count:,} ranked bids" if count > 1 else "the one ranked bid"
    terms = rules.price.terms
    title = "Price yardstick"
    inputs: tuple[tuple[str, str], ...]
    if rules.price.method == "mean_difference":
        said = f"{title}: mean price of {among}, {pounds(total)} ÷ {count:,} = {mean_price(total, count)}"
        inputs = (("sum of prices", pounds(total)), ("ranked bids", str(count)))
        value, shown = fraction(total, count), mean_price(total, count)
        return Working(title, "sum of prices ÷ ranked bids", inputs, value, shown, said, "yardstick")
    if rules.price.method in ("lowest_over_bid", "linear_from_lowest"):
        said = f"{title}: lowest price of {among}, {pounds(lowest)}"
        inputs = (("ranked bids", str(count)),)
        return Working(title, "lowest price", inputs, str(lowest), pounds(lowest), said, "yardstick")
    limits = tuple(
        (name, pounds(limit))
        for name, limit in (("floor", terms.floor), ("ceiling", terms.ceiling))
        if limit is not None
    )
    shown = " and ".join(f"{name} {limit}" for name, limit in limits)
    shown = f"the published {shown}" if limits else "no published limit"
    said = f"{title}: {shown}; no other bid moves it"
    return Working(title, "published limits", limits, "", shown, said, "yardstick")


def _points(outcome: Outcome, bid: int, own: int, yardstick: tuple[int, int, int]) -> Working:
    rules = outcome.record.rules
    method, places, weight = rules.price.method, rules.places, rules.price_weight
    lowest, total, count = yardstick
    figures = (np.array([value], np.int64) for value in (own, lowest, total, count))
    one = price.Prices(*figures)
    share = price.METHODS[method](one, rules.price.terms)
    part, whole = (int(side[0]) for side in share)
    inputs = _inputs(rules, own, lowest, mean_price(total, count))
    named = dict(inputs)
    applied = {
        "lowest_over_bid": "weight {weight} × lowest {lowest} ÷ price {price}",
        "linear_from_lowest": "weight {weight} − {weight} × slope {slope} × (price {price} − lowest {lowest})"
        " ÷ lowest {lowest}",
        "mean_difference": "weight {weight} ÷ 2 − {weight} × (price {price} − mean {mean}) ÷ mean {mean}",
        "between_limits": "weight {weight} × (ceiling {ceiling} − price {price})"
        " ÷ (ceiling {ceiling} − floor {floor})",
        "fixed": "price {price} meets the set price: the whole weight {weight}",
    }[method].format(**named)
    held = f", held to {'0' if part == 0 else plain(weight)}" if _is_held(rules, own, yardstick) else ""
    said = f"Price: {applied}{held} {equals(weight * part, 100 * whole, places)}"
    published = outcome.written(int(outcome.columns.price[bid])) or ""
    if weight == 0:
        said = f"Price: weight 0, so every price earns {published} points"
    value = fraction(weight * part, 100 * whole)
    return Working("Price", FORMULAS[method], inputs, value, published, said, "price")


def _is_held(rules: Rules, own: int, yardstick: tuple[int, int, int]) -> bool:
    """Say whether the formula alone would give less than nothing or more than the weight."""
    lowest, total, count = yardstick
    if rules.price.method == "linear_from_lowest":
        return rules.price.terms.slope * (own - lowest) > 100 * lowest
    return rules.price.method == "mean_difference" and not 0 <= 3 * total - 2 * count * own <= 2 * total


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
    used = {
        "lowest_over_bid": ("weight", "lowest", "price"),
        "linear_from_lowest": ("weight", "slope", "price", "lowest"),
        "mean_difference": ("weight", "price", "mean"),
        "between_limits": ("weight", "ceiling", "price", "floor"),
        "fixed": ("weight", "price"),
    }[rules.price.method]
    return tuple((name, known[name]) for name in used)
