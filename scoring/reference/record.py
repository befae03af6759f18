"""The record, format evaluation/1: of each object, the fields that an award depends on.

Numbers that may have decimals are texts.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Question(TypedDict):
    """A question, and what it is worth."""

    id: str
    weight: str
    minimum: NotRequired[int]
    lots: NotRequired[list[str]]


class Line(TypedDict):
    """A line of the price."""

    id: str
    volume: int


class PriceRule(TypedDict):
    """How prices become points."""

    method: str
    ceiling_pence: NotRequired[int]
    floor_pence: NotRequired[int]
    lines: NotRequired[list[Line]]
    slope: NotRequired[str]


class Group(TypedDict):
    """Lots of which one bidder may hold so many."""

    lots: list[str]
    most_lots: int


class Allocation(TypedDict):
    """How lots are awarded."""

    method: str
    groups: list[Group]


class Rules(TypedDict):
    """The published rules."""

    weights: dict[str, str]
    marks: dict[str, int]
    questions: list[Question]
    quality_minimum: NotRequired[str]
    price: PriceRule
    places: int
    ties: list[str]
    draw_seed: NotRequired[str]
    draw: NotRequired[dict[str, str]]
    cqc: dict[str, str]
    abnormally_low: NotRequired[dict[str, str]]
    allocation: Allocation


class Lot(TypedDict):
    """What is bought."""

    id: str
    hours_per_week: str
    places: int


class Decision(TypedDict):
    """What a person decided on a bidder."""

    state: str
    lots: NotRequired[list[str]]


class Bidder(TypedDict):
    """Who bids, with the ratings of each of its locations."""

    id: str
    cqc: list[dict[str, str]]
    preferences: NotRequired[list[str]]
    most_lots: NotRequired[int]
    hours_per_week: NotRequired[str]
    decision: NotRequired[Decision | list[Decision]]


class SentBid(TypedDict):
    """What one bidder sent for one lot, and the marks that it was given."""

    bidder: str
    lot: str
    marks: NotRequired[dict[str, int]]
    price_pence: NotRequired[int]
    prices: NotRequired[dict[str, int]]
    sealed: NotRequired[str]


class Draw(TypedDict):
    """What the draw is made from."""

    rules_sha256: str
    log_size: int
    log_root: str
    secret: str
    public: NotRequired[str]


class TieDecision(TypedDict):
    """The order of level bidders that a person decided."""

    lot: str
    bidders: list[str]


class Record(TypedDict):
    """All that an award depends on."""

    rules: Rules
    lots: list[Lot]
    bidders: list[Bidder]
    bids: list[SentBid]
    draw: NotRequired[Draw]
    ties_decided: NotRequired[list[TieDecision]]
