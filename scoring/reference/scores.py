"""States, scores and ranks: what each bid comes to in its lot."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import Final, TypeVar

from scoring.reference.record import (
    Bidder,
    Decision,
    Draw,
    PriceRule,
    Question,
    Record,
    Rules,
    SentBid,
    TieDecision,
)


@dataclass
class Bid:
    """One bid and every figure of it; None where there is no such figure."""

    bidder: str
    lot: str
    marks: Mapping[str, int]
    price: int | None
    state: str = "ranked"
    flags: set[str] = field(default_factory=set)
    questions: dict[str, Fraction | None] = field(default_factory=dict)
    quality: Fraction | None = None
    price_points: Fraction | None = None
    total: Fraction | None = None
    rank: int | None = None
    sealed: str = ""
    exact: Fraction = Fraction(0)
    """The total before any rounding."""
    before: tuple[Fraction, ...] = ()
    """What it is ordered by."""


def assess(record: Record) -> dict[str, list[Bid]]:
    """Return the bids of every lot with their states, points, flags and ranks."""
    sent: dict[str, list[SentBid]] = {lot["id"]: [] for lot in record["lots"]}
    for bid in record["bids"]:
        sent[bid["lot"]].append(bid)
    bidders = {bidder["id"]: bidder for bidder in record["bidders"]}
    found = {lot: assess_lot(record["rules"], lot, sent[lot], bidders) for lot in sent}
    for lot, bids in found.items():
        ranked = [bid for bid in bids if bid.state == "ranked"]
        give_ranks(Order(record, lot), ranked)
    return found


def assess_lot(rules: Rules, lot: str, sent: Sequence[SentBid], bidders: Mapping[str, Bidder]) -> list[Bid]:
    """Return the bids of one lot. First who is ranked, because only they set the price yardstick."""
    bids = [
        Bid(one["bidder"], lot, one.get("marks", {}), price_of(rules, one), sealed=one.get("sealed", ""))
        for one in sent
    ]
    for bid in bids:
        score_quality(rules, bid)
        bid.state = state_of(rules, bidders[bid.bidder], bid)
        bid.flags |= cqc_flags(rules["cqc"], bidders[bid.bidder])
    ranked = [bid for bid in bids if bid.state == "ranked"]
    prices = sorted(given(bid.price) for bid in ranked)
    for bid in ranked:
        price = given(bid.price)
        exact = price_points(rules, price, prices)
        bid.exact = exact_quality(rules, bid) + exact
        bid.price_points = rounded(exact, rules["places"])
        bid.total = given(bid.quality) + bid.price_points
        if is_abnormally_low(rules.get("abnormally_low", {}), price, prices):
            bid.flags.add("abnormally_low")
    return bids


Figure = TypeVar("Figure", int, Fraction)


def given(figure: Figure | None) -> Figure:
    """Return a figure that every bid in assessment has, because a sound record has its price and marks."""
    if figure is None:
        raise ValueError("a bid in assessment lacks its price or a mark: this record is not sound")
    return figure


# States


def state_of(rules: Rules, bidder: Bidder, bid: Bid) -> str:
    """Return the first state that applies."""
    for decision in decisions(bidder):
        if bid.lot in decision.get("lots", [bid.lot]):
            return decision["state"]
    if not meets_cqc(rules["cqc"], bidder):
        return "condition_not_met"
    if unchecked(bidder):
        return "not_checked"
    if not within_price_limits(rules["price"], bid):
        return "procedural_breach"
    if not reaches_minimums(rules, bid):
        return "below_minimum"
    return "ranked"


def decisions(bidder: Bidder) -> list[Decision]:
    """Return what was decided: nothing, one decision, or one for each of several groups of lots."""
    decided = bidder.get("decision", [])
    return decided if isinstance(decided, list) else [decided]


def within_price_limits(rule: PriceRule, bid: Bid) -> bool:
    """Say whether the price is at most the ceiling and at least the floor, where there are such."""
    price = given(bid.price)
    return rule.get("floor_pence", price) <= price <= rule.get("ceiling_pence", price)


def reaches_minimums(rules: Rules, bid: Bid) -> bool:
    """Say whether every mark reaches its question's minimum, and quality its percentage of the weight."""
    for question in questions_of(rules, bid.lot):
        if bid.marks[question["id"]] < question.get("minimum", 0):
            return False
    least = Fraction(rules.get("quality_minimum", "0")) / 100 * Fraction(rules["weights"]["quality"])
    return given(bid.quality) >= least


