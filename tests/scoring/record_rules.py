"""Hypothesis strategies of the rules of a tender, one for each part of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any

from hypothesis import strategies as st

from scoring.reference import scores
from tests.scoring.record_spaces import HIGHEST_PRICE, Space

METHODS = ("lowest_over_bid", "linear_from_lowest", "mean_difference", "between_limits", "fixed")


def decimal(basis_points: int) -> str:
    """6000 -> "60", 3350 -> "33.5": no more digits than the number needs."""
    whole, part = divmod(basis_points, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".")


@st.composite
def weight_pairs(draw: st.DrawFn, unit: int) -> tuple[int, int]:
    """Quality and price weight in basis points, whole units of them; together always 100 points."""
    quality = draw(st.sampled_from([6000, 5000, 10000, 10000, 0, 0, 3333, 7050, 4000]) | st.integers(1, 9999))
    return quality // unit * unit, 10000 - quality // unit * unit


@st.composite
def mark_scales(draw: st.DrawFn, space: Space) -> dict[str, int]:
    highest = draw(space.highest_marks)
    return {"lowest": draw(st.sampled_from([0, 0, 1])) if highest > 1 else 0, "highest": highest}


@st.composite
def question_sets(
    draw: st.DrawFn, lots: Sequence[str], quality: int, unit: int, marks: dict[str, int], minimums: bool
) -> list[Any]:
    """Questions for all lots and questions for some, whose weights make up the quality weight in each.

    ``quality`` and ``unit`` in basis points: every weight is a whole number of units.
    """
    units = quality // unit
    common = draw(st.sampled_from([units, units, units // 2, units // 3, 0]))
    questions: list[dict[str, Any]] = []
    blocks: list[tuple[int, list[str] | None]] = [(common, None)] if common or draw(st.booleans()) else []
    if common < units:
        split = draw(st.integers(1, len(lots)))
        parts = [list(lots[:split]), list(lots[split:])]
        blocks += [(units - common, part) for part in parts if part]
    for weight, where in blocks:
        for share in draw(shares(weight)):
            question: dict[str, Any] = {
                "id": f"Q{len(questions) + 1}",
                "title": "A question",
                "weight": decimal(share * unit),
            }
            if where is not None:
                question["lots"] = where
            if minimums and draw(st.booleans()):
                # Not above the middle, so that bids are lost and won by it.
                middle = (marks["lowest"] + marks["highest"]) // 2
                question["minimum"] = draw(st.sampled_from(range(marks["lowest"], middle + 1)))
            questions.append(question)
    return draw(st.permutations(questions))


@st.composite
def shares(draw: st.DrawFn, whole: int) -> list[int]:
    """The whole in one to three parts, some perhaps 0."""
    cuts = draw(st.lists(st.integers(0, whole), max_size=2))
    return [high - low for low, high in pairwise([0, *sorted(cuts), whole])]


@st.composite
def tie_rules(draw: st.DrawFn, questions: Sequence[str]) -> dict[str, Any]:
    keys = ["quality", "price", *(f"question:{question}" for question in questions)]
    ties = draw(st.lists(st.sampled_from(keys), unique=True, max_size=3))
    if draw(st.booleans()):
        ties = [*ties, "draw"] if draw(st.sampled_from([True, True, False])) else ["draw", *ties]
    if "draw" in ties or draw(st.booleans()):
        return {"ties": ties, "draw_seed": draw(st.sampled_from(["2026", "Zażółć gęślą jaźń"]))}
    return {"ties": ties}


@st.composite
def cqc_rules(draw: st.DrawFn, ratings_matter: bool) -> dict[str, str]:
    if not ratings_matter:
        return {"inadequate": "allow", "unrated": "allow"}
    rule = {
        "inadequate": draw(st.sampled_from(["refuse", "refuse", "allow"])),
        "unrated": draw(st.sampled_from(["allow", "allow", "refuse"])),
    }
    for status in ("dormant", "suspended", "deregistered"):
        treated = draw(st.sampled_from([None, "allow", "refuse", "refuse"]))
        if treated is not None:
            rule[status] = treated
    floor = draw(st.sampled_from([None, None, "Good", "Outstanding", "Requires improvement", "GOOD"]))
    return rule if floor is None else {**rule, "minimum_overall": floor}


@st.composite
def group_limits(draw: st.DrawFn, lots: Sequence[str]) -> list[dict[str, Any]]:
    """Up to three groups, of any lots or of all but one, so that they overlap where there are three lots."""
    some = st.lists(st.sampled_from(lots), unique=True, min_size=1)
    all_but_one = st.sampled_from(lots).map(lambda left_out: [lot for lot in lots if lot != left_out])
    return [
        {
            "id": f"G{n}",
            "lots": draw(some | all_but_one) if len(lots) > 1 else list(lots),
            "most_lots": draw(st.integers(1, 2)),
        }
        for n in range(1, draw(st.integers(0, 3)) + 1)
    ]


@st.composite
def quality_minimums(draw: st.DrawFn, rules: dict[str, Any], bids: Sequence[Any]) -> str:
    """Any percentage, or what one of the bids just reaches, or just misses."""
    whole = Fraction(rules["weights"]["quality"])
    percents = [Fraction(0), Fraction(50), Fraction(100), Fraction("33.33")]
    for bid in bids:
        judged = scores.Bid(bid["bidder"], bid["lot"], bid.get("marks", {}), None)
        scores.score_quality(rules, judged)
        if judged.quality is not None and whole:
            percents.append(min(judged.quality / whole * 100, Fraction(100)))
    return draw(about(percents))


@st.composite
def thresholds(draw: st.DrawFn, rules: dict[str, Any], bids: Sequence[Any]) -> dict[str, str]:
    """Any percentages, or by what one of the prices is just low beside another, or beside their mean."""
    below_next, below_mean = [Fraction(n) for n in (0, 15, 100)], [Fraction(n) for n in ("100", "33.33", "0")]
    for bid in bids:
        price, others = scores.price_of(rules, bid), []
        for other in bids:
            rival = scores.price_of(rules, other)
            if other["lot"] == bid["lot"] and other is not bid and rival is not None:
                others.append(rival)
        if price is not None and others:
            below_next += [100 - Fraction(100 * price, other) for other in others if other > price]
            mean = Fraction(sum(others), len(others))
            below_mean += [100 - 100 * price / mean] * (price < mean)
    which = draw(st.sampled_from(["mean", "next", "both"]))
    found = {"below_mean_percent": draw(about(below_mean)), "below_next_percent": draw(about(below_next))}
    return {name: percent for name, percent in found.items() if which in name or which == "both"}


def about(percents: Sequence[Fraction]) -> st.SearchStrategy[str]:
    """One of the percentages, down or up to a hundredth, within 0 to 100."""
    return st.builds(
        lambda percent, up: decimal(min(floor(percent * 100) + up, 10000)),
        st.sampled_from(percents),
        st.sampled_from([0, 0, 1]),
    )


def draw_price_rule(
    draw: st.DrawFn, rules: dict[str, Any], bids: list[Any], space: Space, limited: bool
) -> None:
    """Price limits that some of the bids just meet or just miss, and a slope."""
    price = rules["price"]
    sums = sorted(
        {total for bid in bids if (total := scores.price_of(rules, bid)) is not None} or {draw(space.prices)}
    )
    near = st.builds(
        lambda total, by: min(max(1, total + by), HIGHEST_PRICE),
        st.sampled_from(sums),
        st.sampled_from([0, 0, -1, 1]),
    )
    method = price["method"]
    low, high = sorted([draw(near), draw(near)]) if limited else (sums[0], sums[-1])
    kind = draw(st.sampled_from(["floor", "ceiling", "both"])) if limited else "neither"
    if method == "between_limits":
        kind, (low, high) = "both", (low, high) if low < high else a_penny_apart(low)
    elif method == "fixed" and not Fraction(rules["weights"]["price"]):
        kind = draw(st.sampled_from(["neither", kind]))
    elif method == "fixed" and not limited:
        kind, high = "both", low
    if kind in ("floor", "both"):
        price["floor_pence"] = low
    if kind in ("ceiling", "both"):
        price["ceiling_pence"] = high
    if method == "linear_from_lowest" and draw(st.booleans()):
        price["slope"] = draw(space.slopes)


def a_penny_apart(price: int) -> tuple[int, int]:
    return (price, price + 1) if price < HIGHEST_PRICE else (price - 1, price)
