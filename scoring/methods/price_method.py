"""What is to be known of a price method: the one row that engine, explanations, pages and reports read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import numpy as np

from scoring.exact import Integers
from scoring.model.rules import Terms

Share: TypeAlias = tuple[Integers, Integers]
"""(part, whole), element by element: the share of the price weight as an exact fraction; whole is above 0."""


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


class Yardstick(Enum):
    """What a method measures prices by, and so whose coming or going moves the points of others.

    Robustness works out thousands of changes by it: of a method measured by the LOWEST it looks at `lowest`
    alone, of one measured by the MEAN at `total` and `count`, and it rests on this: a higher yardstick never
    takes points from a price, and a higher price never has more of them.
    """

    LOWEST = "lowest"
    MEAN = "mean"
    PUBLISHED = "published"
    """What was published, and no bid."""


class LimitsUse(Enum):
    """What a method asks of the published ceiling and floor; whichever it is, a price beyond them is out."""

    OPTIONAL = "optional"
    MEASURED_BY = "measured_by"
    """Both are needed, the ceiling above the floor: points are measured between them."""
    SET_PRICE = "set_price"
    """They set the price, which a bid meets or not; needed where price has any weight."""


@dataclass(frozen=True)
class MethodTexts:
    """A price method in plain English, for whom it concerns. No markup."""

    title: str
    """What officers choose it by."""
    formula: str
    """The formula as officers and providers read it in the rules: a sentence."""
    weakness: str
    """What it is known to do badly, or needs: a sentence."""
    bidders: str
    """What becomes of a bidder's price: sentences, with {points} for the price weight."""
    report: str
    """What price points are equal to, for the award report: part of a sentence."""


@dataclass(frozen=True)
class PriceMethod:
    """One published price method."""

    name: str
    """What a record calls it."""
    share: Callable[[Prices, Terms], Share]
    """The formula alone; it may come below nought or above the whole where `held`."""
    held: bool
    """Whether the formula alone can leave 0 to 1, and is held there."""
    yardstick: Yardstick
    limits: LimitsUse
    lowest_gets_whole: bool
    """Whether the formula gives the whole weight to the lowest price, whatever it is."""
    formula: str
    """The formula by the names of its inputs; weight is the price weight."""
    inputs: tuple[str, ...]
    """What a worked example shows, in order: of weight, slope, price, lowest, mean, ceiling and floor."""
    worked: str
    """The formula with each input in braces, to be filled in."""
    texts: MethodTexts
    slope: bool = False
    """Whether the rules may give it a slope."""

    @property
    def relative(self) -> bool:
        """Say whether one bid's presence can move another's points."""
        return self.yardstick is not Yardstick.PUBLISHED

    @property
    def sets_price(self) -> bool:
        """Say whether the buyer sets the price, so that a bid only accepts it or does not."""
        return self.limits is LimitsUse.SET_PRICE

    def earned(self, prices: Prices, terms: Terms) -> Share:
        """Return the share of the weight that each price earns, with 0 <= part <= whole, not rounded."""
        part, whole = self.share(prices, terms)
        return (np.clip(part, 0, whole), whole) if self.held else (part, whole)
