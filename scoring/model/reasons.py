"""Why a bid is where it is: each reason a code with its data, as `evaluation-result/1` carries it.

Bidders, lots, questions and groups are named by id. Money is in whole pence; what may have decimals (points,
hours, per cents) is a text, as in the record; dates are texts as 2026-05-01. Only `decided` and
`cqc_not_checked` may hold a sentence, which a person wrote. docs/scoring.md lists every code;
`scoring.result.sentences` words them.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict

RuleEffect: TypeAlias = Literal["refuse", "allow"]
"""What the published rules make of a finding."""


class Decided(TypedDict):
    """A person's decision; `state` is what it puts the bid into, `reason` the person's own text."""

    code: Literal["decided"]
    state: str
    reason: str


class CqcInadequate(TypedDict):
    """A rating of Inadequate: `area` is `overall` or a key question, as the record writes it."""

    code: Literal["cqc_inadequate"]
    location: str
    area: str
    published: str | None
    rule: RuleEffect


class CqcUnrated(TypedDict):
    """No overall rating; `overall` is what is published in its place, None where nothing is."""

    code: Literal["cqc_unrated"]
    location: str
    overall: str | None
    key_questions_rated: bool
    published: str | None
    rule: RuleEffect


class CqcNoLocation(TypedDict):
    """No location at all, or only deregistered ones."""

    code: Literal["cqc_no_location"]
    rule: RuleEffect


class CqcBelowMinimum(TypedDict):
    """An overall rating under the published minimum."""

    code: Literal["cqc_below_minimum"]
    location: str
    overall: str
    minimum: str
    published: str | None
    rule: RuleEffect


class CqcRegistration(TypedDict):
    """A location that is dormant, suspended or deregistered.

    `last_inadequate`: the areas in which a deregistered one was last rated Inadequate. `rule` None: nothing
    was published about it.
    """

    code: Literal["cqc_registration"]
    location: str
    status: str
    last_inadequate: list[str]
    published: str | None
    rule: RuleEffect | None


class CqcNotChecked(TypedDict):
    """A location whose ratings nobody could look up: `why` is one of WHY_NOT_CHECKED, as the record has it.

    `covered`: the reason of the person whose decision lets it count all the same, None where it stays out.
    """

    code: Literal["cqc_not_checked"]
    location: str
    why: str
    covered: str | None
    rule: RuleEffect


CqcReason: TypeAlias = (
    CqcInadequate | CqcUnrated | CqcNoLocation | CqcBelowMinimum | CqcRegistration | CqcNotChecked
)


class PriceAboveCeiling(TypedDict):
    """The price of the bid is above the published ceiling."""

    code: Literal["price_above_ceiling"]
    price_pence: int
    ceiling_pence: int


class PriceBelowFloor(TypedDict):
    """The price of the bid is below the published floor."""

    code: Literal["price_below_floor"]
    price_pence: int
    floor_pence: int


class MarkBelowMinimum(TypedDict):
    """A mark under the published minimum of its question."""

    code: Literal["mark_below_minimum"]
    question: str
    mark: int
    minimum: int


class QualityBelowMinimum(TypedDict):
    """Quality points, as printed, under so many per cent of the quality weight."""

    code: Literal["quality_below_minimum"]
    quality: str
    minimum_percent: str
    weight: str


class LowByMean(TypedDict):
    """A price at least `percent` below the mean of the others, in pence: whole, or a fraction as "4001/2"."""

    code: Literal["price_far_below_mean"]
    price_pence: int
    percent: str
    mean_pence: str


class LowByNext(TypedDict):
    """A price at least `percent` below the next lowest."""

    code: Literal["price_far_below_next"]
    price_pence: int
    percent: str
    next_pence: int


Disqualifying: TypeAlias = (
    PriceAboveCeiling | PriceBelowFloor | MarkBelowMinimum | QualityBelowMinimum | Decided | CqcReason
)
"""What can keep a bid from being ranked."""

BidReason: TypeAlias = Disqualifying | LowByMean | LowByNext
"""A reason in the `reasons` of a bid's row."""

Preferred: TypeAlias = Literal["stated", "implied"]
"""Whether the bidder would rather have what it holds: its preferences state it, or their order implies it
(lots that it did not list come last, in the order of the tender)."""


class OwnLimit(TypedDict):
    """A bidder's own number of lots. `waiting`: lots in which a tie waits, and may fill the limit."""

    code: Literal["own_limit"]
    most: int
    held: list[str]
    waiting: list[str]
    preferred: Preferred | None


class GroupLimit(TypedDict):
    """The number of lots of these groups for one bidder; `held` and `waiting` are inside the groups."""

    code: Literal["group_limit"]
    groups: list[str]
    most: int
    held: list[str]
    waiting: list[str]
    preferred: Preferred | None


class HoursLimit(TypedDict):
    """The weekly hours that a bidder declared; `lot_hours` of this lot, `held_hours` of those held."""

    code: Literal["hours_limit"]
    capacity: str
    lot_hours: str
    held: list[str]
    held_hours: str
    waiting: list[str]


Limit: TypeAlias = OwnLimit | GroupLimit | HoursLimit


class RankedBidder(TypedDict):
    """A bidder and its rank in the lot."""

    bidder: str
    rank: int


class Awarded(TypedDict):
    """Why a bidder won: its rank of how many, its printed total, and who came before and was at a limit."""

    code: Literal["awarded"]
    rank: int
    of: int
    total: str
    at_limit: list[RankedBidder]


class AtLimit(TypedDict):
    """Why a bidder was passed over: every limit that it had reached.

    `allocation`: the method, where it weighs more than limits and awarded the lot to another for that reason.
    """

    code: Literal["at_limit"]
    rank: int
    limits: list[Limit]
    allocation: str | None


class RankShared(TypedDict):
    """Why places wait for a person: who shares the rank, and the published `ties` that leave it shared."""

    code: Literal["rank_shared"]
    rank: int
    bidders: list[str]
    places: list[int]
    ties: list[str]
    allocation: str


class Stopped(TypedDict):
    """A limit, in short, and whom it stopped; `limits_if_tie_lost`: the limits of whoever loses the tie."""

    code: Literal["own_limit", "group_limit", "hours_limit", "limits_if_tie_lost"]
    most: NotRequired[int]
    groups: NotRequired[list[str]]
    bidders: list[str]


class PlacesEmpty(TypedDict):
    """Which limits leave places without an award."""

    code: Literal["limits_leave_places"]
    places: list[int]
    stopped: list[Stopped]


class WouldRather(TypedDict):
    """A claim that `preference` leaves: the bidder would rather have `lot` than `held`."""

    code: Literal["would_rather"]
    bidder: str
    rank: int
    lot: str
    held: list[str]


class DecidedOrder(TypedDict):
    """How a person decided a tie, with a second person's approval; `bidders` in that order."""

    bidders: list[str]
    reason: str
    decided_by: str
    approved_by: str


class LevelTotal(TypedDict):
    """A printed total that several bidders of a lot share, in the order in which they are placed.

    `keys` are the tie keys in turn. `broken_by` has one entry less than `bidders`: the key that put each
    before the next, None where none did. `exact`: the totals before rounding, where they differ.
    """

    total: str
    bidders: list[str]
    keys: list[str]
    broken_by: list[str | None]
    exact: NotRequired[list[str]]
    decisions: NotRequired[list[DecidedOrder]]


AwardReason: TypeAlias = Awarded | AtLimit | RankShared | PlacesEmpty | WouldRather

Reason: TypeAlias = BidReason | AwardReason | Limit
