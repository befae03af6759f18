"""Draws with a secret, and decisions on ties, added to records that have neither."""

from __future__ import annotations

import copy
import hashlib
from typing import Any

from hypothesis import strategies as st

from scoring import reference

SECRET = "0f" * 32
COMMITMENT = hashlib.sha256(f"draw-secret/1\n{SECRET}\n".encode()).hexdigest()


def sealed(bidder: str, salt: str = "") -> str:
    """The hash of a bidder's sealed bid: one for all its lots."""
    return hashlib.sha256(f"{bidder}{salt}".encode()).hexdigest()


def with_draw(record: dict[str, Any], *, public: str | None = None, salt: str = "") -> dict[str, Any]:
    """The record with a draw by a secret in the place of one by a published text."""
    found = copy.deepcopy(record)
    found["rules"].pop("draw_seed", None)
    found["rules"]["draw"] = {"commitment": COMMITMENT}
    found["draw"] = {"rules_sha256": "a1" * 32, "log_size": 38, "log_root": "b2" * 32, "secret": SECRET}
    if public is not None:
        found["rules"]["draw"]["source"] = "Lotto draw of Saturday 5 December 2026"
        found["draw"]["public"] = public
    for bid in found["bids"]:
        bid["sealed"] = sealed(bid["bidder"], salt)
    return found


@st.composite
def perhaps_drawn_by_secret(draw: st.DrawFn, record: dict[str, Any]) -> dict[str, Any]:
    """The record as it is, or with a draw by a secret."""
    if draw(st.booleans()):
        return record
    public = draw(st.sampled_from([None, "05 12 23 34 41 48", "Zażółć"]))
    return with_draw(record, public=public, salt=draw(st.sampled_from(["", "1", "2", "3"])))


def shared_ranks(record: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """(lot, bidders) for each rank that several share, by the reference."""
    found = []
    for lot in reference.evaluate(record):
        by_rank: dict[int, list[str]] = {}
        for row in lot["ranking"]:
            if row["rank"] is not None:
                by_rank.setdefault(row["rank"], []).append(row["bidder"])
        found += [(lot["id"], bidders) for bidders in by_rank.values() if len(bidders) > 1]
    return found


def decision(lot: str, *bidders: str) -> dict[str, Any]:
    return {
        "lot": lot,
        "bidders": list(bidders),
        "reason": "The longer record in the district.",
        "decided_by": "Kim Hart",
        "approved_by": "Priya Shah",
    }


@st.composite
def with_ties_decided(draw: st.DrawFn, record: dict[str, Any]) -> dict[str, Any]:
    """The record with some of its ties decided, in any order."""
    decided = [
        decision(lot, *draw(st.permutations(bidders)))
        for lot, bidders in shared_ranks(record)
        if draw(st.sampled_from([True, True, False]))
    ]
    return {**record, "ties_decided": decided} if decided else record