# The CQC rule

KEY_QUESTIONS: Final = ("safe", "effective", "caring", "responsive", "well_led")
RATINGS: Final = ("inadequate", "requires improvement", "good", "outstanding")
"""Worst first. Anything else that a location may say of itself is no rating."""


def rating(location: Mapping[str, str], question: str) -> str | None:
    """Return a rating in lower case, or None where there is none."""
    text = location.get(question, "").lower()
    return text if text in RATINGS else None


def registered(bidder: Bidder) -> list[dict[str, str]]:
    """Return the locations whose ratings count: those whose registration has not ended."""
    return [location for location in bidder["cqc"] if location.get("status") != "deregistered"]


def cqc_findings(bidder: Bidder) -> set[str]:
    """Return what the rules may refuse, and otherwise allow and have flagged."""
    locations = registered(bidder)
    found = {location.get("status", "registered") for location in bidder["cqc"]} - {"registered"}
    for location in locations:
        if "inadequate" in [rating(location, question) for question in ("overall", *KEY_QUESTIONS)]:
            found.add("inadequate")
        if rating(location, "overall") is None and "not_checked" not in location:
            found.add("unrated")
    return found if locations else found | {"unrated"}


def unchecked(bidder: Bidder) -> bool:
    """Say whether a location could not be checked and no decision covers it. Then nothing is allowed."""
    return any("not_checked" in location and "covered" not in location for location in bidder["cqc"])


def meets_cqc(rule: Mapping[str, str], bidder: Bidder) -> bool:
    """Say whether nothing is found that the rules refuse and no overall rating is under their minimum."""
    if any(rule.get(found) == "refuse" for found in cqc_findings(bidder)):
        return False
    least = RATINGS.index(rule.get("minimum_overall", RATINGS[0]).lower())
    overall = [rating(location, "overall") for location in registered(bidder)]
    return all(RATINGS.index(rated) >= least for rated in overall if rated is not None)


# Flags


def cqc_flags(rule: Mapping[str, str], bidder: Bidder) -> set[str]:
    """Return what is allowed, if only because no rule was published, and a person should still see."""
    covered = {"not_checked" for location in bidder["cqc"] if "covered" in location}
    return covered | {found for found in cqc_findings(bidder) if rule.get(found) != "refuse"}


def is_abnormally_low(thresholds: Mapping[str, str], price: int, prices: Sequence[int]) -> bool:
    """Say whether a price is as far below the others as the thresholds say; `prices` sorted, with its own."""
    others = len(prices) - 1
    if "below_mean_percent" in thresholds and others:
        mean = Fraction(sum(prices) - price, others)
        if price <= mean * (1 - Fraction(thresholds["below_mean_percent"]) / 100):
            return True
    after = bisect_left(prices, price) + 1  # where the next price stands, perhaps one that is equal
    if "below_next_percent" in thresholds and after < len(prices):
        return price <= prices[after] * (1 - Fraction(thresholds["below_next_percent"]) / 100)
    return False


# Scores


def questions_of(rules: Rules, lot: str) -> list[Question]:
    """Return the questions that a lot asks."""
    return [question for question in rules["questions"] if lot in question.get("lots", [lot])]


def score_quality(rules: Rules, bid: Bid) -> None:
    """Each question: weight × mark ÷ highest mark, rounded. Quality: their sum, if all were marked."""
    points: dict[str, Fraction | None] = {}
    for question in questions_of(rules, bid.lot):
        mark = bid.marks.get(question["id"])
        exact = None if mark is None else Fraction(question["weight"]) * mark / rules["marks"]["highest"]
        points[question["id"]] = None if exact is None else rounded(exact, rules["places"])
    bid.questions = points
    marked = [earned for earned in points.values() if earned is not None]
    bid.quality = sum(marked, Fraction(0)) if len(marked) == len(points) else None


def exact_quality(rules: Rules, bid: Bid) -> Fraction:
    """Return the quality of a bid in assessment before its questions' points are rounded."""
    weights = {question["id"]: Fraction(question["weight"]) for question in questions_of(rules, bid.lot)}
    highest = rules["marks"]["highest"]
    return sum((weight * bid.marks[name] / highest for name, weight in weights.items()), Fraction(0))


