"""Hypothesis strategies of legal evaluation records.

Records are small and full of coincidences: a handful of bids, few distinct prices and marks, so that
ties, limits that are just met and exact halves turn up often, and so that a failing record can be read.
``NEAR_LIMITS`` draws the same shapes at the largest magnitudes that a record may have.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from scoring.reference import scores
from tests.scoring.record_draws import perhaps_drawn_by_secret
from tests.scoring.record_rules import (
    METHODS,
    cqc_rules,
    decimal,
    draw_price_rule,
    group_limits,
    mark_scales,
    quality_minimums,
    question_sets,
    thresholds,
    tie_rules,
    weight_pairs,
)
from tests.scoring.record_spaces import NEAR_LIMITS, SMALL, Space

__all__ = ["ALLOCATIONS", "METHODS", "NEAR_LIMITS", "SMALL", "Space", "legal_records"]

RATED = ("Good", "Outstanding", "Requires improvement", "Requires Improvement", "Inadequate", "INADEQUATE")
UNRATED = ("", "No published rating", "Inspected but not rated", "Insufficient evidence to rate", "Not rated")
WHY_NOT_CHECKED = ("not_in_file", "rated_by_service", "key_questions_missing")
STATUSES = ("registered", "dormant", "suspended", "deregistered")
# Identifiers whose order differs by length, case, accent and UTF-16 or UTF-8 code unit.
BIDDERS = ("B2", "B10", "b 1", "Zoë", "ﬁn", "𝒜")
ALLOCATIONS = ("rank_order", "preference", "best_total")
TROUBLES = ("ratings", "decisions", "minimums", "price limits", "lot limits", "several places")
DECIDED = (
    "excluded",
    "condition_not_met",
    "procedural_breach",
    "abnormally_low",
    "below_minimum",
    "withdrawn",
)


@st.composite
def legal_records(
    draw: st.DrawFn,
    space: Space = SMALL,
    method: str | None = None,
    always: Sequence[str] = (),
    allocation: str | None = None,
) -> dict[str, Any]:
    """A legal record: any published rule may appear, with any other, unless the price ``method`` or the
    method of ``allocation`` is given.

    Each record first draws which troubles it is allowed; with all of them in every record, hardly a bid
    would stay in the running and hardly a tie would be left to break. ``always`` names those that every
    record is to have.
    """
    troubles = draw(st.sets(st.sampled_from(TROUBLES))) | set(always)
    lots = draw(some_lots(space, "several places" in troubles))
    names = [str(lot["id"]) for lot in lots]
    places = draw(st.sampled_from([2, 0, 1, 3, 4, 2]))
    unit = 10 ** max(2 - places, 0)
    quality, price = draw(weight_pairs(unit))
    marks = draw(mark_scales(space))
    questions = draw(question_sets(names, quality, unit, marks, "minimums" in troubles))
    lines = [f"line{n}" for n in range(draw(st.sampled_from([0, 0, 0, 1, 2, 3])))]
    rules: dict[str, Any] = {
        "weights": {"quality": decimal(quality), "price": decimal(price)},
        "marks": marks,
        "questions": questions,
        "price": {"method": method or draw(st.sampled_from(METHODS))},
        "places": places,
        "cqc": draw(cqc_rules("ratings" in troubles)),
        "allocation": {
            "method": allocation or draw(st.sampled_from(ALLOCATIONS)),
            "groups": draw(group_limits(names)) if "lot limits" in troubles else [],
        },
        **draw(tie_rules([question["id"] for question in questions])),
    }
    if lines:
        rules["price"]["lines"] = [{"id": line, "volume": draw(space.volumes)} for line in lines]
    bidders = [
        draw(some_bidder(name, names, troubles, space))
        for name in BIDDERS[: draw(st.sampled_from([*range(1, space.bidders + 1), space.bidders]))]
    ]
    bids = draw(some_bids(bidders, names, rules, space))
    draw_price_rule(draw, rules, bids, space, "price limits" in troubles)
    if "minimums" in troubles and draw(st.booleans()):
        rules["quality_minimum"] = draw(quality_minimums(rules, bids))
    if draw(st.booleans()):
        rules["abnormally_low"] = draw(thresholds(rules, bids))
    record = {"format": "evaluation/1", "rules": rules, "lots": lots, "bidders": bidders, "bids": bids}
    return draw(perhaps_drawn_by_secret(record))


@st.composite
def some_lots(draw: st.DrawFn, space: Space, several_places: bool) -> list[dict[str, Any]]:
    return [
        {
            "id": f"L{n}",
            "service": "homecare",
            "zone": f"Zone {n}",
            "hours_per_week": draw(space.hours),
            "weeks_per_year": 52,
            "places": draw(st.integers(1, 3)) if several_places else 1,
        }
        for n in range(1, draw(st.sampled_from(range(1, space.lots + 1))) + 1)
    ]


@st.composite
def some_bidder(
    draw: st.DrawFn, name: str, lots: Sequence[str], troubles: set[str], space: Space
) -> dict[str, Any]:
    bidder: dict[str, Any] = {
        "id": name,
        "name": f"Provider {name}",
        "cqc": [
            draw(some_location(f"1-{n}", "ratings" in troubles))
            for n in range(1, draw(st.sampled_from([1, 0, 1, 2])) + 1)
        ],
    }
    if "decisions" in troubles and draw(st.sampled_from([False, False, True])):
        bidder["decision"] = draw(some_decision(lots))
    if draw(st.booleans()):
        bidder["preferences"] = draw(st.lists(st.sampled_from(lots), unique=True))
    if "lot limits" in troubles and draw(st.booleans()):
        bidder["most_lots"] = draw(st.integers(1, 2))
    if "lot limits" in troubles and draw(st.booleans()):
        bidder["hours_per_week"] = draw(space.hours)
    return bidder


@st.composite
def some_decision(draw: st.DrawFn, lots: Sequence[str]) -> Any:
    """One decision for all lots or some, or one for each of two groups of lots."""
    states, some = st.sampled_from(DECIDED), draw(st.lists(st.sampled_from(lots), unique=True))
    parts = [some, [lot for lot in lots if lot not in some]]
    decisions = [
        {"state": draw(states), "lots": part, "reason": "For a reason on record"} for part in parts if part
    ]
    match draw(st.sampled_from(["all lots", "some lots", "a list"])):
        case "all lots":
            return {"state": draw(states), "reason": "For a reason on record"}
        case "some lots":
            return decisions[0]
    return decisions


@st.composite
def some_location(draw: st.DrawFn, name: str, ratings_matter: bool) -> dict[str, str]:
    """Mostly Good, so that most bidders stay in the running."""
    location = {"location": name}
    if draw(st.booleans()):
        location["published"] = "2026-05-01"
    if draw(st.booleans()):
        location["status"] = draw(st.sampled_from(STATUSES))
    ratings = st.sampled_from(["Good"] * 24 + list(RATED) + list(UNRATED))
    for question in ("overall", *scores.KEY_QUESTIONS):
        if draw(st.integers(0, 9)) > 0:
            location[question] = draw(ratings)
    why = draw(st.sampled_from([None] * 15 + list(WHY_NOT_CHECKED))) if ratings_matter else None
    if why is not None:
        location["not_checked"] = why
        if draw(st.booleans()):
            location["covered"] = "Found Good on the register by two officers."
    return location


@st.composite
def some_bids(
    draw: st.DrawFn, bidders: Sequence[Any], lots: Sequence[str], rules: dict[str, Any], space: Space
) -> list[Any]:
    """Bids by some bidders for some lots, in any order, at a few prices."""
    drawn_from = space.line_prices if "lines" in rules["price"] else space.prices
    prices = st.sampled_from(draw(st.lists(drawn_from, min_size=1, max_size=3)))
    scale = st.integers(rules["marks"]["lowest"], rules["marks"]["highest"])
    marks = st.sampled_from(draw(st.lists(scale, min_size=1, max_size=3)))
    bids = []
    for bidder in bidders:
        for lot in lots:
            if draw(st.sampled_from([False] * 7 + [True])):
                continue
            bid: dict[str, Any] = {"bidder": bidder["id"], "lot": lot}
            if "lines" in rules["price"]:
                bid["prices"] = {line["id"]: draw(prices) for line in rules["price"]["lines"]}
            else:
                bid["price_pence"] = draw(prices)
            questions = scores.questions_of(rules, lot)
            bid["marks"] = {question["id"]: draw(marks) for question in questions}
            if is_out(rules, bidder, lot):
                draw_what_is_missing(draw, bid)
            bids.append(bid)
    return draw(st.permutations(bids))


def is_out(rules: dict[str, Any], bidder: dict[str, Any], lot: str) -> bool:
    """Whether the bidder is out of assessment in the lot before anything is marked or priced."""
    decided = any(lot in d.get("lots", [lot]) for d in scores.decisions(bidder))
    return decided or not scores.meets_cqc(rules["cqc"], bidder) or scores.unchecked(bidder)


def draw_what_is_missing(draw: st.DrawFn, bid: dict[str, Any]) -> None:
    """A bid out of assessment may lack some marks or all, its price, or both."""
    for question in list(bid["marks"]):
        if draw(st.booleans()):
            del bid["marks"][question]
    if not bid["marks"] and draw(st.booleans()):
        del bid["marks"]
    if draw(st.booleans()):
        bid.pop("price_pence", None)
        bid.pop("prices", None)
