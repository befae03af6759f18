"""What may be wrong with the rules of a tender, each with its place and how to mend it."""

from __future__ import annotations

import pytest

from scoring.reading.rules import check_rules
from tests.scoring.record_example import RULES, example, faults

LINES = [{"id": "weekday", "volume": 70}]


def rules(**changes):
    return RULES | changes


def faults_of(**changes):
    return [str(fault) for fault in check_rules(rules(**changes), ["L1", "L2"])]


def test_sound_rules_have_no_fault_before_there_is_any_bidder():
    assert check_rules(RULES) == []
    assert check_rules(RULES, ["L1", "L2"]) == []


def test_rules_that_are_no_object_are_refused_by_name():
    assert [str(fault) for fault in check_rules([])] == ["rules: must be an object, not a list"]


def test_the_faults_of_rules_alone_are_those_of_the_rules_in_a_record():
    given = example()
    given["rules"]["places"] = -1
    given["rules"]["ties"] = ["chance"]
    assert faults(given) == [str(fault) for fault in check_rules(given["rules"], ["L1", "L2"])]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"weights": {"quality": 60, "price": "40"}},
         'rules.weights.quality: must be a number written as text, "60", not the number 60'),
        ({"weights": {"quality": "60.555", "price": "40"}},
         'rules.weights.quality: the text "60.555" is not a number of 0 or more with at most two decimals,'
         ' as "60" or "12.5"'),
        ({"weights": {"quality": "-60", "price": "160"}},
         "rules.weights.price: 160 is above the highest allowed, 100"),
        ({"weights": {"quality": "60", "price": "30"}},
         "rules.weights: quality 60 and price 30 come to 90; they must come to 100"),
        ({"marks": {"lowest": 5, "highest": 5}},
         "rules.marks: the lowest mark, 5, must be below the highest, 5"),
        ({"marks": {"lowest": 0, "highest": 1001}},
         "rules.marks.highest: 1001 is above the highest allowed, 1,000"),
        ({"quality_minimum": "101"}, "rules.quality_minimum: 101 is above the highest allowed, 100"),
        ({"places": 5}, "rules.places: 5 is above the highest allowed, 4 decimals"),
        ({"places": True}, "rules.places: must be a whole number, not true"),
        ({"ties": ["quality", "quality"]},
         "rules.ties[1]: quality is already there; a key parts a tie once"),
        ({"ties": ["question:Q9"]}, "rules.ties[0]: there is no question Q9 in rules.questions"),
        ({"ties": ["hours"]},
         'rules.ties[0]: must be quality, price, draw or question:<id>, not the text "hours"'),
        ({"ties": [1]}, "rules.ties[0]: must be text, not the number 1"),
        ({"price": {"method": "cheapest"}},
         "rules.price.method: must be one of lowest_over_bid, linear_from_lowest, mean_difference,"
         ' between_limits, fixed, not the text "cheapest"'),
        ({"price": {"method": "fixed", "ceiling_pence": 1200, "floor_pence": 1300}},
         "rules.price: the floor, 1300 pence, is above the ceiling, 1200 pence"),
        ({"price": {"method": "between_limits", "ceiling_pence": 1200}},
         "rules.price.floor_pence: is missing; between_limits measures prices by it"),
        ({"price": {"method": "between_limits", "ceiling_pence": 1200, "floor_pence": 1200}},
         "rules.price: between_limits needs a ceiling above the floor; they are the same"),
        ({"price": {"method": "mean_difference", "slope": "2"}},
         "rules.price.slope: belongs to linear_from_lowest, not to mean_difference; take it out"),
        ({"price": {"method": "linear_from_lowest", "slope": "0"}},
         "rules.price.slope: 0 is below the lowest allowed, 0.01"),
        ({"price": {"method": "fixed", "lines": []}},
         "rules.price.lines: is empty; leave it out where a bid has one price"),
        ({"price": {"method": "fixed", "lines": [{"id": "night", "volume": 0}]}},
         "rules.price.lines[0].volume: 0 is below the lowest allowed, 1"),
        ({"price": {"method": "fixed", "lines": LINES + LINES}},
         "rules.price.lines[1].id: the line weekday is already rules.price.lines[0].id; each comes once"),
        ({"cqc": {"inadequate": "forgive", "unrated": "allow"}},
         'rules.cqc.inadequate: must be one of refuse, allow, not the text "forgive"'),
        ({"cqc": {"inadequate": "refuse", "unrated": "allow", "minimum_overall": "Inadequate"}},
         "rules.cqc.minimum_overall: must be one of Outstanding, Good, Requires improvement,"
         ' not the text "Inadequate"'),
        ({"abnormally_low": {}},
         "rules.abnormally_low: is empty; give below_mean_percent or below_next_percent, or leave it out"),
        ({"abnormally_low": {"below_mean_percent": "101"}},
         "rules.abnormally_low.below_mean_percent: 101 is above the highest allowed, 100"),
        ({"allocation": {"method": "rank_order", "groups": [{"id": "g", "lots": ["L9"], "most_lots": 1}]}},
         "rules.allocation.groups[0].lots[0]: there is no lot L9 in this record"),
        ({"allocation": {"method": "rank_order", "groups": [{"id": "g", "lots": [], "most_lots": 1}]}},
         "rules.allocation.groups[0].lots: is empty; name at least one lot, or leave the field out"),
        ({"allocation": {"method": "rank_order", "groups": [{"id": "g", "lots": ["L1"], "most_lots": 0}]}},
         "rules.allocation.groups[0].most_lots: 0 is below the lowest allowed, 1 lot"),
        ({"draw_seed": ""}, "rules.draw_seed: is empty; write what it is"),
    ],
)  # fmt: skip
def test_a_fault_in_the_rules_says_where_it_is_and_how_to_mend_it(changes, fault):
    assert fault in faults_of(**changes)


