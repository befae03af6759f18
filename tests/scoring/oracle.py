"""An independent oracle for the scoring engine: slow, obvious, in exact fractions.

It takes an evaluation record (the plain object of format ``evaluation/1``, taken to be legal) and
returns the figures of ``evaluation-result/1``, written straight from the published rules and from
nothing in the engine. It shares no line with it, so that a mistake has to be made twice to be missed.

Where the published rules can be read in two ways, this is how they are read here:

1.  The figure that is printed is the figure that counts: quality is the sum of the rounded question
    points, and quality minimums and the tie key ``quality`` compare that sum, not the unrounded one.
2.  A price limit is held against the bid's price, which with price lines is the sum of price × volume.
    The limits themselves are allowed.
3.  No weight has more decimals than ``places``; if one had, rounding would give more points than it.
4.  Only ranked bids set the yardstick and are measured by it. Any other bid keeps the question points
    of the marks it has, and its quality if it has them all; whatever else it might have is None.
5.  A person's decision comes before what is computed; then the care regulator's ratings, then the price
    limits, then the minimum marks, then the minimum quality.
6.  A location is unrated when it has no overall rating that says something, whatever its key questions
    say; "Inadequate" counts on any key question and overall. A minimum overall rating is held against
    rated locations; an unrated one follows the rule for the unrated, and so does a bidder without any
    location. Where a registration has ended its ratings are history. What the rules allow is flagged, in
    whatever state the bid is.
7.  ``below_next_percent`` compares with the next bid in order of price: the lowest price among the
    other ranked bids of the lot that is not below this one, whatever its own place in the order.
8.  The tie key ``price`` puts the lower price in pence first, ``question:…`` the higher mark.
9.  Tied bids hold the places of their shared rank: of k bids that share a rank and are not at a limit,
    k places stay undecided if so many are left, even if all of the k must win one. A bid alone at its
    shared rank because the others are at a limit is not tied any more. A place that is undecided counts
    towards nobody's limit, and the lots after it are awarded as things then stand.
10. Passed over is who was at a limit when a place was still to be had. Reserves are the other ranked
    bids that were not awarded and are not waiting for a decision, in order of rank.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import Any

from tests.scoring import oracle_awards

KEY_QUESTIONS = ("safe", "effective", "caring", "responsive", "well_led")
RATINGS = ["inadequate", "requires improvement", "good", "outstanding"]  # worst first
HALF = Fraction(1, 2)


@dataclass
class Bid:
    """One bid in one lot, with every figure as an exact fraction."""

    bidder: str
    lot: str
    price: int | None
    marks: dict[str, int]
    state: str = "ranked"
    points: dict[str, Fraction | None] = field(default_factory=dict)
    quality: Fraction | None = None
    price_points: Fraction | None = None
    total: Fraction | None = None
    flags: set[str] = field(default_factory=set)
    rank: int | None = None


def evaluate(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The figures of every lot of a legal record, lots in the order given.

    Each lot: ``ranking`` (bidder -> figures, decimals as text; by rank, then the bids out of assessment,
    each by bidder id), ``awards`` (list of (bidder, place)), ``reserves`` and ``passed_over`` (lists of
    bidders in order of rank) and ``undecided`` (list of (places, bidders)).
    """
    by_lot = {lot["id"]: judged_lot(record, lot) for lot in record["lots"]}
    outcomes = allocated(record, by_lot)
    results = []
    for lot, bids in by_lot.items():
        in_order = sorted(bids, key=lambda bid: (bid.rank is None, bid.rank, bid.bidder))
        ranking = {bid.bidder: printed(bid, record["rules"]["places"]) for bid in in_order}
        results.append({"id": lot, "ranking": ranking, **outcomes[lot]})
    return results


def judged_lot(record: dict[str, Any], lot: dict[str, Any]) -> list[Bid]:
    """Every bid of one lot with its state, points, flags and rank."""
    rules = record["rules"]
    questions = questions_of(rules, lot["id"])
    bidders = {bidder["id"]: bidder for bidder in record["bidders"]}
    bids = [
        Bid(bid["bidder"], bid["lot"], price_of(rules, bid), dict(bid.get("marks", {})))
        for bid in record["bids"]
        if bid["lot"] == lot["id"]
    ]
    for bid in bids:
        score_quality(rules, questions, bid)
        bid.state = state_of(rules, questions, bidders[bid.bidder], bid)
        bid.flags |= cqc_flags(rules["cqc"], bidders[bid.bidder])
    ranked = [bid for bid in bids if bid.state == "ranked"]
    prices = [bid.price for bid in ranked if bid.price is not None]
    for n, (bid, price) in enumerate(zip(ranked, prices, strict=True)):
        bid.price_points = rounded(price_points(rules, price, prices), rules["places"])
        assert bid.quality is not None
        bid.total = bid.quality + bid.price_points
        if is_abnormally_low(rules, price, prices[:n] + prices[n + 1 :]):
            bid.flags.add("abnormally_low")
    give_ranks(record, lot, ranked)
    return bids


