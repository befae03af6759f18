"""What may be wrong with lots, bidders and bids, each with its place and how to mend it."""

from __future__ import annotations

import pytest

from tests.scoring.record_example import bid, example, faults


def with_change(change):
    given = example()
    change(given)
    return faults(given)


def test_a_bid_for_an_unknown_lot_or_by_an_unknown_bidder_is_refused():
    def change(given):
        given["bids"][0]["lot"] = "L9"
        given["bids"][1]["bidder"] = "B9"
        given["bids"][2]["bidder"] = 3

    assert with_change(change) == [
        "bids[0].lot: there is no lot L9 in this record",
        "bids[1].bidder: there is no bidder B9 in this record",
        "bids[2].bidder: must be the id of a bidder, not the number 3",
    ]


def test_a_bidder_bids_once_for_a_lot():
    assert with_change(lambda given: given["bids"].append(bid("B2", "L1", 1, 5, 5, 5))) == [
        "bids[6]: B2 already bids for L1 in bids[1]; one bid for each bidder and lot"
    ]


def test_a_bidder_a_lot_or_a_location_given_twice_is_refused():
    def change(given):
        given["bidders"].append(given["bidders"][0])
        given["lots"].append(given["lots"][1])
        given["bidders"][1]["cqc"] *= 2

    assert with_change(change) == [
        "lots[2].id: the lot L2 is already lots[1].id; each comes once",
        "bidders[1].cqc[1].location: the location 1-B2 is already bidders[1].cqc[0].location;"
        " each comes once",
        "bidders[3].id: the bidder B1 is already bidders[0].id; each comes once",
    ]


def test_a_mark_must_be_a_whole_step_of_the_scale_for_a_question_that_the_lot_asks():
    def change(given):
        given["rules"]["marks"]["lowest"] = 1
        del given["rules"]["questions"][0]["minimum"]
        given["bids"][0]["marks"] = {"Q1": 0, "Q2": 6, "Q3": "5"}
        given["bids"][1]["marks"] = {"Q1": True, "Q2": 2.5, "Q4": 3}
        given["bids"][2]["marks"] = [3, 3, 3]

    assert with_change(change) == [
        "bids[0].marks.Q1: 0 is below the lowest mark, 1",
        "bids[0].marks.Q2: 6 is above the highest mark, 5",
        'bids[0].marks.Q3: must be a whole mark, not the text "5"',
        "bids[1].marks.Q1: must be a whole mark, not true",
        "bids[1].marks.Q2: must be a whole mark, not the number 2.5",
        "bids[1].marks.Q3: is missing; lot L1 asks Q3 and the bid is in assessment",
        "bids[1].marks.Q4: lot L1 does not ask this question; take it out",
        "bids[2].marks: must be an object, not a list",
    ]


def test_a_bid_in_assessment_needs_its_marks_and_its_price():
    def change(given):
        del given["bids"][0]["marks"], given["bids"][1]["price_pence"]

    assert with_change(change) == [
        "bids[0].marks: is missing; a bid in assessment must have its marks",
        "bids[1].price_pence: is missing; a bid in assessment must have its price",
    ]


@pytest.mark.parametrize("price", [0, -1])
def test_a_price_of_nothing_or_less_is_refused_and_never_scored(price):
    def change(given):
        given["bids"][0]["price_pence"] = price

    assert with_change(change) == [
        f"bids[0].price_pence: {price} is not a price; a price is at least 1 penny"
    ]


def test_even_a_bid_out_of_assessment_has_no_price_of_nothing_and_no_mark_off_the_scale():
    def change(given):
        given["bidders"][0]["decision"] = {"state": "withdrawn", "reason": "Sold the branch."}
        given["bids"][0] |= {"price_pence": 0, "marks": {"Q1": 9}}

    assert with_change(change) == [
        "bids[0].price_pence: 0 is not a price; a price is at least 1 penny",
        "bids[0].marks.Q1: 9 is above the highest mark, 5",
    ]


def test_marks_and_price_may_be_left_out_only_where_a_decision_or_the_cqc_rule_says_so():
    def change(given):
        given["bidders"][0]["decision"] = {"state": "withdrawn", "lots": ["L1"], "reason": "Too far."}
        given["bidders"][1]["cqc"][0]["caring"] = "Inadequate"
        for each in given["bids"]:
            if each["bidder"] in ("B1", "B2"):
                del each["marks"], each["price_pence"]

    assert with_change(change) == [
        "bids[3].price_pence: is missing; a bid in assessment must have its price",
        "bids[3].marks: is missing; a bid in assessment must have its marks",
    ]


def priced_by_line(given):
    given["rules"]["price"]["lines"] = [{"id": "weekday", "volume": 70}, {"id": "weekend", "volume": 30}]
    for each in given["bids"]:
        each["prices"] = {"weekday": each.pop("price_pence"), "weekend": 1900}


