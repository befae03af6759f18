"""Which corners of the published rules a record reaches, each by its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from typing import Any

from scoring import reference
from scoring.reference import scores


def corners(record: dict[str, Any]) -> Iterator[str]:
    """What is in a record, and what the reference makes of it."""
    yield from of_rules(record["rules"])
    yield from of_ties(record["rules"])
    for part in (of_questions, of_ratings, of_bidders, of_lots, of_scores, of_awards):
        yield from part(record)


def of_rules(rules: dict[str, Any]) -> Iterator[str]:
    price, weights = rules["price"], rules["weights"]
    lined = "with lines" if "lines" in price else "with one price"
    limits = [name for name in ("floor", "ceiling") if f"{name}_pence" in price]
    yield f"{price['method']} {lined}"
    yield f"{price['method']} with {' and '.join(limits) or 'no limits'}"
    if price.get("floor_pence", 0) == price.get("ceiling_pence"):
        yield "a set price"
    if price["method"] == "linear_from_lowest":
        yield "no slope" if "slope" not in price else "slope 1" if price["slope"] == "1" else "another slope"
    yield f"{rules['places']} decimals"
    yield from (f"no {part} weight" for part in weights if not Fraction(weights[part]))
    yield f"lowest mark {rules['marks']['lowest']}"
    if "quality_minimum" in rules:
        bound = {"0": "0", "100": "100"}.get(rules["quality_minimum"], "between")
        yield f"quality minimum {bound}"
    for threshold, percent in rules.get("abnormally_low", {}).items():
        yield f"{threshold} {percent if percent in ('0', '100') else 'between'}"
    if len(rules.get("abnormally_low", {})) == 2:
        yield "both thresholds"


def of_questions(record: dict[str, Any]) -> Iterator[str]:
    rules = record["rules"]
    if not rules["questions"]:
        yield "no question at all"
    for question in rules["questions"]:
        yield "a question of some lots" if "lots" in question else "a question of all lots"
        if not Fraction(question["weight"]):
            yield "a question of no weight"
        if "minimum" in question:
            yield "a minimum mark"
    asked = {lot["id"]: [q["id"] for q in scores.questions_of(rules, lot["id"])] for lot in record["lots"]}
    keys = [key.removeprefix("question:") for key in rules["ties"] if key.startswith("question:")]
    if any(key not in questions for key in keys for questions in asked.values()):
        yield "a tie key that a lot does not ask"


def of_ties(rules: dict[str, Any]) -> Iterator[str]:
    ties = [key.partition(":")[0] for key in rules["ties"]]
    yield from (f"tie key {key}" for key in ties)
    if not ties:
        yield "no tie key"
    if "draw" in ties and ties[-1] != "draw":
        yield "keys after the draw"
    if "draw" not in ties and "draw_seed" in rules:
        yield "a seed without a draw"
    if "draw" in rules:
        yield "a draw by a secret" if "draw" in ties else "a commitment without a draw"
        if "source" in rules["draw"]:
            yield "a public source of chance"


def of_ratings(record: dict[str, Any]) -> Iterator[str]:
    rule = record["rules"]["cqc"]
    if "minimum_overall" in rule:
        yield f"floor {rule['minimum_overall'].lower()}"
    for bidder in record["bidders"]:
        found, counted = scores.cqc_findings(bidder), scores.registered(bidder)
        for one in found:
            yield f"{one} where the rules say {rule.get(one, 'nothing')}"
        if not bidder["cqc"]:
            yield "no location"
        elif not counted:
            yield "no location but deregistered ones"
        rated = [scores.rating(location, "overall") for location in counted]
        for location in bidder["cqc"]:
            if "not_checked" in location:
                yield f"{location['not_checked']} {'covered' if 'covered' in location else 'not covered'}"
        if "inadequate" in found and scores.unchecked(bidder):
            yield "inadequate beside a location that is not checked"
        if "inadequate" in found and None in rated:
            yield "inadequate without an overall rating"
        if None in rated and "minimum_overall" in rule:
            yield "unrated under a floor"


def of_bidders(record: dict[str, Any]) -> Iterator[str]:
    if not record["bidders"]:
        yield "no bidder"
    bid_for = {(bid["bidder"], bid["lot"]) for bid in record["bids"]}
    for bidder in record["bidders"]:
        match bidder.get("decision"):
            case None:
                pass
            case list() as several:
                yield f"decisions in {'one part' if len(several) == 1 else 'two parts'}"
            case decision:
                yield "a decision for some lots" if "lots" in decision else "a decision for all lots"
        if any((bidder["id"], lot) not in bid_for for lot in bidder.get("preferences", [])):
            yield "a preference without a bid"
        yield from (f"bidder's {limit}" for limit in ("most_lots", "hours_per_week") if limit in bidder)
    for bid in record["bids"]:
        if "marks" not in bid:
            yield "a bid without marks"
        if "price_pence" not in bid and "prices" not in bid:
            yield "a bid without a price"


def of_lots(record: dict[str, Any]) -> Iterator[str]:
    bids = Counter(bid["lot"] for bid in record["bids"])
    for lot in record["lots"]:
        if lot["places"] > bids[lot["id"]]:
            yield "more places than bids" if bids[lot["id"]] else "a lot without a bid"
        if not Fraction(lot["hours_per_week"]):
            yield "a lot of no hours"
    groups = [set(group["lots"]) for group in record["rules"]["allocation"]["groups"]]
    for one, other in combinations(groups, 2):
        yield (
            "groups apart"
            if not one & other
            else ("groups one inside the other" if one <= other or other <= one else "groups that overlap")
        )


def of_awards(record: dict[str, Any]) -> Iterator[str]:
    """The result of the record, by the reference."""
    method = record["rules"]["allocation"]["method"]
    held: Counter[str] = Counter()
    hours_of = {lot["id"]: Fraction(lot["hours_per_week"]) for lot in record["lots"]}
    hours = {bidder["id"]: Fraction(0) for bidder in record["bidders"]}
    for lot in reference.evaluate(record):
        outcomes = ("reserves", "passed_over", "undecided", "unfilled", "claims")
        yield from (f"{method}: {outcome}" for outcome in outcomes if lot.get(outcome))
        yield from (f"{method}: place {award['place']}" for award in lot["awards"])
        for award in lot["awards"]:
            held[award["bidder"]] += 1
            hours[award["bidder"]] += hours_of[lot["id"]]
        if any(len(tie["places"]) < len(tie["bidders"]) for tie in lot.get("undecided", [])):
            yield f"{method}: more tied than places"
        if any(len(tie["places"]) == len(tie["bidders"]) for tie in lot.get("undecided", [])):
            yield f"{method}: a place for each of those tied"
    if max(held.values(), default=0) > 1:
        yield f"{method}: several lots for one bidder"
    for bidder in record["bidders"]:
        if "hours_per_week" in bidder and hours[bidder["id"]] == Fraction(bidder["hours_per_week"]) > 0:
            yield "hours filled to the last hundredth"


def of_scores(record: dict[str, Any]) -> Iterator[str]:
    for bids in scores.assess(record).values():
        ranked = [bid for bid in bids if bid.rank is not None]
        yield "no bid ranked" if not ranked else "four bids ranked" if len(ranked) > 3 else "a few ranked"
        for bid in bids:
            yield bid.state
            yield from (f"flag {flag}" for flag in bid.flags)
            if bid.quality is None:
                yield "not fully marked"
            if bid.price_points == 0:
                yield "no price points"
        yield from of_pairs(record["rules"], ranked)


def of_pairs(rules: dict[str, Any], ranked: list[scores.Bid]) -> Iterator[str]:
    """What breaks the tie of two bids of one total, or nothing."""
    for one, other in combinations(ranked, 2):
        if one.total != other.total:
            continue
        keys = [bid.before[1:] for bid in (one, other)]
        breaking = (key for key, a, b in zip(rules["ties"], *keys, strict=True) if a != b)
        yield f"broken by {next(breaking, 'nothing').partition(':')[0]}"
        if one.quality != other.quality:
            yield "equal totals of different parts"
