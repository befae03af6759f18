"""Hypothesis strategy of records in which a mark is worth a point and so is about a penny.

Totals are then often equal though their parts are not, so that every tie key has a tie to break.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.scoring.record_draws import perhaps_drawn_by_secret
from tests.scoring.record_rules import group_limits, tie_rules
from tests.scoring.record_spaces import SMALL
from tests.scoring.records import ALLOCATIONS, BIDDERS, some_bidder, some_lots

FROM_THE_LOWEST = ("lowest_over_bid", "linear_from_lowest", "mean_difference", "between_limits")


@st.composite
def close_calls(draw: st.DrawFn) -> dict[str, Any]:
    """A legal record of whole points, about £1 an hour, and bidders with nothing against them."""
    lots = draw(some_lots(SMALL, several_places=draw(st.booleans())))
    names = [str(lot["id"]) for lot in lots]
    questions = [
        {"id": question, "title": "A question", "weight": "5"}
        for question in draw(st.sampled_from([["Q1"], ["Q1", "Q2"]]))
    ]
    quality = 5 * len(questions)
    price: dict[str, Any] = {"method": draw(st.sampled_from(FROM_THE_LOWEST))}
    if price["method"] == "between_limits":
        price |= {"floor_pence": 100, "ceiling_pence": 200 - quality}
    troubles = {"lot limits"} if draw(st.booleans()) else set()
    bidders = [draw(some_bidder(name, names, troubles, SMALL)) for name in BIDDERS[: SMALL.bidders]]
    record = {
        "format": "evaluation/1",
        "rules": {
            "weights": {"quality": f"{quality}.00", "price": f"{100 - quality}.0"},
            "marks": {"lowest": 0, "highest": 5},
            "questions": questions,
            "price": price,
            "places": 0,
            "cqc": {"inadequate": "allow", "unrated": "allow"},
            "allocation": {
                "method": draw(st.sampled_from(ALLOCATIONS)),
                "groups": draw(group_limits(names)) if troubles else [],
            },
            **draw(tie_rules([str(question["id"]) for question in questions])),
        },
        "lots": lots,
        "bidders": bidders,
        "bids": [
            {
                "bidder": bidder["id"],
                "lot": lot,
                "price_pence": draw(st.integers(100, 103)),
                "marks": {question["id"]: draw(st.integers(1, 4)) for question in questions},
            }
            for bidder in bidders
            for lot in names
        ],
    }
    return draw(perhaps_drawn_by_secret(record))
