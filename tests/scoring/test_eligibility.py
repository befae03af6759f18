"""Who is assessed, and the state, reason and flag of everybody else."""

from __future__ import annotations

import pytest

from scoring.methods.eligibility import DECIDED, PRECEDENCE, STATES
from tests.scoring.record_example import GOOD, bidder, example, one_lot, result_of, rows

AREAS = ["overall", "safe", "effective", "caring", "responsive", "well_led"]


def rated(cqc_rules=None, **ratings):
    """Birch's row in lot L1, with these ratings of its one location."""
    given = example()
    given["rules"]["cqc"] = {"inadequate": "refuse", "unrated": "allow"} | (cqc_rules or {})
    given["bidders"][1]["cqc"] = [{"location": "1-77", **ratings}]
    return rows(given)["B2"]


@pytest.mark.parametrize("area", AREAS)
def test_inadequate_anywhere_is_a_condition_not_met(area):
    row = rated(**GOOD | {area: "Inadequate", "published": "2026-05-01"})
    assert (row["state"], row["rank"], row["total"]) == ("condition_not_met", None, None)
    assert row["reasons"] == [
        f"location 1-77: CQC rating for {area.replace('_', '-')} is Inadequate, published 1 May 2026:"
        " refused by the rules"
    ]


def test_inadequate_on_one_key_question_is_caught_behind_a_better_overall_rating():
    assert rated(overall="Requires Improvement", well_led="Inadequate")["state"] == "condition_not_met"


def test_one_inadequate_location_of_several_is_enough():
    given = example()
    given["bidders"][1]["cqc"].append({"location": "1-88", **GOOD, "caring": "inadequate"})
    row = rows(given)["B2"]
    assert row["state"] == "condition_not_met"
    assert row["reasons"] == ["location 1-88: CQC rating for caring is Inadequate: refused by the rules"]


def test_inadequate_is_only_flagged_where_the_rules_allow_it():
    row = rated({"inadequate": "allow"}, **GOOD | {"safe": "Inadequate"})
    assert (row["state"], row["flags"]) == ("ranked", ["inadequate"])
    assert row["reasons"] == ["location 1-77: CQC rating for safe is Inadequate: allowed by the rules"]


@pytest.mark.parametrize(
    "overall", ["", "No published rating", "Inspected but not rated", "Insufficient evidence to rate"]
)
def test_a_location_without_an_overall_rating_is_allowed_but_flagged(overall):
    row = rated(overall=overall, safe="Good")
    assert (row["state"], row["flags"]) == ("ranked", ["unrated"])
    shown = f" ({overall})" if overall else ""
    said = f"location 1-77: no overall CQC rating{shown}, although key questions are rated"
    assert row["reasons"] == [f"{said}: allowed by the rules"]


def test_key_questions_without_an_overall_rating_are_legal_and_unrated():
    row = rated(safe="Good", effective="Good", caring="Good", responsive="Good", well_led="Good")
    assert (row["state"], row["flags"]) == ("ranked", ["unrated"])


def test_a_key_question_without_a_rating_does_not_make_a_rated_location_unrated():
    assert rated(**GOOD | {"effective": "No published rating"})["flags"] == []


def test_the_unrated_are_refused_where_the_rules_say_so():
    row = rated({"unrated": "refuse"})
    assert (row["state"], row["flags"]) == ("condition_not_met", [])
    assert row["reasons"] == ["location 1-77: no overall CQC rating: refused by the rules"]


def test_a_provider_without_any_location_is_unrated():
    given = example()
    given["bidders"][1]["cqc"] = []
    assert rows(given)["B2"]["flags"] == ["unrated"]
    given["rules"]["cqc"]["unrated"] = "refuse"
    assert rows(given)["B2"]["reasons"] == ["no registered location is on record: refused by the rules"]


@pytest.mark.parametrize(
    ("floor", "overall", "state"),
    [
        ("Good", "Outstanding", "ranked"),
        ("Good", "Good", "ranked"),
        ("Good", "Requires improvement", "condition_not_met"),
        ("Good", "Requires Improvement", "condition_not_met"),
        ("Requires Improvement", "requires improvement", "ranked"),
        ("Outstanding", "Good", "condition_not_met"),
        ("Good", "", "ranked"),
    ],
)
def test_a_floor_applies_to_rated_locations_and_leaves_the_unrated_to_their_own_rule(floor, overall, state):
    assert rated({"minimum_overall": floor}, overall=overall)["state"] == state


