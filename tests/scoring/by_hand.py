"""Small records for figures that are worked out on paper."""

from __future__ import annotations

from typing import Any

GOOD = {"location": "1-1", "overall": "Good", "safe": "Good", "published": "2026-05-01"}


def rules(**changes: Any) -> dict[str, Any]:
    return {
        "weights": {"quality": "60", "price": "40"},
        "marks": {"lowest": 0, "highest": 5},
        "questions": [
            {"id": "Q1", "title": "Safeguarding", "weight": "20"},
            {"id": "Q2", "title": "Continuity", "weight": "40"},
        ],
        "price": {"method": "lowest_over_bid"},
        "places": 2,
        "ties": [],
        "cqc": {"inadequate": "refuse", "unrated": "allow"},
        "allocation": {"method": "rank_order", "groups": []},
    } | changes


def lot(name: str = "L1", places: int = 1, hours: str = "100") -> dict[str, Any]:
    return {
        "id": name,
        "service": "homecare",
        "zone": "Burnley",
        "hours_per_week": hours,
        "weeks_per_year": 52,
        "places": places,
    }


def record(
    bids: list[tuple[str, str, int, int, int]],
    lots: list[dict[str, Any]] | None = None,
    bidders: dict[str, dict[str, Any]] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """``bids``: (bidder, lot, price, mark on Q1, mark on Q2); ``bidders``: what each has besides its name."""
    names = dict.fromkeys(bid[0] for bid in bids)
    return {
        "format": "evaluation/1",
        "rules": rules(**changes),
        "lots": lots or [lot()],
        "bidders": [
            {"id": name, "name": name, "cqc": [GOOD], **(bidders or {}).get(name, {})} for name in names
        ],
        "bids": [
            {"bidder": bidder, "lot": where, "price_pence": price, "marks": {"Q1": one, "Q2": two}}
            for bidder, where, price, one, two in bids
        ],
    }
