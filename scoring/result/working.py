"""The form of a figure's working."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Working:
    """How one figure came about. All texts, ready to print."""

    title: str
    """What the figure is: "Q1 Safeguarding", "Price", "Rank"."""
    formula: str
    """In words and signs: "weight × mark ÷ highest mark"; empty for a reason that is no figure."""
    inputs: tuple[tuple[str, str], ...]
    """(label, value), in the order of the formula."""
    exact: str
    """The value before rounding, a whole number or a fraction in lowest terms ("800/21"); or empty."""
    rounded: str
    """The published value; empty where there is none."""
    sentence: str
    """All of it in one line."""
    figure: str = ""
    """Which figure, for a page that wants one: "question:Q1", "quality", "lines", "yardstick", "price",
    "total", "rank", "award", "state" or "flag"."""


@dataclass(frozen=True)
class Explanation:
    """Every figure of one bid, in the order in which it is worked out."""

    lot: str
    lot_name: str
    bidder: str
    bidder_name: str
    state: str
    rank: int | None
    workings: tuple[Working, ...]

    def __getitem__(self, figure: str) -> Working:
        """Return the first working of a figure. Raises KeyError where the bid has none."""
        for working in self.workings:
            if working.figure == figure:
                return working
        raise KeyError(figure)

    def sentences(self) -> list[str]:
        """Return the working as sentences, a line for each figure."""
        return [working.sentence for working in self.workings]