# Quality


def questions_of(rules: dict[str, Any], lot: str) -> list[dict[str, Any]]:
    return [q for q in rules["questions"] if "lots" not in q or lot in q["lots"]]


def score_quality(rules: dict[str, Any], questions: list[dict[str, Any]], bid: Bid) -> None:
    """A question's points are weight × mark ÷ highest mark, rounded; quality is their sum."""
    given = []
    for question in questions:
        bid.points[question["id"]] = None
        if question["id"] in bid.marks:
            exact = Fraction(question["weight"]) * bid.marks[question["id"]] / rules["marks"]["highest"]
            given.append(rounded(exact, rules["places"]))
            bid.points[question["id"]] = given[-1]
    if len(given) == len(questions):
        bid.quality = sum(given, Fraction(0))


def rounded(exact: Fraction, places: int) -> Fraction:
    """Half up, to so many decimals."""
    return Fraction(floor(exact * 10**places + HALF), 10**places)


# States


def state_of(rules: dict[str, Any], questions: list[dict[str, Any]], bidder: dict[str, Any], bid: Bid) -> str:
    for decision in decisions(bidder):
        if "lots" not in decision or bid.lot in decision["lots"]:
            return str(decision["state"])
    if not meets_cqc(rules["cqc"], bidder):
        return "condition_not_met"
    ceiling, lowest = rules["price"].get("ceiling_pence"), rules["price"].get("floor_pence")
    assert bid.price is not None
    if (ceiling is not None and bid.price > ceiling) or (lowest is not None and bid.price < lowest):
        return "procedural_breach"
    if any("minimum" in q and bid.marks[q["id"]] < q["minimum"] for q in questions):
        return "below_minimum"
    assert bid.quality is not None
    if "quality_minimum" in rules:
        to_be_had = Fraction(rules["weights"]["quality"])
        if bid.quality < to_be_had * Fraction(rules["quality_minimum"]) / 100:
            return "below_minimum"
    return "ranked"


def decisions(bidder: dict[str, Any]) -> list[dict[str, Any]]:
    """One decision, or a list of them for different lots."""
    found = bidder.get("decision", [])
    return found if isinstance(found, list) else [found]


def rating(location: dict[str, Any], question: str) -> str | None:
    """The rating in lower case, or None when nothing was rated."""
    text = (location.get(question) or "").strip().lower()
    return text if text in RATINGS else None


def registered(bidder: dict[str, Any]) -> list[dict[str, Any]]:
    """The locations whose ratings count: those whose registration has not ended."""
    return [location for location in bidder["cqc"] if location.get("status") != "deregistered"]


def cqc_findings(bidder: dict[str, Any]) -> set[str]:
    """What the rules may refuse, or allow and have flagged."""
    locations = registered(bidder)
    every = [rating(location, question) for location in locations for question in (*KEY_QUESTIONS, "overall")]
    found = {str(location.get("status", "registered")) for location in bidder["cqc"]} - {"registered"}
    if "inadequate" in every:
        found.add("inadequate")
    if not locations or any(rating(location, "overall") is None for location in locations):
        found.add("unrated")
    return found


def cqc_flags(rule: dict[str, Any], bidder: dict[str, Any]) -> set[str]:
    """What is allowed, if only for want of a published rule, and a person should still see."""
    return {found for found in cqc_findings(bidder) if rule.get(found, "allow") == "allow"}


def meets_cqc(rule: dict[str, Any], bidder: dict[str, Any]) -> bool:
    if any(rule.get(found, "allow") == "refuse" for found in cqc_findings(bidder)):
        return False
    overall = [rating(location, "overall") for location in registered(bidder)]
    least = RATINGS.index(rule.get("minimum_overall", RATINGS[0]).lower())
    return all(RATINGS.index(rated) >= least for rated in overall if rated is not None)


# Price


