"""The differences between two records as sentences, and their effect on the result."""

from __future__ import annotations

import copy
import random

import pytest
from hypothesis import given

from scoring import evaluate
from scoring.comparison import compare
from scoring.reading.record import from_object
from tests.scoring.record_example import example
from tests.scoring.records import legal_records


def compared(change, base=None):
    """Compare the example (A) with a changed copy of it (B)."""
    a = base or example()
    b = copy.deepcopy(a)
    change(b)
    return compare(from_object(a), from_object(b))


def places(comparison):
    return [str(one) for one in comparison.inputs]


def test_a_record_is_the_same_as_itself():
    same = compared(lambda b: None)
    assert same.same
    assert same.sentences() == ["The records are the same: every rule and every input, and so the result."]


@given(legal_records())
def test_the_order_of_bids_bidders_questions_and_locations_is_no_difference(obj):
    turned = copy.deepcopy(obj)
    turned["bids"].reverse()
    turned["bidders"].reverse()
    turned["rules"]["questions"].reverse()
    for bidder in turned["bidders"]:
        bidder["cqc"].reverse()
    assert compare(from_object(obj), from_object(turned)).same


def test_the_same_number_written_otherwise_is_no_difference():
    def write(b):
        b["rules"]["weights"] = {"quality": "60.00", "price": "40.0"}
        b["lots"][0]["hours_per_week"] = "500.00"

    assert compared(write).same


def test_the_order_of_lots_is_a_difference_because_awards_are_made_in_it():
    assert places(compared(lambda b: b["lots"].reverse())) == [
        "the order of lots: L1 and L2 in A, L2 and L1 in B"
    ]


def test_a_mark_that_differs_is_named_with_its_bid_and_question_and_what_it_does():
    def lower(b):
        b["bids"][0]["marks"] = {"Q1": 2, "Q2": 2, "Q3": 2}

    found = compared(lower)
    assert places(found) == [
        "bids[B1 for L1].marks.Q1: 5 in A, 2 in B",
        "bids[B1 for L1].marks.Q2: 5 in A, 2 in B",
        "bids[B1 for L1].marks.Q3: 5 in A, 2 in B",
    ]
    assert found.effects == (
        "Burnley: awarded to Alder Care (place 1) in A, to Birch Care (place 1) in B",
        "Burnley: Alder Care: 1st in A, 3rd in B; quality 60.00 in A, 24.00 in B;"
        " total 100.00 in A, 64.00 in B; Q1 20.00 in A, 8.00 in B; Q2 30.00 in A, 12.00 in B;"
        " Q3 10.00 in A, 4.00 in B",
        "Burnley: Birch Care: 2nd in A, 1st in B",
        "Burnley: Cedar Care: 3rd in A, 2nd in B",
    )


def test_a_rule_that_changes_no_figure_is_a_difference_and_the_result_is_said_to_be_the_same():
    found = compared(lambda b: b["rules"].update(draw_seed="another"))
    assert places(found) == ["rules.draw_seed: Lancashire homecare 2026 in A, another in B"]
    assert found.effects == ()
    assert found.sentences()[-1] == "The result is the same, every figure and every award."


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda b: b["rules"].update(quality_minimum="50"), "rules.quality_minimum: only in B: 50"),
        (lambda b: b["rules"]["questions"][0].pop("minimum"), "rules.questions[Q1].minimum: only in A: 2"),
        (lambda b: b["bidders"][2].update(most_lots=1), "bidders[B3].most_lots: only in B: 1"),
        (lambda b: b["bids"].pop(5), "bids[B3 for L2]: only in A: bidder B3; lot L2; price_pence 1700;"),
        (
            lambda b: b["bidders"][0]["cqc"][0].update(safe="Inadequate"),
            "bidders[B1].cqc[1-B1].safe: Good in A",
        ),
        (
            lambda b: b["rules"]["allocation"]["groups"].append({"id": "G", "lots": ["L1"], "most_lots": 1}),
            "rules.allocation.groups[G]: only in B: id G; lots L1; most_lots 1",
        ),
        (
            lambda b: b["rules"].update(ties=["price", "draw"]),
            "rules.ties: quality, question:Q1, price and draw in A",
        ),
    ],
)
def test_each_kind_of_difference_is_named_by_its_place(change, sentence):
    (only,) = places(compared(change))
    assert only.startswith(sentence)


def test_a_bid_that_leaves_assessment_is_reported_with_its_state_and_lost_points():
    found = compared(lambda b: b["bidders"][0].update(decision={"state": "withdrawn", "reason": "By letter"}))
    told = "\n".join(found.effects)
    assert "Burnley: Alder Care: ranked in A, withdrawn in B; 1st in A, no rank in B" in told
    assert "price 40.00 in A, none in B; total 100.00 in A, none in B" in told
    assert "Burnley: Birch Care: 2nd in A, 1st in B; price 37.50 in A, 40.00 in B" in told