def test_a_floor_refuses_an_inadequate_rating_even_where_inadequate_alone_is_allowed():
    row = rated({"minimum_overall": "Requires improvement", "inadequate": "allow"}, overall="Inadequate")
    assert (row["state"], row["flags"]) == ("condition_not_met", ["inadequate"])
    assert row["reasons"] == [
        "location 1-77: overall CQC rating is Inadequate, below the minimum, Requires improvement:"
        " refused by the rules",
        "location 1-77: CQC rating for overall is Inadequate: allowed by the rules",
    ]


@pytest.mark.parametrize("state", DECIDED)
def test_a_decision_sets_the_state_with_its_reason_in_the_lots_that_it_names(state):
    given = example()
    given["bidders"][0]["decision"] = {"state": state, "lots": ["L2"], "reason": "As minuted on 4 June."}
    assert rows(given, "L1")["B1"]["state"] == "ranked"
    row = rows(given, "L2")["B1"]
    assert (row["state"], row["reasons"]) == (state, ["As minuted on 4 June."])
    del given["bidders"][0]["decision"]["lots"]
    assert {rows(given, lot)["B1"]["state"] for lot in ("L1", "L2")} == {state}


def test_several_decisions_count_each_in_its_lots():
    given = example()
    given["bidders"][0]["decision"] = [
        {"state": "withdrawn", "lots": ["L1"], "reason": "Too far."},
        {"state": "abnormally_low", "lots": ["L2"], "reason": "Could not show how."},
    ]
    assert [rows(given, lot)["B1"]["state"] for lot in ("L1", "L2")] == ["withdrawn", "abnormally_low"]


def faulty_in_every_way():
    given = example()
    given["rules"]["price"]["ceiling_pence"] = 1599
    given["rules"]["quality_minimum"] = "50"
    given["bids"][1]["marks"] = {"Q1": 1, "Q2": 1, "Q3": 1}
    given["bidders"][1]["cqc"][0]["safe"] = "Inadequate"
    given["bidders"][1]["decision"] = {"state": "withdrawn", "reason": "Sold the branch."}
    return given


def test_the_first_state_in_the_published_order_applies_and_the_other_grounds_stay_on_record():
    given = faulty_in_every_way()
    assert [row["state"] for row in [rows(given)["B2"]]] == ["withdrawn"]
    found = result_of(given).reasons(1)
    assert [state for state, _ in found] == [
        "withdrawn", "condition_not_met", "procedural_breach", "below_minimum", "below_minimum",
    ]  # fmt: skip
    del given["bidders"][1]["decision"]
    assert rows(given)["B2"]["state"] == "condition_not_met"
    given["bidders"][1]["cqc"][0]["safe"] = "Good"
    assert rows(given)["B2"]["state"] == "procedural_breach"
    given["rules"]["price"]["ceiling_pence"] = 1700
    assert rows(given)["B2"]["state"] == "below_minimum"
    given["bids"][1]["marks"] = {"Q1": 2, "Q2": 5, "Q3": 5}
    assert rows(given)["B2"]["state"] == "ranked"


def test_the_published_order_of_states_names_each_state():
    assert {state for _, states in PRECEDENCE for state in states} == set(STATES)


@pytest.mark.parametrize(
    ("price", "state", "reason"),
    [
        (1199, "procedural_breach", ["price £11.99 is below the floor, £12.00"]),
        (1200, "ranked", []),
        (1800, "ranked", []),
        (1801, "procedural_breach", ["price £18.01 is above the ceiling, £18.00"]),
    ],
)
def test_a_price_outside_the_published_limits_is_a_procedural_breach(price, state, reason):
    limits = {"method": "lowest_over_bid", "ceiling_pence": 1800, "floor_pence": 1200}
    row = rows(one_lot({"price": limits}, [("B1", 3, price), ("B2", 3, 1500)]))["B1"]
    assert (row["state"], row["reasons"]) == (state, reason)


def test_with_price_lines_the_limits_hold_for_the_price_of_the_bid():
    given = one_lot({}, [("B1", 3, 1), ("B2", 3, 1)])
    lines = [{"id": "day", "volume": 70}, {"id": "night", "volume": 30}]
    given["rules"]["price"] = {"method": "lowest_over_bid", "lines": lines, "ceiling_pence": 100_000}
    for each, night in zip(given["bids"], (1000, 1001), strict=True):
        del each["price_pence"]
        each["prices"] = {"day": 1000, "night": night}
    assert rows(given)["B1"]["state"] == "ranked"
    assert rows(given)["B2"]["reasons"] == ["price £1,000.30 is above the ceiling, £1,000.00"]


