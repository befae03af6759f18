"""The result: the figures and codes of format evaluation-result/1, without its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final, NotRequired, TypedDict

from scoring.reference.awards import METHODS, Contest, Outcome, claims
from scoring.reference.record import Record
from scoring.reference.scores import Bid, assess

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


class LotResult(TypedDict):
    """What the record comes to in one lot."""

    id: str
    ranking: list[Row]
    awards: list[Award]
    reserves: list[str]
    passed_over: list[Named]
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
        unfilled = range(outcome.taken() + 1, min(lot["places"], len(contest.rank[name])) + 1)
        if unfilled:
            result["unfilled"] = {"places": list(unfilled)}
        claimants = claims(contest, outcomes, name) if method == "preference" else []
        if claimants:
            result["claims"] = [{"bidder": bidder} for bidder in claimants]
        found.append(result)
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