def test_lots_and_bids_that_only_one_record_has_are_reported():
    def drop(b):
        b["lots"].pop()
        b["bids"] = b["bids"][:2]
        b["rules"]["questions"].pop()

    told = compared(drop).effects
    assert "Pendle: a lot of A only" in told
    assert "Burnley: Cedar Care bids in A only" in told


def test_a_place_that_waits_for_a_person_is_reported_as_a_difference():
    def level(b):
        b["rules"]["ties"] = []
        b["bids"][1].update(price_pence=1500, marks={"Q1": 5, "Q2": 5, "Q3": 5})

    assert (
        "Burnley: awarded to Alder Care (place 1) in A,"
        " to Alder Care and Birch Care (level; a person decides place 1) in B" in compared(level).effects
    )


@given(legal_records())
def test_a_changed_mark_is_always_found_and_nothing_else_is(obj):
    generator = random.Random(len(obj["bids"]))
    marks = [(at, q) for at, bid in enumerate(obj["bids"]) for q in bid.get("marks", {})]
    if not marks:
        return
    at, question = generator.choice(marks)
    scale, before = obj["rules"]["marks"], obj["bids"][at]["marks"][question]
    after = scale["lowest"] if before != scale["lowest"] else scale["highest"]
    found = compared(lambda b: b["bids"][at]["marks"].update({question: after}), obj)
    who = f"{obj['bids'][at]['bidder']} for {obj['bids'][at]['lot']}"
    assert [(one.place, one.a, one.b) for one in found.inputs] == [
        (f"bids[{who}].marks.{question}", before, after)
    ]


def test_a_comparison_as_data_has_both_digests_every_difference_and_every_effect():
    found = compared(lambda b: b["rules"].update(draw_seed="another"))
    data = found.as_object()
    assert data["format"] == "comparison/1"
    assert data["a_sha256"] != data["b_sha256"]
    assert data["inputs"] == [{"place": "rules.draw_seed", "a": "Lancashire homecare 2026", "b": "another"}]
    assert data["effects"] == []


def two_of_one_name():
    """Two bidders with one name whose bids are alike, and no tie-break."""
    obj = example()
    obj["rules"]["ties"] = []
    obj["bidders"][1]["name"] = obj["bidders"][0]["name"]
    for alike, of in ((1, 0), (4, 3)):
        obj["bids"][alike] = {**obj["bids"][of], "bidder": "B2"}
    return obj


def test_bidders_of_one_name_are_told_apart():
    a, b = two_of_one_name(), two_of_one_name()
    a["bidders"][1]["hours_per_week"] = b["bidders"][0]["hours_per_week"] = "1"
    name = a["bidders"][0]["name"]
    effects = compare(from_object(a), from_object(b)).effects
    assert f"Burnley: awarded to {name} (B1) (place 1) in A, to {name} (B2) (place 1) in B" in effects


def test_points_of_questions_that_add_up_to_the_same_are_a_difference():
    a = example()
    for question in a["rules"]["questions"][:2]:
        question["weight"] = "25"
        question.pop("minimum", None)
    a["bids"][1]["marks"] |= {"Q1": 4, "Q2": 3}

    def swap(b):
        b["bids"][1]["marks"] |= {"Q1": 3, "Q2": 4}

    effects = compared(swap, a).effects
    assert any("Q1 20.00 in A, 15.00 in B; Q2 15.00 in A, 20.00 in B" in effect for effect in effects)


def test_a_question_that_is_called_price_is_not_taken_for_the_price():
    a = example()
    a["rules"]["questions"][0]["id"] = "price"
    a["rules"]["ties"] = []
    for bid in a["bids"]:
        bid["marks"]["price"] = bid["marks"].pop("Q1")

    def dearer(b):
        b["bids"][1]["price_pence"] = 2000

    assert any("price 37.50 in A, 30.00 in B" in effect for effect in compared(dearer, a).effects)


def test_names_are_no_part_of_the_result():
    def rename(b):
        b["lots"][0]["zone"] = "Pendle"
        b["bidders"][0]["most_lots"] = 1

    a = example()
    a["bidders"][0]["most_lots"] = 1
    lines = compared(rename, a).sentences()
    assert lines[-1] == "The result is the same, every figure and every award."


def test_a_result_of_which_only_reasons_differ_is_not_called_the_same():
    def say_otherwise(b):
        b["bidders"][2]["decision"]["reason"] = "It wrote so on 24 November."

    a = example()
    a["bidders"][2]["decision"] = {"state": "withdrawn", "reason": "It said so."}
    lines = compared(say_otherwise, a).sentences()
    assert lines[-1].endswith("only reasons differ")


def test_ratings_that_mean_the_same_are_no_difference():
    def write(b):
        rated = b["bidders"][0]["cqc"][0]
        rated |= {name: value.upper() for name, value in rated.items() if name in ("overall", "safe")}
        rated |= {"status": "registered"}

    assert compared(write).same


@given(legal_records(), legal_records())
def test_results_are_called_the_same_only_where_they_are(obj, other):
    a, b = from_object(obj), from_object(other)
    found = compare(a, b)
    assert bool(found.effects) == (evaluate(a).as_object()["lots"] != evaluate(b).as_object()["lots"])