def price_of(rules: dict[str, Any], bid: dict[str, Any]) -> int | None:
    if "price_pence" in bid:
        return int(bid["price_pence"])
    if "prices" in bid:
        return int(sum(bid["prices"][line["id"]] * line["volume"] for line in rules["price"]["lines"]))
    return None


def price_points(rules: dict[str, Any], price: int, ranked: list[int]) -> Fraction:
    """The exact price points of one ranked bid, given all the ranked prices of its lot."""
    weight, method = Fraction(rules["weights"]["price"]), rules["price"]["method"]
    lowest, mean = Fraction(min(ranked)), Fraction(sum(ranked), len(ranked))
    if method == "lowest_over_bid":
        points = weight * lowest / price
    elif method == "linear_from_lowest":
        slope = Fraction(rules["price"].get("slope", "1"))
        points = weight - slope * weight * (price - lowest) / lowest
    elif method == "mean_difference":
        points = weight / 2 - weight * (price - mean) / mean
    elif method == "between_limits":
        ceiling, bottom = rules["price"]["ceiling_pence"], rules["price"]["floor_pence"]
        points = weight * Fraction(ceiling - price, ceiling - bottom)
    elif method == "fixed":
        points = weight  # a bid that misses the set price is outside the limits and not ranked
    else:
        raise ValueError(method)
    return min(max(points, Fraction(0)), weight)


def is_abnormally_low(rules: dict[str, Any], price: int, others: list[int]) -> bool:
    thresholds = rules.get("abnormally_low", {})
    if "below_mean_percent" in thresholds and others:
        mean = Fraction(sum(others), len(others))
        if price <= mean * (1 - Fraction(thresholds["below_mean_percent"]) / 100):
            return True
    following = [other for other in others if other >= price]
    if "below_next_percent" in thresholds and following:
        return price <= min(following) * (1 - Fraction(thresholds["below_next_percent"]) / 100)
    return False


# Ranking


def give_ranks(record: dict[str, Any], lot: dict[str, Any], ranked: list[Bid]) -> None:
    """A bid's rank is one more than the number of bids better than it; equals share a rank."""
    rules = record["rules"]
    keys = {bid.bidder: sort_key(rules, lot["id"], bid) for bid in ranked}
    for bid in ranked:
        bid.rank = 1 + sum(keys[other.bidder] < keys[bid.bidder] for other in ranked)


def sort_key(rules: dict[str, Any], lot: str, bid: Bid) -> tuple[Any, ...]:
    """Smaller is better: the total, then each published tie key in turn."""
    assert bid.total is not None
    assert bid.quality is not None
    key: list[Any] = [-bid.total]
    for tie in rules["ties"]:
        if tie == "quality":
            key.append(-bid.quality)
        elif tie == "price":
            key.append(bid.price)
        elif tie == "draw":
            text = "\n".join([rules["draw_seed"], lot, bid.bidder])
            key.append(hashlib.sha256(text.encode()).hexdigest())
        else:
            key.append(-bid.marks.get(tie.removeprefix("question:"), 0))
    return tuple(key)


# Awards


def allocated(record: dict[str, Any], by_lot: dict[str, list[Bid]]) -> dict[str, dict[str, Any]]:
    """Who holds what, by the published method of allocation."""
    rank: dict[str, dict[str, int]] = {lot: {} for lot in by_lot}
    total: dict[str, dict[str, Fraction]] = {lot: {} for lot in by_lot}
    for lot, bids in by_lot.items():
        for bid in bids:
            if bid.rank is not None and bid.total is not None:
                rank[lot][bid.bidder], total[lot][bid.bidder] = bid.rank, bid.total
    method = oracle_awards.METHODS[record["rules"]["allocation"]["method"]]
    return method(oracle_awards.Tender(record, rank, total))


# Print


def printed(bid: Bid, places: int) -> dict[str, Any]:
    def text(value: Fraction | None) -> str | None:
        return None if value is None else decimal_text(value, places)

    return {
        "state": bid.state,
        "rank": bid.rank,
        "quality": text(bid.quality),
        "price": text(bid.price_points),
        "total": text(bid.total),
        "questions": {question: text(points) for question, points in bid.points.items()},
        "flags": sorted(bid.flags),
    }


def decimal_text(value: Fraction, places: int) -> str:
    """A fraction that has at most so many decimals, written with exactly so many."""
    units = value * 10**places
    assert units.denominator == 1, value
    digits = str(units.numerator).rjust(places + 1, "0")
    return digits if places == 0 else f"{digits[:-places]}.{digits[-places:]}"
