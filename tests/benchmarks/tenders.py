"""Tenders of any size to measure with, alike on every machine: marks and prices from a seeded generator.

Nothing is made easy: each bid has marks of its own, prices are whole pence within a few pounds of each other
so that thousands of bids in a lot tie on total, and every published tie-break has work to do.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from scoring.model.bids import Bids
from scoring.model.record import Record
from scoring.reading import record

WEIGHTS = ("10", "8", "7", "6", "6", "6", "5", "5", "4", "3")
HIGHEST_MARK = 5
GOOD = dict.fromkeys(("overall", "safe", "effective", "caring", "responsive", "well_led"), "Good")


def rules(allocation: str = "rank_order", most_lots: int = 2) -> dict[str, Any]:
    """Rules of 60/40 with ten questions, the lowest price over the bid, and four tie-breaks."""
    return {
        "weights": {"quality": "60", "price": "40"},
        "marks": {"lowest": 0, "highest": HIGHEST_MARK},
        "questions": [
            {"id": f"Q{number}", "title": f"Question {number}", "weight": weight, "minimum": 1}
            for number, weight in enumerate(WEIGHTS, start=1)
        ],
        "price": {"method": "lowest_over_bid", "ceiling_pence": 3000},
        "places": 2,
        "ties": ["quality", "question:Q1", "price", "draw"],
        "draw_seed": "the text that was published with the tender",
        "cqc": {"inadequate": "refuse", "unrated": "allow"},
        "abnormally_low": {"below_mean_percent": "15"},
        "allocation": {"method": allocation, "groups": []},
    }


def frame(bidders: int, lots: int) -> dict[str, Any]:
    """A record of so many bidders and lots, without a bid."""
    return {
        "format": "evaluation/1",
        "rules": rules(),
        "lots": [
            {
                "id": f"L{number}",
                "service": "homecare",
                "zone": f"Zone {number}",
                "hours_per_week": "1128",
                "weeks_per_year": 52,
                "places": 3,
            }
            for number in range(1, lots + 1)
        ],
        "bidders": [
            {
                "id": f"B{number}",
                "name": f"Provider {number}",
                "most_lots": 4,
                "cqc": [{"location": f"1-{number}", **GOOD, "published": "2026-05-01"}],
            }
            for number in range(1, bidders + 1)
        ],
        "bids": [],
    }


def large(bidders: int, lots: int, seed: int = 2026) -> Record:
    """A record in which every bidder bids for every lot, bidder by bidder, as the application writes it."""
    drawn = np.random.default_rng(seed)
    count = bidders * lots
    read = record.from_object(frame(bidders, lots))
    marks = drawn.choice(
        np.arange(HIGHEST_MARK + 1, dtype=np.int16),
        (len(WEIGHTS), count),
        p=[0.002, 0.028, 0.12, 0.35, 0.35, 0.15],
    )
    price = np.clip(drawn.normal(2150, 180, count), 1500, 3200).astype(np.int64)
    bids = Bids(
        bidder=np.repeat(np.arange(bidders), lots),
        lot=np.tile(np.arange(lots), bidders),
        price=price,
        line_prices=np.zeros((0, count), np.int64),
        marks=np.ascontiguousarray(marks),
    )
    return Record(read.rules, read.lots, read.bidders, bids, read.as_read)
