"""A small sound record to start from, with a change or two for each test."""

from __future__ import annotations

import copy
from typing import Any

import scoring
from scoring.reading import record
from tests.scoring.wording import lot_in_words

RULES: dict[str, Any] = {
    "weights": {"quality": "60", "price": "40"},
    "marks": {"lowest": 0, "highest": 5},
    "questions": [
        {"id": "Q1", "title": "Safeguarding", "weight": "20", "minimum": 2},
        {"id": "Q2", "title": "Continuity", "weight": "30"},
        {"id": "Q3", "title": "Rural rounds", "weight": "10", "lots": ["L1"]},
        {"id": "Q4", "title": "Mobilisation", "weight": "10", "lots": ["L2"]},
    ],
    "price": {"method": "lowest_over_bid"},
    "places": 2,
    "ties": ["quality", "question:Q1", "price", "draw"],
    "draw_seed": "Lancashire homecare 2026",
    "cqc": {"inadequate": "refuse", "unrated": "allow"},
    "allocation": {"method": "rank_order", "groups": []},
}
GOOD = dict.fromkeys(("overall", "safe", "effective", "caring", "responsive", "well_led"), "Good")


def lot(identifier: str, zone: str, places: int = 1, hours: str = "500") -> dict[str, Any]:
    return {
        "id": identifier,
        "service": "homecare",
        "zone": zone,
        "hours_per_week": hours,
        "weeks_per_year": 52,
        "places": places,
    }


def bidder(identifier: str, name: str, **more: Any) -> dict[str, Any]:
    cqc = [{"location": f"1-{identifier}", **GOOD, "published": "2026-05-01"}]
    return {"id": identifier, "name": name, "cqc": cqc} | more


def bid(who: str, what: str, price: int, *marks: int) -> dict[str, Any]:
    names = {"L1": ("Q1", "Q2", "Q3"), "L2": ("Q1", "Q2", "Q4")}[what]
    return {"bidder": who, "lot": what, "price_pence": price, "marks": dict(zip(names, marks, strict=True))}


def example() -> dict[str, Any]:
    """Three providers, two lots; Alder wins both, Birch comes second."""
    return {
        "format": "evaluation/1",
        "rules": copy.deepcopy(RULES),
        "lots": [lot("L1", "Burnley"), lot("L2", "Pendle")],
        "bidders": [bidder("B1", "Alder Care"), bidder("B2", "Birch Care"), bidder("B3", "Cedar Care")],
        "bids": [
            bid("B1", "L1", 1500, 5, 5, 5),
            bid("B2", "L1", 1600, 4, 4, 4),
            bid("B3", "L1", 1700, 3, 3, 3),
            bid("B1", "L2", 1500, 5, 5, 5),
            bid("B2", "L2", 1600, 4, 4, 4),
            bid("B3", "L2", 1700, 3, 3, 3),
        ],
    }


def one_lot(rules: dict[str, Any], bids: list[tuple[str, int, int]], places: int = 1) -> dict[str, Any]:
    """A record of one lot and one question that carries all the quality: bids of (id, mark, pence)."""
    quality = rules.get("weights", RULES["weights"])["quality"]
    question = {"id": "Q1", "title": "Quality", "weight": quality}
    return {
        "format": "evaluation/1",
        "rules": copy.deepcopy(RULES) | {"questions": [question], "ties": [], **rules},
        "lots": [lot("L1", "Burnley", places)],
        "bidders": [bidder(who, f"Provider {who}") for who, _, _ in bids],
        "bids": [
            {"bidder": who, "lot": "L1", "price_pence": pence, "marks": {"Q1": mark}}
            for who, mark, pence in bids
        ],
    }


def result_of(obj: dict[str, Any]) -> scoring.Result:
    return scoring.evaluate(record.from_object(obj))


def rows(obj: dict[str, Any], lot_id: str = "L1") -> dict[str, dict[str, Any]]:
    """The ranking of a lot, by bidder; reasons as sentences."""
    return {row["bidder"]: row for row in lot_in_words(result_of(obj), lot_id)["ranking"]}


def faults(obj: object) -> list[str]:
    return [str(fault) for fault in record.check(obj)]
