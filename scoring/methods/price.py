"""The published price methods: for each a function, and a row that says all there is to know of it.

Each function takes prices in whole pence and what they are measured by, and answers with the exact share of
the price weight that each price earns, as (part, whole) integers; what the formula leaves below nought or
above the whole weight is held there by the row. The one rounding, half up, comes after, in `points`. Only
ranked bids are measured, and only they make the yardstick.

A further method is a further row here, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from scoring import exact
from scoring.exact import Integers
from scoring.methods.price_method import LimitsUse, MethodTexts, PriceMethod, Prices, Share, Yardstick
from scoring.model.rules import Terms


def lowest_over_bid(prices: Prices, terms: Terms) -> Share:
    """Share = lowest / price: the lowest price gets the whole weight, twice the lowest gets half.

    Source: the fixed-quote method of the Crown Commercial Service (Digital Outcomes and Specialists), and
    the Scottish standard relative price score. Pence over pence; rounded half up once, in `points`.
    """
    return prices.lowest, prices.price


LOWEST_OVER_BID: Final = PriceMethod(
    name="lowest_over_bid",
    share=lowest_over_bid,
    held=False,
    yardstick=Yardstick.LOWEST,
    limits=LimitsUse.OPTIONAL,
    lowest_gets_whole=True,
    formula="weight × lowest ÷ price",
    inputs=("weight", "lowest", "price"),
    worked="weight {weight} × lowest {lowest} ÷ price {price}",
    texts=MethodTexts(
        title="Lowest price over the bid’s price",
        formula="Price weight × lowest price ÷ the bid’s price.",
        weakness="One very low bid takes points from all others.",
        bidders="The lowest price in a lot gets all {points} price points. Every other price gets the share "
        "that the lowest price is of it.",
        report="price weight × lowest price ÷ the bid’s price",
    ),
)


def linear_from_lowest(prices: Prices, terms: Terms) -> Share:
    """Share = 1 - slope x (price - lowest) / lowest, not below 0: 25% dearer loses 25% at slope 1.

    Source: the linear deviation from the lowest quoted bid used in public works tendering. Slope in
    hundredths, prices in pence; rounded half up once, in `points`.
    """
    whole = 100 * prices.lowest
    return whole - terms.slope * (prices.price - prices.lowest), whole


LINEAR_FROM_LOWEST: Final = PriceMethod(
    name="linear_from_lowest",
    share=linear_from_lowest,
    held=True,
    yardstick=Yardstick.LOWEST,
    limits=LimitsUse.OPTIONAL,
    lowest_gets_whole=True,
    slope=True,
    formula="weight − weight × slope × (price − lowest) ÷ lowest",
    inputs=("weight", "slope", "price", "lowest"),
    worked="weight {weight} − {weight} × slope {slope} × (price {price} − lowest {lowest}) ÷ lowest {lowest}",
    texts=MethodTexts(
        title="Straight line from the lowest price",
        formula="Price weight less the share by which the bid’s price is above the lowest; nothing below 0.",
        weakness="With slope 1 a bid at twice the lowest price has nothing.",
        bidders="The lowest price in a lot gets all {points} price points. Every other price loses points in "
        "proportion to how far it is above the lowest.",
        report="price weight − price weight × slope × (price − lowest) ÷ lowest",
    ),
)


def mean_difference(prices: Prices, terms: Terms) -> Share:
    """Share = 1/2 - (price - mean) / mean, held to 0..1: the mean price gets half the weight.

    Source: the mean-average method in use in UK procurement (the mean price gets 50 of 100 points, one more
    or less for each per cent below or above). The mean of ranked bids stays a fraction: with
    total and count it is (3 x total - 2 x count x price) / (2 x total). Rounded half up once, in `points`.
    """
    return 3 * prices.total - 2 * prices.count * prices.price, 2 * prices.total


MEAN_DIFFERENCE: Final = PriceMethod(
    name="mean_difference",
    share=mean_difference,
    held=True,
    yardstick=Yardstick.MEAN,
    limits=LimitsUse.OPTIONAL,
    lowest_gets_whole=False,
    formula="weight ÷ 2 − weight × (price − mean) ÷ mean",
    inputs=("weight", "price", "mean"),
    worked="weight {weight} ÷ 2 − {weight} × (price {price} − mean {mean}) ÷ mean {mean}",
    texts=MethodTexts(
        title="Distance from the mean price",
        formula="The mean price has half of the weight; each percent below or above it is one percent of the "
        "weight more or less.",
        weakness="If one bidder drops out, the order of two others can turn round.",
        bidders="A price equal to the average of the lot gets half of the {points} price points; a price "
        "below it gets more, a price above it less.",
        report="half the price weight − price weight × (price − mean) ÷ mean",
    ),
)


def between_limits(prices: Prices, terms: Terms) -> Share:
    """Share = (ceiling - price) / (ceiling - floor): the floor gets the whole weight, the ceiling nothing.

    Source: the linear score between a published lowest and highest price; no bid moves another's points.
    Pence over pence; rounded half up once, in `points`. Raises ValueError where a limit is not set.
    """
    if terms.ceiling is None or terms.floor is None or terms.ceiling <= terms.floor:
        raise ValueError("between_limits needs a ceiling above a floor")
    return terms.ceiling - prices.price, np.full_like(prices.price, terms.ceiling - terms.floor)


BETWEEN_LIMITS: Final = PriceMethod(
    name="between_limits",
    share=between_limits,
    held=True,
    yardstick=Yardstick.PUBLISHED,
    limits=LimitsUse.MEASURED_BY,
    lowest_gets_whole=False,
    formula="weight × (ceiling − price) ÷ (ceiling − floor)",
    inputs=("weight", "ceiling", "price", "floor"),
    worked="weight {weight} × (ceiling {ceiling} − price {price}) ÷ (ceiling {ceiling} − floor {floor})",
    texts=MethodTexts(
        title="Between a highest and a lowest price",
        formula="The lowest price accepted has the whole weight, the highest nothing, in a straight line "
        "between.",
        weakness="Needs both limits, and they have to be set well: no bid moves another’s points.",
        bidders="A price at the floor gets all {points} price points, a price at the ceiling none, and "
        "prices in between get points in proportion.",
        report="price weight × (ceiling − price) ÷ (ceiling − floor)",
    ),
)


def fixed(prices: Prices, terms: Terms) -> Share:
    """Share = 1: every bid that meets the set price gets the whole weight.

    Source: contracts let at a set price (a block contract at so much an hour), where quality decides.
    Whether a price meets the limits is settled before, as eligibility. Only the weight itself is rounded.
    """
    return np.ones_like(prices.price), np.ones_like(prices.price)


FIXED: Final = PriceMethod(
    name="fixed",
    share=fixed,
    held=False,
    yardstick=Yardstick.PUBLISHED,
    limits=LimitsUse.SET_PRICE,
    lowest_gets_whole=True,
    formula="the whole weight for a bid that meets the set price",
    inputs=("weight", "price"),
    worked="price {price} meets the set price: the whole weight {weight}",
    texts=MethodTexts(
        title="Set price for all",
        formula="Every bid that meets the set price has the whole price weight, so quality decides.",
        weakness="Give price a weight of 0 to score quality alone.",
        bidders="The council has set the price. You say which lots you would deliver at it; quality decides.",
        report="the whole price weight for every bid that accepts the set price",
    ),
)

METHODS: Final[dict[str, PriceMethod]] = {
    row.name: row for row in (LOWEST_OVER_BID, LINEAR_FROM_LOWEST, MEAN_DIFFERENCE, BETWEEN_LIMITS, FIXED)
}
"""Every price method, by the name that a record carries, in the order in which pages offer them."""


def titles(rows: Iterable[PriceMethod]) -> str:
    """Return the titles of some methods in quotation marks, as a sentence about them names them."""
    return " or ".join(f"“{row.texts.title}”" for row in rows)


def points(method: str, weight: int, places: int, prices: Prices, terms: Terms) -> Integers:
    """Return price points in units of 10^-places, rounded half up; `weight` in hundredths of a point."""
    part, whole = METHODS[method].earned(prices, terms)
    return exact.points(weight, places, part, whole)
