"""What an evaluation says of each lot and bid, from a result as the engine prints it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

import scoring
import scoring.record
from tender.awards.closeness import one_step
from tender.awards.notes import notes
from tender.awards.outcomes import LotOutcome, read_outcomes

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
    result = scoring.evaluate(scoring.record.from_object(record)).as_object()
    return read_outcomes(record, result)[0]


def test_a_lead_smaller_than_one_step_on_the_heaviest_question_is_told() -> None:
    lot = outcome({"Alpha": (4, 4, 2000), "Beta": (4, 3, 2000)})
    (call,) = lot.close_calls
    assert (call.winner, call.rival, call.margin, call.step, call.question) == (
        "Alpha",
        "Beta",
        Decimal("4.00"),
        Decimal("8.00"),
        "Safeguarding",
    )
    assert "would have changed their order" in call.sentence


def test_a_lead_of_exactly_one_step_would_be_levelled() -> None:
    (call,) = outcome({"Alpha": (4, 4, 2000), "Beta": (3, 4, 2000)}).close_calls
    assert call.margin == call.step == Decimal("8.00")
    assert "would have made them level" in call.sentence


def test_a_lead_larger_than_any_one_step_is_not_close() -> None:
    assert outcome({"Alpha": (5, 5, 2000), "Beta": (3, 5, 2000)}).close_calls == ()


def test_a_lone_bidder_hangs_by_no_mark() -> None:
    lot = outcome({"Alpha": (5, 5, 2000)})
    assert lot.close_calls == ()
    assert [note.text for note in notes([lot])] == ["Alpha was the only bidder in the ranking."]


def test_each_winner_of_several_is_held_to_the_one_behind_it() -> None:
    lot = outcome({"Alpha": (5, 5, 2000), "Beta": (5, 4, 2000), "Gamma": (4, 5, 2000)}, places=2)
    assert [(call.winner, call.rival) for call in lot.close_calls] == [("Alpha", "Beta"), ("Beta", "Gamma")]


@pytest.mark.parametrize(
    ("weight", "leader", "other", "step"),
    [
        ("20", 4, 3, "4.00"),
        ("20", 0, 5, "0.00"),  # no step down, none up
        ("10.01", 3, 3, "2.01"),  # 4.00 4 → 6.006 → 8.008: printed 4.00, 6.01, 8.01
    ],
)
def test_a_step_is_what_it_changes_in_print(weight: str, leader: int, other: int, step: str) -> None:
    rules = {"marks": {"lowest": 0, "highest": 5}, "places": 2}
    assert one_step(rules, {"weight": weight}, leader, other) == Decimal(step)


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


def test_bidders_left_level_are_undecided_and_nobody_wins() -> None:
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
    assert [note.text for note in notes([lot])] == ["Every bid left the assessment, so nothing is awarded."]


def test_the_yearly_cost_is_hours_times_weeks_times_price_to_the_penny() -> None:
    assert outcome({"Alpha": (5, 5, 1999)}).yearly_costs == [10_446_774]  # 100.5 × 52 × £19.99 = £104,467.74
