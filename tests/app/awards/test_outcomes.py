"""What an evaluation says of each lot and bid, from a result as the engine prints it."""

from __future__ import annotations

import json
from typing import Any

import scoring
from tender.awards.outcome.lots import LotOutcome, read_outcomes
from tender.awards.outcome.one_mark import sensitive_lots
from tender.awards.outcome.warnings import THIRD, notes
from tender.eligibility.absence import turned_lots

RULES: dict[str, Any] = {
    "weights": {"quality": "60", "price": "40"},
    "marks": {"lowest": 0, "highest": 5},
    "questions": [
        {"id": "Q1", "title": "Safeguarding", "weight": "40", "minimum": 2},
        {"id": "Q2", "title": "Continuity", "weight": "20"},
    ],
    "price": {"method": "lowest_over_bid"},
    "places": 2,
    "ties": ["quality"],
    "cqc": {"inadequate": "refuse", "unrated": "allow"},
    "allocation": {"method": "rank_order", "groups": []},
}
GOOD = [{"location": "1-1", "overall": "Good"}]


def outcome(
    bids: dict[str, tuple[int, int, int]], places: int = 1, cqc: dict[str, list[dict[str, str]]] | None = None
) -> LotOutcome:
    """One lot; `bids`: bidder to marks for Q1 and Q2, and price."""
    record = {
        "format": "evaluation/1",
        "rules": RULES,
        "lots": [
            {
                "id": "L1",
                "service": "homecare",
                "zone": "Burnley",
                "hours_per_week": "100.5",
                "weeks_per_year": 52,
                "places": places,
            }
        ],
        "bidders": [{"id": name, "name": name, "cqc": (cqc or {}).get(name, GOOD)} for name in bids],
        "bids": [
            {"bidder": name, "lot": "L1", "price_pence": price, "marks": {"Q1": first, "Q2": second}}
            for name, (first, second, price) in bids.items()
        ],
    }
    result = scoring.evaluate(scoring.from_object(record)).as_object()
    text = json.dumps(record)
    return read_outcomes(record, result, sensitive_lots(text), turned_lots(text))[0]


def test_a_lead_smaller_than_one_step_of_one_mark_names_the_mark() -> None:
    lot = outcome({"Alpha": (4, 4, 2000), "Beta": (4, 3, 2000)})
    assert lot.sensitive_to == (
        "Alpha is 4.00 points ahead of Beta. If Alpha's mark on Q1 were 3 instead of 4, the lot would go to"
        " Beta. Three other changes of one mark by one step would change the award too."
    )
    assert [note.kind for note in notes([lot])] == ["Hangs by one mark"]


def test_with_a_lead_of_exactly_one_step_the_award_is_sensitive_to_the_tie_break() -> None:
    lot = outcome({"Alpha": (4, 4, 2000), "Beta": (3, 4, 2000)})
    assert lot.sensitive_to == (
        "Alpha is 8.00 points ahead of Beta. If Alpha's mark on Q1 were 3 instead of 4, the lot would go to"
        " Alpha and Beta level, for a person to decide. One other change of one mark by one step would change"
        " the award too."
    )


def test_a_step_below_a_minimum_counts_however_large_the_lead() -> None:
    lot = outcome({"Alpha": (2, 5, 1000), "Beta": (2, 0, 4000)})
    assert lot.sensitive_to.endswith(
        " points ahead of Beta. If Alpha's mark on Q1 were 1 instead of 2, the lot would go to Beta."
    )


def test_a_lead_larger_than_any_one_step_is_not_close() -> None:
    assert outcome({"Alpha": (5, 5, 2000), "Beta": (3, 5, 2000)}).sensitive_to == ""


def test_a_lone_bidders_award_is_sensitive_to_no_mark() -> None:
    lot = outcome({"Alpha": (5, 5, 2000)})
    assert lot.sensitive_to == ""
    assert [note.text for note in notes([lot])] == ["Alpha was the only bidder in the ranking."]


def test_a_mark_that_would_change_only_the_order_of_winners_is_named() -> None:
    lot = outcome({"Alpha": (5, 5, 2000), "Beta": (5, 4, 2050), "Gamma": (2, 0, 2000)}, places=2)
    assert lot.only_order_is_sensitive
    assert lot.sensitive_to == (
        "Beta is 39.02 points ahead of Gamma. If Alpha's mark on Q1 were 4 instead of 5, the lot would go to"
        " Beta (1st place) and Alpha (2nd place): the same bidders in another order."
    )
    assert [note.kind for note in notes([lot])] == ["Order hangs by one mark"]


