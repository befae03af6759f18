"""What the laboratory tries a price method on, and the form of what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from scoring.exact import HIGHEST_PRICE, Integers, decimal, half_up, in_units, pounds
from scoring.methods import price
from scoring.methods.price_method import PriceMethod, Prices
from scoring.model.rules import Rules

Figures: TypeAlias = dict[str, str | int | None]
"""A row of worked numbers: names, prices in pence and points as texts."""


@dataclass(frozen=True)
class Trial:
    """One way in which a method can misbehave: whether it does under these rules, in words, with figures."""

    id: str
    found: bool
    sentence: str
    figures: tuple[Figures, ...] = ()
    """Worked numbers: rows of names, prices in pence and points."""


@dataclass(frozen=True, eq=False)
class Bench:
    """The price rules with simulated prices to try them on, pence; points are in units of 10^-places."""

    rules: Rules
    typical: int
    tenders: Integers
    """[tender, bid], all within the published limits."""

    @property
    def method(self) -> PriceMethod:
        """Return what is known of the price method that is tried."""
        return price.METHODS[self.rules.price.method]

    @property
    def whole(self) -> int:
        """Return the price weight in units of 10^-places points."""
        return half_up(*in_units(self.rules.price_weight, self.rules.places))

    @property
    def example(self) -> list[int]:
        """Return the prices of the tender that worked figures are about, lowest first."""
        return sorted(self.tenders[0].tolist())

    def points(self, tenders: Integers) -> Integers:
        """Return the points of every price, [tender, bid]; each tender has its own yardstick."""
        shape, terms = tenders.shape, self.rules.price.terms
        lowest, total = tenders.min(axis=1, keepdims=True), tenders.sum(axis=1, keepdims=True)
        count = np.full_like(lowest, shape[1])
        measured = (np.broadcast_to(one, shape).ravel() for one in (tenders, lowest, total, count))
        prices = Prices(*(np.ascontiguousarray(one) for one in measured))
        found = price.points(
            self.rules.price.method, self.rules.price_weight, self.rules.places, prices, terms
        )
        return found.reshape(shape)

    def of(self, prices: Sequence[int]) -> list[int]:
        """Return the points of the prices of one tender."""
        found: list[int] = self.points(np.array([prices], np.int64))[0].tolist()
        return found

    def beside(self, own: int, others: Sequence[int]) -> int:
        """Return the points of one price beside others."""
        return self.of([*others, own])[-1]

    def within(self, own: int) -> int:
        """Hold a price to the published limits."""
        terms = self.rules.price.terms
        return max(min(own, terms.ceiling or HIGHEST_PRICE), terms.floor or 1)

    def points_text(self, points: int) -> str:
        """Write points with the published decimals."""
        return decimal(points, self.rules.places)

    def row(self, name: str, pence: int, points: int) -> Figures:
        """Write one row of worked figures."""
        return {"bid": name, "price_pence": pence, "price": pounds(pence), "points": self.points_text(points)}
