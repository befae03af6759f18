"""The result: the figures and codes of format evaluation-result/1, without its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Final, NotRequired, TypedDict

from scoring.reference.awards import METHODS, Contest, Outcome, claims
from scoring.reference.record import Record
from scoring.reference.scores import Bid, Order, assess

FORMAT: Final = "evaluation-figures/1"


class Row(TypedDict):
    """A bid in the ranking of its lot; points as texts."""

    bidder: str
    state: str
    rank: int | None
    quality: str | None
    price: str | None
    total: str | None
    questions: dict[str, str | None]
    flags: list[str]


class Award(TypedDict):
    """Who is awarded which place."""

    bidder: str
    place: int


class Named(TypedDict):
    """A bidder that is passed over, or has a claim."""

    bidder: str


class Tie(TypedDict):
    """Places that wait for a person's decision, and who shares them."""

    places: list[int]
    bidders: list[str]


class Unfilled(TypedDict):
    """Places that limits leave without an award."""

    places: list[int]


class Level(TypedDict):
    """A printed total that several share, in the order in which they are placed, and what placed them."""

    total: str | None
    bidders: list[str]
    keys: list[str]
    broken_by: list[str | None]
    exact: NotRequired[list[str]]


class LotResult(TypedDict):
    """What the record comes to in one lot."""

    id: str
    ranking: list[Row]
    awards: list[Award]
    reserves: list[str]
    passed_over: list[Named]
    level_totals: NotRequired[list[Level]]
    undecided: NotRequired[list[Tie]]
    unfilled: NotRequired[Unfilled]
    claims: NotRequired[list[Named]]


def evaluate(record: Record) -> list[LotResult]:
    """Return the figures of every lot of a sound record. Raises TooLarge where there is too much to try."""
    bids = assess(record)
    contest, method = Contest(record, bids), record["rules"]["allocation"]["method"]
    outcomes = METHODS[method](contest)
    found = []
    for lot in record["lots"]:
        name, outcome = lot["id"], outcomes[lot["id"]]
        result = printed_lot(name, bids[name], outcome, record["rules"]["places"])
        levels = level_totals(record, name, bids[name])
        if levels:
            result["level_totals"] = levels
        unfilled = range(outcome.taken() + 1, min(lot["places"], len(contest.rank[name])) + 1)
        if unfilled:
            result["unfilled"] = {"places": list(unfilled)}
        claimants = claims(contest, outcomes, name) if method == "preference" else []
        if claimants:
            result["claims"] = [{"bidder": bidder} for bidder in claimants]
        found.append(result)
    return found


def level_totals(record: Record, lot: str, bids: Sequence[Bid]) -> list[Level]:
    """Return each printed total that several ranked bids share: highest first, and the bids as placed."""
    keys = Order(record, lot).keys
    ranked = sorted((bid for bid in bids if bid.rank is not None), key=lambda bid: (bid.rank, bid.bidder))
    found: list[Level] = []
    for _, sharing in groupby(ranked, key=lambda bid: bid.total):
        level = list(sharing)
        if len(level) < 2:
            continue
        pairs = [zip(keys, one.before[1:], other.before[1:], strict=True) for one, other in pairwise(level)]
        found.append(
            {
                "total": decimal_text(level[0].total, record["rules"]["places"]),
                "bidders": [bid.bidder for bid in level],
                "keys": keys,
                "broken_by": [next((key for key, a, b in pair if a != b), None) for pair in pairs],
            }
        )
        if len({bid.exact for bid in level}) > 1:
            found[-1]["exact"] = [str(bid.exact) for bid in level]
    return found


def printed_lot(name: str, bids: Sequence[Bid], outcome: Outcome, places: int) -> LotResult:
    """Return one lot as it is printed: ranked bids by rank, then by id; the others after them, by id."""
    in_order = sorted(bids, key=lambda bid: (bid.rank is None, bid.rank or 0, bid.bidder))
    result: LotResult = {
        "id": name,
        "ranking": [printed(bid, places) for bid in in_order],
        "awards": [{"bidder": bidder, "place": place} for bidder, place in outcome.awards],
        "reserves": outcome.reserves,
        "passed_over": [{"bidder": bidder} for bidder in outcome.passed_over],
    }
    if outcome.undecided:
        result["undecided"] = [{"places": open_, "bidders": tied} for open_, tied in outcome.undecided]
    return result


def printed(bid: Bid, places: int) -> Row:
    """Return one bid as it is printed."""
    return {
        "bidder": bid.bidder,
        "state": bid.state,
        "rank": bid.rank,
        "quality": decimal_text(bid.quality, places),
        "price": decimal_text(bid.price_points, places),
        "total": decimal_text(bid.total, places),
        "questions": {name: decimal_text(points, places) for name, points in bid.questions.items()},
        "flags": sorted(bid.flags),
    }


def decimal_text(points: Fraction | None, places: int) -> str | None:
    """Write points that have at most so many decimals with exactly so many."""
    if points is None:
        return None
    units = points * 10**places
    if units.denominator != 1:
        raise ValueError(f"{points} has more than {places} decimals")
    digits = str(units.numerator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits
