"""The one place where reasons become English: a code with its data becomes a sentence, with these names.

Page, PDF, command line and working have the same text, because it all comes from here. No text is
compared: a better sentence changes no figure and no code.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from scoring.allocate.methods import METHODS
from scoring.english import counted, listed, mean_price, ordinal
from scoring.errors import UnknownReason
from scoring.exact import pounds
from scoring.methods.cqc import AREAS
from scoring.result import sentences_levels, sentences_limits

if TYPE_CHECKING:
    from scoring.model import reasons as codes
    from scoring.model.reasons import Reason
    from scoring.result.names import Names
    from scoring.result.types import EvaluationResult, LotResult

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_REGISTRATION: Final = {
    "dormant": "registered but dormant: it gives no care at present",
    "suspended": "its registration is suspended",
    "deregistered": "its registration has ended",
}
"""The text for each status of a location other than registered."""
_NOT_CHECKED: Final = {
    "not_in_file": "it is not in the file of ratings",
    "rated_by_service": "it has no rating of its own, only one for each of its services",
    "key_questions_missing": "the file has no ratings for its key questions, and one may be Inadequate",
}
"""The text for each of scoring.methods.cqc.WHY_NOT_CHECKED."""
_RULE: Final = {
    "refuse": "refused by the rules",
    "allow": "allowed by the rules",
    None: "the rules say nothing about it",
}


def sentence_of(reason: Reason, names: Names) -> str:
    """Return the sentence of a reason. Raises UnknownReason where this version has none for its code."""
    try:
        return SENTENCES[reason["code"]](reason, names)
    except KeyError as missing:
        raise UnknownReason(
            f"this version of the engine has no words for the reason {reason.get('code')}: use a newer one"
        ) from missing


def of_result(result: EvaluationResult, names: Names) -> Iterator[str]:
    """Yield the awards of a result as sentences: awards, what is undecided, who is passed over or out."""
    for lot in result["lots"]:
        yield from of_lot(lot, names)


def of_lot(lot: LotResult, names: Names) -> Iterator[str]:
    """Yield the sentences about one lot."""
    where = names.lot(lot["id"])
    for award in lot["awards"]:
        who, why = names.bidder(award["bidder"]), sentence_of(award["reason"], names)
        yield f"{where}: place {award['place']:,} is awarded to {who}: {why}"
    for tie in lot.get("undecided", []):
        yield f"{where}: {sentence_of(tie['reason'], names)}"
    if "unfilled" in lot:
        yield f"{where}: {sentence_of(lot['unfilled']['reason'], names)}"
    if not lot["awards"] and "undecided" not in lot and "unfilled" not in lot:
        yield f"{where}: nobody is ranked, so nothing is awarded"
    for over in lot["passed_over"]:
        yield f"{where}: {names.bidder(over['bidder'])} was passed over: {sentence_of(over['reason'], names)}"
    for claim in lot.get("claims", []):
        yield f"{where}: {sentence_of(claim['reason'], names)}"
    for shared in lot.get("level_totals", []):
        for bidder in shared["bidders"]:
            yield f"{where}: {names.bidder(bidder)} is {sentences_levels.level(shared, bidder, names)}"
    for row in lot["ranking"]:
        if row["reasons"]:
            state = f"is out, {row['state'].replace('_', ' ')}" if row["rank"] is None else "is flagged"
            why = "; ".join(sentence_of(reason, names) for reason in row["reasons"])
            yield f"{where}: {names.bidder(row['bidder'])} {state}: {why}"


def _decided(reason: codes.Decided, names: Names) -> str:
    return reason["reason"]


def _cqc_inadequate(reason: codes.CqcInadequate, names: Names) -> str:
    rating = f"CQC rating for {AREAS[reason['area']]} is Inadequate{_dated(reason['published'])}"
    return f"location {reason['location']}: {rating}: {_RULE[reason['rule']]}"


def _cqc_unrated(reason: codes.CqcUnrated, names: Names) -> str:
    shown = f" ({reason['overall']})" if reason["overall"] else ""
    if reason["key_questions_rated"]:
        shown += ", although key questions are rated"
    rating = f"no overall CQC rating{shown}{_dated(reason['published'])}"
    return f"location {reason['location']}: {rating}: {_RULE[reason['rule']]}"


def _cqc_no_location(reason: codes.CqcNoLocation, names: Names) -> str:
    return f"no registered location is on record: {_RULE[reason['rule']]}"


def _cqc_below_minimum(reason: codes.CqcBelowMinimum, names: Names) -> str:
    rating = f"overall CQC rating is {reason['overall']}, below the minimum, {reason['minimum']}"
    return f"location {reason['location']}: {rating}{_dated(reason['published'])}: {_RULE[reason['rule']]}"


def _cqc_registration(reason: codes.CqcRegistration, names: Names) -> str:
    told = f"location {reason['location']}: {_REGISTRATION[reason['status']]}"
    if reason["last_inadequate"]:
        areas = listed([AREAS[area] for area in reason["last_inadequate"]], most=len(AREAS))
        told += f"; its last CQC rating for {areas} was Inadequate{_dated(reason['published'])}"
    return f"{told}: {_RULE[reason['rule']]}"


def _cqc_not_checked(reason: codes.CqcNotChecked, names: Names) -> str:
    told = f"location {reason['location']}: not checked: {_NOT_CHECKED[reason['why']]}"
    if reason["covered"] is None:
        return f"{told}; the bid cannot count until it is checked"
    return f"{told}; it counts by a decision: {reason['covered']}"


def _dated(published: str | None) -> str:
    if not published:
        return ""
    date = datetime.date.fromisoformat(published)
    return f", published {date.day} {_MONTHS[date.month - 1]} {date.year}"


def _price_above_ceiling(reason: codes.PriceAboveCeiling, names: Names) -> str:
    return f"price {pounds(reason['price_pence'])} is above the ceiling, {pounds(reason['ceiling_pence'])}"


def _price_below_floor(reason: codes.PriceBelowFloor, names: Names) -> str:
    return f"price {pounds(reason['price_pence'])} is below the floor, {pounds(reason['floor_pence'])}"


def _mark_below_minimum(reason: codes.MarkBelowMinimum, names: Names) -> str:
    question = names.question(reason["question"])
    return f"{question}: mark {reason['mark']} is below the minimum mark, {reason['minimum']}"


def _quality_below_minimum(reason: codes.QualityBelowMinimum, names: Names) -> str:
    share = f"{reason['minimum_percent']}% of {reason['weight']} points"
    return f"quality is {reason['quality']}, below the minimum, {share}"


def _low_by_mean(reason: codes.LowByMean, names: Names) -> str:
    total, _, count = reason["mean_pence"].partition("/")
    mean = f"the mean of the other prices, {mean_price(int(total), int(count or 1))}"
    return f"price {pounds(reason['price_pence'])} is at least {reason['percent']}% below {mean}"


def _low_by_next(reason: codes.LowByNext, names: Names) -> str:
    following = f"the next lowest, {pounds(reason['next_pence'])}"
    return f"price {pounds(reason['price_pence'])} is at least {reason['percent']}% below {following}"


def _awarded(reason: codes.Awarded, names: Names) -> str:
    told = f"ranked {ordinal(reason['rank'])} of {reason['of']:,} with {reason['total']} points"
    before = reason["at_limit"]
    if not before:
        return told
    called = listed([f"{names.bidder(one['bidder'])} ({ordinal(one['rank'])})" for one in before])
    return f"{told}; {called} {'was' if len(before) == 1 else 'were'} at a limit"


def _at_limit(reason: codes.AtLimit, names: Names) -> str:
    limits = "; ".join(sentence_of(limit, names) for limit in reason["limits"])
    told = f"ranked {ordinal(reason['rank'])}; {limits}"
    method = reason["allocation"]
    return told if method is None else f"{told}; {METHODS[method].passed_over}"


def _rank_shared(reason: codes.RankShared, names: Names) -> str:
    level = listed([names.bidder(bidder) for bidder in reason["bidders"]])
    left = "no tie-break is published"
    if reason["ties"]:
        left = f"the published tie-breaks ({', '.join(reason['ties'])}) leave them level"
    waits = "waits" if len(reason["places"]) == 1 else "wait"
    return (
        f"{level} share rank {reason['rank']}: {left}, so {_places(reason['places'])} {waits} until a person"
        f" decides; {METHODS[reason['allocation']].meanwhile}"
    )


def _limits_leave_places(reason: codes.PlacesEmpty, names: Names) -> str:
    stopped = [
        f"{sentences_limits.short(one)} ({listed([names.bidder(bidder) for bidder in one['bidders']])})"
        for one in reason["stopped"]
    ]
    return f"{_places(reason['places'])} without an award: {'; '.join(stopped)}"


def _places(places: Sequence[int]) -> str:
    if len(places) == 1:
        return f"place {places[0]}"
    return f"places {listed([str(place) for place in places])}"


def _would_rather(reason: codes.WouldRather, names: Names) -> str:
    who, lot = names.bidder(reason["bidder"]), names.lot(reason["lot"])
    held = listed([names.lot(one) for one in reason["held"]])
    them = "it" if len(reason["held"]) == 1 else "them"
    return (
        f"{who} is ranked {ordinal(reason['rank'])} and prefers {lot} to {held}, which it holds; it came to"
        f" hold {them} while this lot did not fit within its limits, and the method has nobody give up a lot"
    )


def reserve(number: int, of: int, places: int) -> str:
    """Say why a reserve was not awarded: the `number`th of so many, in a lot of so many places."""
    return f"reserve {number:,} of {of:,}: bids ranked higher take up the lot's {counted(places, 'place')}"


SENTENCES: Final[Mapping[str, Callable[..., str]]] = {
    "decided": _decided,
    "cqc_inadequate": _cqc_inadequate,
    "cqc_unrated": _cqc_unrated,
    "cqc_no_location": _cqc_no_location,
    "cqc_below_minimum": _cqc_below_minimum,
    "cqc_registration": _cqc_registration,
    "cqc_not_checked": _cqc_not_checked,
    "price_above_ceiling": _price_above_ceiling,
    "price_below_floor": _price_below_floor,
    "mark_below_minimum": _mark_below_minimum,
    "quality_below_minimum": _quality_below_minimum,
    "price_far_below_mean": _low_by_mean,
    "price_far_below_next": _low_by_next,
    "awarded": _awarded,
    "at_limit": _at_limit,
    "own_limit": sentences_limits.own,
    "group_limit": sentences_limits.group,
    "hours_limit": sentences_limits.hours,
    "rank_shared": _rank_shared,
    "limits_leave_places": _limits_leave_places,
    "would_rather": _would_rather,
}
"""A sentence for each code."""
