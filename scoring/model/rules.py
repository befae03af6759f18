"""The rules of a tender, fixed at publication, as integers.

Weights, percentages and slopes are in hundredths, prices in pence, marks in whole steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from scoring.model.draw import DrawRules

FLOORS: Final = {"outstanding": "Outstanding", "good": "Good", "requires improvement": "Requires improvement"}

UNUSUAL: Final = ("dormant", "suspended", "deregistered")
"""The statuses of a location other than registered."""


@dataclass(frozen=True)
class CqcRules:
    """Which facts about a location are a condition of participation."""

    refuse_inadequate: bool
    refuse_unrated: bool
    minimum_overall: str | None
    """One of FLOORS, or None where there is no floor."""
    statuses: Mapping[str, str] = field(default_factory=dict)
    """"refuse" or "allow" for those of UNUSUAL about which something was published."""


@dataclass(frozen=True)
class Group:
    """Lots of which one bidder may be awarded at most `most_lots`."""

    id: str
    lots: tuple[str, ...]
    most_lots: int


@dataclass(frozen=True)
class Rules:
    """Everything that was published about how bids are judged."""

    quality_weight: int
    price_weight: int
    scale: Scale
    questions: tuple[Question, ...]
    quality_minimum: int | None
    """Hundredths of a per cent of the quality weight."""
    price: PriceRules
    places: int
    ties: tuple[str, ...]
    draw_seed: str
    """The published text of a draw without a secret, which earlier records have; else empty."""
    cqc: CqcRules
    below_mean: int | None
    """Hundredths of a per cent below the mean of the others at which a price is flagged; or None."""
    below_next: int | None
    """The same below the next lowest price."""
    allocation: str
    groups: tuple[Group, ...]
    draw: DrawRules | None = None
    """What is published about a draw with a secret; None where there is none."""


@dataclass(frozen=True)
class Scale:
    """The lowest and the highest mark; each whole step between them is a mark."""

    lowest: int
    highest: int


@dataclass(frozen=True)
class Question:
    """A quality question; weight in hundredths of a point, minimum in marks, lots None where all ask it."""

    id: str
    title: str
    weight: int
    minimum: int | None
    lots: frozenset[str] | None

    def asked_in(self, lot: str) -> bool:
        """Say whether bids for the lot are marked on this question."""
        return self.lots is None or lot in self.lots


@dataclass(frozen=True)
class Terms:
    """What the rules fix about price before any bid."""

    slope: int = 100
    """Hundredths of the weight lost per hundred per cent above the lowest (linear_from_lowest)."""
    ceiling: int | None = None
    floor: int | None = None


@dataclass(frozen=True)
class Line:
    """A price line: a bid's price is the sum over lines of pence x volume."""

    id: str
    volume: int


@dataclass(frozen=True)
class PriceRules:
    """The price method by name, its terms, and the lines that a bid prices (none: one price)."""

    method: str
    terms: Terms
    lines: tuple[Line, ...]
