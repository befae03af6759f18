"""The shape of `robustness/1`: figures alone; `Robustness.sentences` has the words."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class PlaceObject(TypedDict):
    """A place and who has it."""

    bidder: str
    place: int


class LevelObject(TypedDict):
    """Places that wait for a person, and who is level for them."""

    places: list[int]
    bidders: list[str]


class OutcomeObject(TypedDict):
    """What a lot comes to."""

    awards: list[PlaceObject]
    undecided: NotRequired[list[LevelObject]]


class LotOutcomeObject(OutcomeObject):
    """What a lot comes to after a change."""

    id: str


class MarginObject(TypedDict):
    """By how many points the last winner is ahead of whom, and by which key where there are none."""

    bidder: str
    over: str
    points: str
    parted_by: NotRequired[str]


ChangeObject = TypedDict(
    "ChangeObject",
    {
        "lot": NotRequired[str],
        "bidder": str,
        "question": str,
        "from": int,
        "to": int,
        "changes": list[str],
        "changes_winners": list[str],
    },
)
"""One mark that is another, and the lots whose award that changes."""


class WinsObject(TypedDict):
    """In how many scenarios a bidder has a place."""

    bidder: str
    scenarios: int
    percent: str


class LotReport(OutcomeObject):
    """All that was found of one lot."""

    id: str
    margin: MarginObject | None
    scenarios_unchanged: int
    unchanged_percent: str
    scenarios_undecided: int
    scenarios_without_award: int
    wins: list[WinsObject]
    smallest_change: int | None
    smallest_changes: int
    turned_by: list[ChangeObject]


class ReversalObject(TypedDict):
    """Two bidders whose order turns round; `others` counts those that do so too."""

    lot: str
    rises: str
    above: str
    others: int


class EffectObject(TypedDict):
    """The lots whose award a change makes another, and what they come to."""

    lots: list[LotOutcomeObject]
    reversals: NotRequired[list[ReversalObject]]


class WeightsObject(TypedDict):
    """The weights moved by so many points; without effect where that is not possible."""

    quality_by: str
    possible: bool
    quality: NotRequired[str]
    price: NotRequired[str]
    lots: NotRequired[list[LotOutcomeObject]]
    reversals: NotRequired[list[ReversalObject]]


class RemovedObject(EffectObject):
    """A bidder that had not bid."""

    bidder: str


class LowestRemovedObject(EffectObject):
    """The lowest price of a lot, taken out with whoever bid it."""

    lot: str
    bidders: list[str]


class RobustnessReport(TypedDict):
    """Format robustness/1."""

    format: str
    record_sha256: str
    scenarios: int
    seed: str
    marks: str
    smallest_change: int | None
    lots: list[LotReport]
    weights: list[WeightsObject]
    bidders_removed: list[RemovedObject]
    lowest_price_removed: list[LowestRemovedObject]