def test_a_mark_below_its_published_minimum_disqualifies_an_assessed_bid():
    given = example()
    given["bids"][1]["marks"]["Q1"] = 1
    row = rows(given)["B2"]
    assert (row["state"], row["quality"], row["price"], row["total"]) == (
        "below_minimum",
        "36.00",
        None,
        None,
    )
    assert row["reasons"] == ["Q1 Safeguarding: mark 1 is below the minimum mark, 2"]


@pytest.mark.parametrize(("minimum", "state"), [("60", "ranked"), ("60.01", "below_minimum")])
def test_quality_exactly_at_the_minimum_is_enough(minimum, state):
    row = rows(one_lot({"quality_minimum": minimum}, [("B1", 3, 1500)]))["B1"]
    assert (row["quality"], row["state"]) == ("36.00", state)


def test_the_printed_quality_is_compared_with_the_minimum():
    # A third of 50 points is 16.666…; at one decimal it is printed, and counts, as 16.7.
    rules = {
        "weights": {"quality": "50", "price": "50"}, "marks": {"lowest": 0, "highest": 3}, "places": 1,
        "quality_minimum": "33.40",
    }  # fmt: skip
    row = rows(one_lot(rules, [("B1", 1, 1500)]))["B1"]
    assert (row["quality"], row["state"]) == ("16.7", "ranked")


def test_a_bid_out_of_assessment_moves_nobodys_points():
    with_others = example()
    with_others["bidders"] += [
        bidder("B4", "Dock Care", decision={"state": "excluded", "reason": "Debarred."}),
        bidder("B5", "Elm Care", cqc=[{"location": "1-5", "overall": "Inadequate"}]),
        bidder("B6", "Fern Care"),
    ]
    marks = {"Q1": 5, "Q2": 5, "Q3": 5}
    with_others["bids"] += [
        {"bidder": who, "lot": "L1", "price_pence": 1, "marks": marks} for who in ("B4", "B5")
    ]
    with_others["bids"].append({"bidder": "B6", "lot": "L1", "price_pence": 2, "marks": marks | {"Q1": 1}})
    alone = rows(example())
    assert {who: rows(with_others)[who] for who in alone} == alone


def test_scores_go_as_far_as_a_bid_was_assessed():
    given = example()
    given["bidders"][1]["decision"] = {"state": "withdrawn", "reason": "Sold the branch."}
    given["bids"][1] = {"bidder": "B2", "lot": "L1", "marks": {"Q2": 4}}
    row = rows(given)["B2"]
    assert row["questions"] == {"Q1": None, "Q2": "24.00", "Q3": None}
    assert (row["quality"], row["price"], row["total"], row["rank"]) == (None, None, None, None)


def low(rules, *prices):
    """The bidders flagged in a lot with these prices, B0, B1, ..."""
    bids = [(f"B{n}", 3, price) for n, price in enumerate(prices)]
    return [who for who, row in rows(one_lot({"abnormally_low": rules}, bids)).items() if row["flags"]]


def test_a_price_is_compared_with_the_mean_of_the_others():
    # The others' mean is 2000; 15% below it is exactly 1700.
    assert low({"below_mean_percent": "15"}, 1700, 1900, 2100) == ["B0"]
    assert low({"below_mean_percent": "15"}, 1701, 1900, 2100) == []


def test_a_price_is_compared_with_the_next_lowest():
    assert low({"below_next_percent": "10"}, 1800, 2000, 2100) == ["B0"]
    assert low({"below_next_percent": "10"}, 1801, 2000, 2100) == []
    assert low({"below_next_percent": "10"}, 1000, 1000, 2000) == []


def test_a_lone_price_and_a_price_out_of_assessment_are_compared_with_nothing():
    assert low({"below_mean_percent": "0", "below_next_percent": "0"}, 1000) == []
    given = one_lot({"abnormally_low": {"below_mean_percent": "15"}}, [("B1", 3, 100), ("B2", 3, 2000)])
    given["bidders"][0]["decision"] = {"state": "withdrawn", "reason": "Sold."}
    assert [row["flags"] for row in rows(given).values()] == [[], []]


def test_a_flag_says_by_what_and_changes_no_state():
    rules = {"abnormally_low": {"below_mean_percent": "15", "below_next_percent": "10"}}
    row = rows(one_lot(rules, [("B1", 3, 1000), ("B2", 3, 2000), ("B3", 3, 2001)]))["B1"]
    assert (row["state"], row["rank"], row["flags"]) == ("ranked", 1, ["abnormally_low"])
    assert row["reasons"] == [
        "price £10.00 is at least 15% below the mean of the other prices, £20.005000…",
        "price £10.00 is at least 10% below the next lowest, £20.00",
    ]
