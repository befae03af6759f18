"""The shape of `evaluation-result/1`: figures, states and ranks, with each reason as a code and its data."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from scoring.model.reasons import (
    AtLimit,
    Awarded,
    BidReason,
    LevelTotal,
    PlacesEmpty,
    RankShared,
    WouldRather,
)


class Engine(TypedDict):
    """The engine that made the result."""

    name: str
    version: str


class Row(TypedDict):
    """One bid of a lot's ranking; points are texts with the published decimals, None where there are none."""

    bidder: str
    state: str
    rank: int | None
    quality: str | None
    price: str | None
    total: str | None
    questions: dict[str, str | None]
    flags: list[str]
    reasons: list[BidReason]


class Award(TypedDict):
    """One place that was awarded."""

    bidder: str
    place: int
    reason: Awarded


class PassedOver(TypedDict):
    """A bidder that comes before an award, or a free place, and is at a limit."""

    bidder: str
    reason: AtLimit


class Undecided(TypedDict):
    """Places that wait until a person breaks the tie of those who share a rank."""

    places: list[int]
    bidders: list[str]
    reason: RankShared


class Unfilled(TypedDict):
    """Places that limits leave without an award."""

    places: list[int]
    reason: PlacesEmpty


class Claim(TypedDict):
    """A bidder that would rather have the lot than what it holds."""

    bidder: str
    reason: WouldRather


class LotResult(TypedDict):
    """The result of one lot; what is not required is there only where there is any."""

    id: str
    ranking: list[Row]
    awards: list[Award]
    reserves: list[str]
    passed_over: list[PassedOver]
    level_totals: NotRequired[list[LevelTotal]]
    undecided: NotRequired[list[Undecided]]
    unfilled: NotRequired[Unfilled]
    claims: NotRequired[list[Claim]]


class EvaluationResult(TypedDict):
    """The whole result of a record."""

    format: str
    engine: Engine
    record_sha256: str
    lots: list[LotResult]