def rounded(exact: Fraction, places: int) -> Fraction:
    """Round half up, to so many decimals."""
    return Fraction(floor(exact * 10**places + Fraction(1, 2)), 10**places)


def price_of(rules: Rules, bid: SentBid) -> int | None:
    """Return the price of a bid in pence; with lines, the sum of price × volume."""
    if "prices" in bid:
        return sum(bid["prices"][line["id"]] * line["volume"] for line in rules["price"]["lines"])
    return bid.get("price_pence")


def price_points(rules: Rules, price: int, prices: Collection[int]) -> Fraction:
    """Return the exact price points of a ranked bid, given all ranked prices of its lot."""
    weight, rule = Fraction(rules["weights"]["price"]), rules["price"]
    lowest, mean = min(prices), Fraction(sum(prices), len(prices))
    match rule["method"]:
        case "lowest_over_bid":
            points = weight * lowest / price
        case "linear_from_lowest":
            points = weight - weight * Fraction(rule.get("slope", "1")) * (price - lowest) / lowest
        case "mean_difference":
            points = weight / 2 - weight * (price - mean) / mean
        case "between_limits":
            ceiling = rule["ceiling_pence"]
            points = weight * (ceiling - price) / (ceiling - rule["floor_pence"])
        case "fixed":
            points = weight  # a bid that misses the set price is outside the limits and so not ranked
        case unknown:
            raise ValueError(f"there is no price method {unknown}")
    return min(max(points, Fraction(0)), weight)


# Ranks and ties


@dataclass
class Order:
    """What the bids of one lot are ordered by."""

    record: Record
    lot: str

    @property
    def keys(self) -> list[str]:
        """The published tie keys in turn, and at last a person's decision, where people decided any tie."""
        return [*self.record["rules"]["ties"], *(["decision"] if self.record.get("ties_decided") else [])]

    def of(self, bid: Bid) -> tuple[Fraction, ...]:
        """Return what a bid is ordered by, lowest first: the total, then each key in turn."""
        key = [-given(bid.total)]
        for tie in self.keys:
            if tie == "quality":
                key.append(-given(bid.quality))
            elif tie == "price":
                key.append(Fraction(given(bid.price)))
            elif tie == "draw":
                key.append(Fraction(drawn(self.record, bid)))
            elif tie == "decision":
                key.append(Fraction(decided(self.record.get("ties_decided", []), bid)))
            else:  # in a lot that does not ask the question nobody has a mark for it
                key.append(Fraction(-bid.marks.get(tie.removeprefix("question:"), 0)))
        return tuple(key)


def give_ranks(order: Order, ranked: Sequence[Bid]) -> None:
    """Give each bid a rank: one more than the number of bids before it; equals share a rank."""
    for bid in ranked:
        bid.before = order.of(bid)
    in_order = sorted(bid.before for bid in ranked)
    for bid in ranked:
        bid.rank = 1 + bisect_left(in_order, bid.before)


def drawn(record: Record, bid: Bid) -> int:
    """Return the number that a bid draws, by the seed, or where there is no secret by the published text."""
    if "draw" in record:
        return sha256("draw-place/1", seed(record["draw"]), bid.lot, bid.sealed)
    text = "\n".join([record["rules"]["draw_seed"], bid.lot, bid.bidder])
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def seed(draw: Draw) -> str:
    """Return the seed of the draw, in hexadecimal."""
    lines = [f"rules {draw['rules_sha256']}", f"log {draw['log_size']} {draw['log_root']}"]
    lines.append(f"secret {draw['secret']}")
    if "public" in draw:
        lines.append(f"public {draw['public']}")
    return f"{sha256('draw-seed/1', *lines):064x}"


def sha256(*lines: str) -> int:
    """Return the SHA-256 of lines, each ended by a line feed, as a number."""
    text = "".join(line + "\n" for line in lines)
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def decided(decisions: Sequence[TieDecision], bid: Bid) -> int:
    """Return a bid's place in the decision about its tie; those that none names come last."""
    for decision in decisions:
        if decision["lot"] == bid.lot and bid.bidder in decision["bidders"]:
            return decision["bidders"].index(bid.bidder) + 1
    return 1 + max((len(decision["bidders"]) for decision in decisions), default=0)
