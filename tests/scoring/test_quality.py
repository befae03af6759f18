"""Quality: scales, questions and their weights, and the published minimums."""

from __future__ import annotations

import numpy as np
import pytest

from scoring import exact
from scoring.methods import quality
from scoring.model.rules import Question, Scale
from scoring.reading.rules import check_rules
from tests.scoring.record_example import RULES, example, one_lot, rows


def said(**changes):
    return [str(fault) for fault in check_rules(RULES | changes, ["L1", "L2"])]


def asked(**changes):
    """The faults when the first question is changed so."""
    return said(questions=[RULES["questions"][0] | changes, *RULES["questions"][1:]])


def test_a_mark_below_any_minimum_disqualifies_whichever_question_it_is_on():
    for missed in ("Q1", "Q2", "Q3"):
        given = example()
        for question in given["rules"]["questions"]:
            question["minimum"] = 3
        given["bids"][1]["marks"] = {"Q1": 4, "Q2": 4, "Q3": 4} | {missed: 2}
        row = rows(given)["B2"]
        assert row["state"] == "below_minimum"
        assert [reason.split()[0] for reason in row["reasons"]] == [missed]


def test_quality_reaches_a_minimum_to_the_last_unit_and_not_a_unit_sooner():
    # 99.99% of 99.99 points is 99.980001: at four decimals 99.9800 is too little.
    assert quality.reaches(np.array([999_800, 999_801]), 9_999, 9_999, 4).tolist() == [False, True]
    assert quality.reaches(np.array([3_332, 3_333]), 3_333, 10_000, 2).tolist() == [False, True]


def test_a_scale_may_have_two_marks():
    rules = {"marks": {"lowest": 0, "highest": 1}}
    found = rows(one_lot(rules, [("B1", 1, 1500), ("B2", 0, 1500)]))
    assert [found[who]["quality"] for who in ("B1", "B2")] == ["60.00", "0.00"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"weight": "100.01"}, "weight: 100.01 is above the highest allowed, 100"),
        ({"weight": "heavy"},
         'weight: the text "heavy" is not a number of 0 or more with at most two decimals,'
         ' as "60" or "12.5"'),
        ({"title": " "}, "title: is empty; write what it is"),
        ({"id": ""}, "id: is empty; write what it is"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_read_gives_one_fault_and_breeds_no_others(change, fault):
    found = asked(**change)
    assert found[0] == f"rules.questions[0].{fault}"
    assert [each for each in found[1:] if not each.startswith("rules.ties")] == []


def test_one_question_of_a_hundred_points_may_carry_all_the_quality():
    weights = {"quality": "100", "price": "0"}
    assert said(weights=weights, questions=[{"id": "Q1", "title": "All", "weight": "100"}]) == []


def test_while_the_scale_is_wrong_any_mark_of_nought_or_more_may_be_a_minimum():
    questions = [RULES["questions"][0] | {"minimum": 0}, *RULES["questions"][1:]]
    assert said(marks={"lowest": 5, "highest": 5}, questions=questions) == [
        "rules.marks: the lowest mark, 5, must be below the highest, 5"
    ]


def test_several_questions_of_one_lot_all_count_towards_its_weight():
    questions = [
        {"id": "Q1", "title": "Everywhere", "weight": "30"},
        {"id": "Q2", "title": "Here", "weight": "10", "lots": ["L1"]},
        {"id": "Q3", "title": "Here too", "weight": "20", "lots": ["L1"]},
        {"id": "Q4", "title": "There", "weight": "25", "lots": ["L2"]},
        {"id": "Q5", "title": "There too", "weight": "6", "lots": ["L2"]},
    ]
    assert said(questions=questions, ties=[]) == [
        "rules.questions: in lot L2 the weights come to 61; they must come to the quality weight, 60"
    ]


def test_a_portion_of_the_bids_is_added_up_as_the_whole_is(monkeypatch):
    table = quality.points_table(
        [Question(f"Q{n}", "", 1000 * n, None, None) for n in (1, 2)], Scale(0, 5), 1
    )
    marks = np.array([[0, 1, 5, -1, -2, 3, 4], [5, 5, 0, 2, 2, -2, -1]], np.int16)
    whole = quality.quality_points(table, marks)
    assert whole.tolist() == [200, 220, 100, 80, 80, 60, 80]
    monkeypatch.setattr(quality, "AT_ONCE", 3)
    assert quality.quality_points(table, marks).tolist() == whole.tolist()


@pytest.mark.parametrize(("places", "weight", "needed"), [(0, "20.2", 1), (0, "20.25", 2), (1, "20.25", 2)])
def test_a_weight_finer_than_the_scores_is_refused_with_the_places_that_it_needs(places, weight, needed):
    questions = [
        {"id": "Q1", "title": "Coarse", "weight": "20"},
        {"id": "Q2", "title": "Fine", "weight": weight},
        {"id": "Q3", "title": "The rest", "weight": exact.plain(4000 - exact.hundredths(weight))},
    ]
    found = said(places=places, questions=questions, ties=[])
    assert found[0] == (
        f"rules.questions[1].weight: {weight} has more decimals than a score, which has {places},"
        f" so full marks would not come to the weight; write it with fewer, or set rules.places to {needed}"
    )
    assert [fault.split(":")[0] for fault in found] == [
        "rules.questions[1].weight",
        "rules.questions[2].weight",
    ]
    assert said(places=needed, questions=questions, ties=[]) == []
