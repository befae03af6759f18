"""Evaluating a plain record, and finding one's way in the plain result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import scoring
from scoring.reading.record import from_object


def evaluated(record: dict[str, Any]) -> dict[str, Any]:
    """The whole result as plain data."""
    result: dict[str, Any] = scoring.evaluate(from_object(record)).as_object()
    return result


def lots_of(record: dict[str, Any]) -> list[Any]:
    """The result's lots."""
    return list(evaluated(record)["lots"])


def rows(lot: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The ranking of one lot of a result, by bidder."""
    return {row["bidder"]: row for row in lot["ranking"]}


def all_rows(record: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """(lot, bidder) -> row of the ranking."""
    return {(lot["id"], row["bidder"]): row for lot in lots_of(record) for row in lot["ranking"]}


def a_lot_of_prices(prices: Sequence[int]) -> dict[str, Any]:
    """A record of one lot with a bid at each price, from B0 on, marked 0 and 1 by turns."""
    return {
        "format": "evaluation/1",
        "rules": {
            "weights": {"quality": "60", "price": "40"},
            "marks": {"lowest": 0, "highest": 5},
            "questions": [{"id": "Q1", "title": "Safeguarding", "weight": "60"}],
            "price": {"method": "lowest_over_bid"},
            "places": 2,
            "ties": ["quality"],
            "cqc": {"inadequate": "refuse", "unrated": "allow"},
            "allocation": {"method": "rank_order", "groups": []},
        },
        "lots": [
            {
                "id": "L1",
                "service": "homecare",
                "zone": "Wyre",
                "hours_per_week": "100",
                "weeks_per_year": 52,
                "places": 3,
            }
        ],
        "bidders": [{"id": f"B{n}", "name": f"Provider {n}", "cqc": []} for n in range(len(prices))],
        "bids": [
            {"bidder": f"B{n}", "lot": "L1", "price_pence": price, "marks": {"Q1": n % 2}}
            for n, price in enumerate(prices)
        ],
    }
