"""A record worked out by both engines: each figure and code in which they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Place = tuple[str, ...]
"""A lot, perhaps a bidder, and the name of a figure."""


def differences(
    fast: Sequence[Mapping[str, Any]], by_reference: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """Yield a line for each difference between the lots of the two results; reasons are not compared."""
    one, other = figures(fast), figures(by_reference)
    for place in one | other:
        if place not in one or place not in other or one[place] != other[place]:
            shown = [f"{found[place]}" if place in found else "nothing" for found in (one, other)]
            yield f"{', '.join(place)}: {shown[0]} by the fast engine, {shown[1]} by the reference"


def figures(lots: Sequence[Mapping[str, Any]]) -> dict[Place, object]:
    """Return every figure and code of a result by its place, the order of each list among them."""
    found: dict[Place, object] = {("the order of lots",): [lot["id"] for lot in lots]}
    for lot in lots:
        at = f"lot {lot['id']}"
        found[at, "ranking"] = [row["bidder"] for row in lot["ranking"]]
        for row in lot["ranking"]:
            for name in ("state", "rank", "quality", "price", "total"):
                found[at, row["bidder"], name] = row[name]
            for question, points in row["questions"].items():
                found[at, row["bidder"], f"question {question}"] = points
            found[at, row["bidder"], "flags"] = sorted(row["flags"])
        found[at, "awards"] = [f"{award['bidder']} (place {award['place']})" for award in lot["awards"]]
        found[at, "reserves"] = list(lot["reserves"])
        found[at, "passed over"] = [passed["bidder"] for passed in lot["passed_over"]]
        for level in lot.get("level_totals", []):
            for name in ("bidders", "keys", "broken_by", "exact"):
                found[at, f"level on {level['total']}", name] = level.get(name)
        ties = lot.get("undecided", [])
        found[at, "undecided"] = [(list(tie["places"]), list(tie["bidders"])) for tie in ties]
        found[at, "unfilled places"] = list(lot.get("unfilled", {"places": []})["places"])
        found[at, "claims"] = [claim["bidder"] for claim in lot.get("claims", [])]
    return found
