"""Price: the rules about it, and the published methods, one function each, under the record's name for it.

Each method takes prices in whole pence and what they are measured by, and answers with the exact
share of the price weight that each price earns, as (part, whole) integers with 0 <= part <= whole: what would
be below nought or above the whole weight is held there. The one rounding, half up, comes after, in
`points`. Only ranked bids are measured, and only they make the yardstick.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from scoring import exact
from scoring.exact import Integers
from scoring.model.rules import Terms

Share: TypeAlias = tuple[Integers, Integers]


@dataclass(frozen=True)
class Prices:
    """Ranked bids' prices and, row by row, the yardstick of the lot that each is in. All pence or counts."""

    price: Integers
    lowest: Integers
    """The lowest ranked price in the lot."""
    total: Integers
    """The sum of the ranked prices in the lot; the mean is total / count and stays a fraction."""
    count: Integers
    """How many ranked bids the lot has."""


Method: TypeAlias = Callable[[Prices, Terms], Share]


def lowest_over_bid(prices: Prices, terms: Terms) -> Share:
    """Share = lowest / price: the lowest price gets the whole weight, twice the lowest gets half.

    Source: the fixed-quote method of the Crown Commercial Service (Digital Outcomes and Specialists), and
    the Scottish standard relative price score. Pence over pence; rounded half up once, in `points`.
    """
    return prices.lowest, prices.price


def linear_from_lowest(prices: Prices, terms: Terms) -> Share:
    """Share = 1 - slope x (price - lowest) / lowest, not below 0: 25% dearer loses 25% at slope 1.

    Source: the linear deviation from the lowest quoted bid used in public works tendering. Slope in
    hundredths, prices in pence; rounded half up once, in `points`.
    """
    whole = 100 * prices.lowest
    return np.maximum(whole - terms.slope * (prices.price - prices.lowest), 0), whole


def mean_difference(prices: Prices, terms: Terms) -> Share:
    """Share = 1/2 - (price - mean) / mean, held to 0..1: the mean price gets half the weight.

    Source: the mean-average method in use in UK procurement (the mean price gets 50 of 100 points, one more
    or less for each per cent below or above). The mean of ranked bids stays a fraction: with
    total and count it is (3 x total - 2 x count x price) / (2 x total). Rounded half up once, in `points`.
    """
    whole = 2 * prices.total
    return np.clip(3 * prices.total - 2 * prices.count * prices.price, 0, whole), whole


def between_limits(prices: Prices, terms: Terms) -> Share:
    """Share = (ceiling - price) / (ceiling - floor): the floor gets the whole weight, the ceiling nothing.

    Source: the linear score between a published lowest and highest price; no bid moves another's points.
    Pence over pence; rounded half up once, in `points`. Raises ValueError where a limit is not set.
    """
    if terms.ceiling is None or terms.floor is None or terms.ceiling <= terms.floor:
        raise ValueError("between_limits needs a ceiling above a floor")
    whole = terms.ceiling - terms.floor
    return np.clip(terms.ceiling - prices.price, 0, whole), np.full_like(prices.price, whole)


def fixed(prices: Prices, terms: Terms) -> Share:
    """Share = 1: every bid that meets the set price gets the whole weight.

    Source: contracts let at a set price (a block contract at so much an hour), where quality decides.
    Whether a price meets the limits is settled before, as eligibility. Only the weight itself is rounded.
    """
    return np.ones_like(prices.price), np.ones_like(prices.price)


METHODS: Final[dict[str, Method]] = {
    "lowest_over_bid": lowest_over_bid,
    "linear_from_lowest": linear_from_lowest,
    "mean_difference": mean_difference,
    "between_limits": between_limits,
    "fixed": fixed,
}


def points(method: str, weight: int, places: int, prices: Prices, terms: Terms) -> Integers:
    """Return price points in units of 10^-places, rounded half up; `weight` in hundredths of a point."""
    part, whole = METHODS[method](prices, terms)
    return exact.points(weight, places, part, whole)