def test_every_line_needs_its_price_and_no_other_line_has_one():
    def change(given):
        priced_by_line(given)
        del given["bids"][0]["prices"]["weekend"]
        given["bids"][1]["prices"] |= {"weekend": 0, "night": 5}
        given["bids"][2]["price_pence"] = given["bids"][2].pop("prices")["weekday"]
        given["bids"][3]["prices"] = 1500

    assert with_change(change) == [
        "bids[0].prices.weekend: is missing; every line needs its price",
        "bids[1].prices.weekend: 0 is not a price; a price is at least 1 penny",
        "bids[1].prices.night: is not a line of rules.price.lines; take it out",
        "bids[2].price_pence: is not a field of this format; the fields here are bidder, lot, marks, prices",
        "bids[2].prices: is missing; a bid in assessment must have its price",
        "bids[3].prices: must be an object, not the number 1500",
    ]


def test_a_price_beyond_the_limit_is_refused_by_name_with_its_volumes():
    def change(given):
        priced_by_line(given)
        given["bids"][0]["prices"] = {"weekday": 10**10, "weekend": 1}

    assert with_change(change) == [
        "bids[0].prices: come to 700,000,000,030 pence with their volumes; the limit is 100,000,000,000"
    ]


def test_a_decision_has_a_reason_a_state_in_law_and_lots_of_this_tender():
    def change(given):
        given["bidders"][0]["decision"] = {"state": "ranked", "reason": " ", "lots": ["L9"]}
        given["bidders"][1]["decision"] = []
        given["bidders"][2]["decision"] = [
            {"state": "withdrawn", "reason": "Too far.", "lots": ["L1"]},
            {"state": "excluded", "reason": "Debarred."},
        ]

    assert with_change(change) == [
        "bidders[0].decision.state: must be one of excluded, condition_not_met, procedural_breach,"
        ' abnormally_low, below_minimum, withdrawn, not the text "ranked"',
        "bidders[0].decision.reason: is empty; write what it is",
        "bidders[0].decision.lots[0]: there is no lot L9 in this record",
        "bidders[1].decision: is empty; leave it out where nothing was decided",
        "bidders[2].decision[1].lots: is missing; each of several decisions must name its lots",
    ]


def test_a_lot_is_decided_once():
    def change(given):
        given["bidders"][0]["decision"] = [
            {"state": "withdrawn", "reason": "Too far.", "lots": ["L1", "L2"]},
            {"state": "excluded", "reason": "Debarred.", "lots": ["L2"]},
        ]

    assert with_change(change) == [
        "bidders[0].decision[1].lots: the lot L2 is already bidders[0].decision[0].lots; each comes once"
    ]


def test_a_rating_that_the_cqc_does_not_give_is_refused():
    def change(given):
        given["bidders"][0]["cqc"][0] |= {"safe": "Excellent", "published": "01/05/2026"}
        given["bidders"][1]["cqc"][0] |= {"caring": None, "published": "2026-02-30"}

    assert with_change(change) == [
        "bidders[0].cqc[0].safe: must be one of Inadequate, Requires improvement, Good, Outstanding,"
        " No published rating, Inspected but not rated, Insufficient evidence to rate, Not rated, nothing,"
        ' not the text "Excellent"',
        "bidders[0].cqc[0].published: must be a date as 2026-05-01; leave it out where there is none",
        "bidders[1].cqc[0].caring: must be one of Inadequate, Requires improvement, Good, Outstanding,"
        " No published rating, Inspected but not rated, Insufficient evidence to rate, Not rated,"
        " nothing, not null",
        "bidders[1].cqc[0].published: must be a date as 2026-05-01; leave it out where there is none",
    ]


def test_lots_have_hours_weeks_and_places_within_reason():
    def change(given):
        given["lots"][0] |= {"hours_per_week": 1128, "weeks_per_year": 54, "places": 0}
        given["lots"][1] |= {"hours_per_week": "10000000.01"}

    assert with_change(change) == [
        'lots[0].hours_per_week: must be a number written as text, "1128", not the number 1128',
        "lots[0].weeks_per_year: 54 is above the highest allowed, 53",
        "lots[0].places: 0 is below the lowest allowed, 1",
        "lots[1].hours_per_week: 10000000.01 is above the highest allowed, 10000000",
    ]


def test_a_tender_without_bids_is_sound_and_one_without_lots_is_not():
    def without_bids(given):
        given["bids"], given["bidders"] = [], []

    assert with_change(without_bids) == []
    given = example() | {"bids": [], "lots": []}
    assert "lots: is empty; a tender has at least one lot" in faults(given)


def test_preferences_name_lots_of_this_tender_once():
    def change(given):
        given["bidders"][0]["preferences"] = []
        given["bidders"][1]["preferences"] = ["L2", "L3", "L2"]

    assert with_change(change) == [
        "bidders[1].preferences[1]: there is no lot L3 in this record",
        "bidders[1].preferences[2]: the lot L2 is already bidders[1].preferences[0]; each comes once",
    ]