def test_an_undecided_award_is_sensitive_to_no_mark() -> None:
    assert outcome({"Alpha": (5, 5, 2000), "Beta": (5, 5, 2000)}).sensitive_to == ""
    bids = {"Alpha": (5, 5, 2000), "Beta": (5, 4, 2050), "Gamma": (2, 0, 2000), "Delta": (2, 0, 2000)}
    two_decided = outcome(bids, places=3)
    assert two_decided.ties[0].places == (3,)
    assert (two_decided.sensitive_to, two_decided.only_order_is_sensitive) == ("", False)


def test_why_a_bid_lost_names_where_the_points_went() -> None:
    lot = outcome({"Alpha": (5, 5, 2000), "Beta": (3, 5, 2500)})
    beta = lot.bids[1]
    assert (
        beta.why == "Ranked 2nd with 76.00 points. 24.00 behind Alpha. "
        "Most lost on Safeguarding (16.00) and price (8.00)."
    )


def test_a_bid_below_a_minimum_is_out_with_the_reason() -> None:
    lot = outcome({"Alpha": (5, 5, 2000), "Beta": (1, 5, 1000)})
    beta = lot.bids[1]
    assert (beta.outcome, beta.outcome_in_words, beta.rank, beta.total) == (
        "out",
        "Below a published minimum",
        None,
        None,
    )
    assert "below the minimum mark, 2" in beta.why
    assert beta.questions == {"Q1": "8.00", "Q2": "20.00"}


def test_a_tie_that_no_key_breaks_is_undecided_and_nobody_wins() -> None:
    lot = outcome({"Alpha": (5, 5, 2000), "Beta": (5, 5, 2000)})
    assert [bid.outcome for bid in lot.bids] == ["undecided", "undecided"]
    assert lot.winners == []
    assert lot.ties[0].places == (1,)
    assert [note.kind for note in notes([lot])] == ["Undecided tie"]


def test_an_unrated_winner_is_told_before_the_decision() -> None:
    lot = outcome({"Alpha": (5, 5, 2000), "Beta": (1, 5, 2000)}, cqc={"Alpha": [{"location": "1-9"}]})
    told = [note.text for note in notes([lot]) if note.kind == "CQC flag"]
    assert told == ["Alpha won with a flag that the published rules allow: a location without a CQC rating."]


def test_a_lot_that_everybody_left_is_told_as_empty() -> None:
    lot = outcome({"Alpha": (1, 5, 2000)})
    assert [note.text for note in notes([lot])] == [
        "If Alpha's mark on Q1 were 2 instead of 1, the lot would go to Alpha.",
        "Every bid left the assessment, so nothing is awarded.",
    ]


def test_the_yearly_cost_is_hours_times_weeks_times_price_to_the_penny() -> None:
    assert outcome({"Alpha": (5, 5, 1999)}).yearly_costs == [10_446_774]  # 100.5 × 52 × £19.99 = £104,467.74


def test_what_each_of_several_winners_costs_is_not_known_and_not_made_up() -> None:
    lot = outcome({"Alpha": (5, 5, 1999), "Beta": (4, 4, 1500)}, places=2)
    assert lot.yearly_cost == "£78,390 to £104,468"  # 100.5 × 52 × £15.00 and × £19.99
    assert outcome({"Alpha": (5, 5, 1999)}).yearly_cost == "£104,468"


def test_an_award_that_a_third_bid_would_turn_by_leaving_says_so() -> None:
    """Gamma's £11 is the yardstick: Alpha 52 + 22.00, Beta 44 + 29.33. Without it 52 + 30, 44 + 40."""
    lot = outcome({"Alpha": (5, 3, 2000), "Beta": (4, 3, 1500), "Gamma": (2, 0, 1100)})
    assert [bid.name for bid in lot.winners] == ["Alpha"]
    assert lot.turned_by == {"Gamma": "Without Gamma, which wins nothing here, it would go to Beta."}
    assert [note.text for note in notes([lot]) if note.kind == THIRD] == list(lot.turned_by.values())