def test_a_draw_for_which_nothing_was_published_is_refused():
    without = {name: value for name, value in RULES.items() if name != "draw_seed"}
    assert [str(fault) for fault in check_rules(without)] == [
        "rules.draw: is missing; a draw needs the commitment that was published with the tender"
    ]
    assert check_rules(without | {"ties": ["quality"]}) == []


def questions(*weights_and_lots):
    return [
        {"id": f"Q{n}", "title": "T", "weight": weight} | ({"lots": lots} if lots else {})
        for n, (weight, lots) in enumerate(weights_and_lots, 1)
    ]


def test_question_weights_must_add_up_to_the_quality_weight_in_every_lot():
    asked = questions(("30", None), ("30", ["L1"]), ("20", ["L2"]))
    assert faults_of(questions=asked, ties=[]) == [
        "rules.questions: in lot L2 the weights come to 50; they must come to the quality weight, 60"
    ]


def test_a_lot_that_no_question_names_must_add_up_to_the_quality_weight_too():
    asked = questions(("30", None), ("30", ["L1"]))
    assert faults_of(questions=asked, ties=[]) == [
        "rules.questions: in lot L2 the weights come to 30; they must come to the quality weight, 60"
    ]
    # Without the lots nobody can know that there is an L2.
    assert check_rules(rules(questions=asked, ties=[])) == []


def test_the_weights_of_questions_for_every_lot_are_checked_before_the_lots_are_known():
    asked = questions(("30", None), ("20.5", None))
    assert [str(fault) for fault in check_rules(rules(questions=asked, ties=[]))] == [
        "rules.questions: the weights come to 50.5; they must come to the quality weight, 60"
    ]


def test_a_minimum_mark_off_the_scale_or_a_question_given_twice_is_refused():
    asked = [*questions(("30", None)), *questions(("30", ["L1", "L1", "L7"]))]
    asked[0]["minimum"] = 6
    assert faults_of(questions=asked, ties=[])[:4] == [
        "rules.questions[0].minimum: 6 is above the highest allowed, 5",
        "rules.questions[1].lots[2]: there is no lot L7 in this record",
        "rules.questions[1].lots[1]: the lot L1 is already rules.questions[1].lots[0]; each comes once",
        "rules.questions[1].id: the question Q1 is already rules.questions[0].id; each comes once",
    ]


def test_price_alone_needs_no_question():
    assert check_rules(rules(weights={"quality": "0", "price": "100"}, questions=[], ties=[])) == []


@pytest.mark.parametrize("identifier", ["", " ", "a\nb", "a ", "x" * 201, "\ud800"])
def test_an_identifier_is_short_and_on_one_line(identifier):
    asked = [{"id": identifier, "title": "T", "weight": "60"}]
    found = faults_of(questions=asked, ties=[])
    assert len(found) == 1
    assert found[0].startswith("rules.questions[0].id: ")
