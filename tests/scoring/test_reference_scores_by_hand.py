"""The reference's states, scores and ranks, compared with cases worked by hand and published ones.

A wrong reference would confirm a wrong engine; each figure here was worked out
on paper, or printed by its source.
"""

from fractions import Fraction

import pytest

from scoring import reference
from scoring.reference.result import decimal_text
from scoring.reference.scores import rounded
from tests.scoring.by_hand import lot, record


def rows(case, at=0):
    """The ranking of a lot, by bidder."""
    return {row["bidder"]: row for row in reference.evaluate(case)[at]["ranking"]}


def figures(bids, figure, **changes):
    """One figure of every bid in the first lot."""
    return {bidder: row[figure] for bidder, row in rows(record(bids, **changes)).items()}


def priced(*prices, **changes):
    """The price points of bids at these prices, in the same order."""
    bids = [(f"B{n}", "L1", price, 3, 3) for n, price in enumerate(prices)]
    points = figures(bids, "price", **changes)
    return [points[bid[0]] for bid in bids]


def test_points_for_a_question_are_weight_times_mark_over_highest_mark():
    row = rows(record([("A", "L1", 1599, 4, 3)]))["A"]
    assert row["questions"] == {"Q1": "16.00", "Q2": "24.00"}
    assert (row["quality"], row["price"], row["total"]) == ("40.00", "40.00", "80.00")


@pytest.mark.parametrize(
    ("method", "prices", "points"),
    [
        ({"method": "lowest_over_bid"}, (1000, 1250, 4000), ["40.00", "32.00", "10.00"]),
        ({"method": "linear_from_lowest"}, (1000, 1250, 2000, 2001), ["40.00", "30.00", "0.00", "0.00"]),
        ({"method": "linear_from_lowest", "slope": "2"}, (1000, 1250, 1500), ["40.00", "20.00", "0.00"]),
        ({"method": "linear_from_lowest", "slope": "0.5"}, (1000, 1250, 4000), ["40.00", "35.00", "0.00"]),
        # The mean of 900, 1000 and 1100 is 1000: a tenth away from it is a tenth of 40 points.
        ({"method": "mean_difference"}, (900, 1000, 1100), ["24.00", "20.00", "16.00"]),
        # The mean of 100, 100, 100 and 1700 is 500: 80% below it would be 52 points, 240% above it -76.
        ({"method": "mean_difference"}, (100, 100, 100, 1700), ["40.00", "40.00", "40.00", "0.00"]),
        (
            {"method": "between_limits", "floor_pence": 1000, "ceiling_pence": 2000},
            (1000, 1250, 2000),
            ["40.00", "30.00", "0.00"],
        ),
        ({"method": "fixed", "floor_pence": 1275, "ceiling_pence": 1275}, (1275, 1275), ["40.00", "40.00"]),
    ],
)
def test_each_price_method_gives_the_points_worked_by_hand(method, prices, points):
    assert priced(*prices, price=method) == points


@pytest.mark.parametrize(
    ("source", "weight", "places", "prices", "points"),
    [
        # https://impactbids.com/the-quality-imperative/
        ("60/40 in care", "40", 0, (100, 105, 108), ["40", "38", "37"]),
        # https://www.shma.co.uk/our-thoughts/evaluating-price-in-tenders-new-guidance-on-new-practices/
        ("fixed quotes", "100", 1, (15000, 10000, 30000), ["66.7", "100.0", "33.3"]),
        # https://brodies.com/insights/government-and-business/a-new-approach-to-evaluating-price-submissions-in-tenders/
        ("relative price", "100", 0, (1000000, 1200000, 2000000), ["100", "83", "50"]),
        # https://the-egov-blog.blogspot.com
        ("normalised price", "100", 1, (20, 40, 60), ["100.0", "50.0", "33.3"]),
    ],
)
def test_published_examples_of_lowest_over_bid_come_out_as_printed(source, weight, places, prices, points):
    quality = str(100 - int(weight))
    questions = [{"id": q, "title": q, "weight": "0"} for q in ("Q1", "Q2")]
    questions[0]["weight"] = quality
    weights = {"quality": quality, "price": weight}
    assert priced(*prices, weights=weights, questions=questions, places=places) == points


def test_published_rule_of_fifty_at_the_mean_and_a_point_for_each_percent():
    # http://procurementtemplates.co.uk/mean-calculation/
    weights = {"quality": "0", "price": "100"}
    questions = [{"id": q, "title": q, "weight": "0"} for q in ("Q1", "Q2")]
    points = priced(
        1000, 900, 1100, price={"method": "mean_difference"}, weights=weights, questions=questions, places=0
    )
    assert points == ["50", "60", "40"]


@pytest.mark.parametrize(
    ("exact", "places", "half_up"),
    [
        ("0.005", 2, "0.01"),
        ("0.0049", 2, "0.00"),
        ("2.5", 0, "3"),
        ("3.5", 0, "4"),
        ("1.00005", 4, "1.0001"),
        ("0.25", 1, "0.3"),
        ("0.35", 1, "0.4"),
        ("9.995", 2, "10.00"),
    ],
)
def test_an_exact_half_goes_up_whatever_the_digit_before_it(exact, places, half_up):
    assert decimal_text(rounded(Fraction(exact), places), places) == half_up


def test_the_total_is_the_sum_of_rounded_parts_so_that_what_is_printed_adds_up():
    questions = [{"id": q, "title": q, "weight": "30"} for q in ("Q1", "Q2")]
    bids = [("A", "L1", 100, 1, 1), ("B", "L1", 300, 0, 0)]
    case = record(bids, questions=questions, marks={"lowest": 0, "highest": 9}, places=0)
    ranking = rows(case)
    # 30 × 1 ÷ 9 = 3.33 rounds to 3 twice, though 6.67 would round to 7.
    assert ranking["A"]["quality"] == "6"
    assert ranking["A"]["total"] == "46"
    assert ranking["B"]["price"] == "13"


def test_a_price_with_lines_is_the_sum_of_price_times_volume():
    lines = [{"id": "weekday", "volume": 70}, {"id": "weekend", "volume": 30}]
    price = {"method": "lowest_over_bid", "lines": lines}
    case = record([("A", "L1", 0, 3, 3), ("B", "L1", 0, 3, 3)], price=price)
    for bid, weekend in zip(case["bids"], (1000, 2000), strict=True):
        del bid["price_pence"]
        bid["prices"] = {"weekday": 1000, "weekend": weekend}
    points = {b: row["price"] for b, row in rows(case).items()}
    assert points == {"A": "40.00", "B": "30.77"}  # 40 × 100,000 ÷ 130,000


def test_a_price_outside_the_limits_moves_nobody_elses_points():
    limits = {"method": "lowest_over_bid", "floor_pence": 1000, "ceiling_pence": 2000}
    bids = [("A", "L1", 999, 5, 5), ("B", "L1", 1000, 3, 3), ("C", "L1", 2000, 3, 3), ("D", "L1", 2001, 5, 5)]
    assert figures(bids, "state", price=limits) == {
        "A": "procedural_breach",
        "B": "ranked",
        "C": "ranked",
        "D": "procedural_breach",
    }
    assert figures(bids, "price", price=limits) == {"A": None, "B": "40.00", "C": "20.00", "D": None}
    assert figures(bids, "rank", price=limits) == {"A": None, "B": 1, "C": 2, "D": None}


def test_a_mark_or_a_quality_below_the_published_minimum_is_below_minimum():
    questions = [
        {"id": "Q1", "title": "Continuity", "weight": "20", "minimum": 2},
        {"id": "Q2", "title": "Continuity", "weight": "40"},
    ]
    bids = [("A", "L1", 100, 1, 5), ("B", "L1", 100, 2, 5), ("C", "L1", 100, 5, 1), ("D", "L1", 100, 3, 2)]
    assert figures(bids, "state", questions=questions, quality_minimum="50") == {
        "A": "below_minimum",  # mark 1 on Q1
        "B": "ranked",  # 8 + 40 of 60
        "C": "below_minimum",  # 20 + 8 = 28 of 60
        "D": "below_minimum",  # 12 + 16 = 28
    }
    assert figures([("A", "L1", 100, 3, 3)], "state", quality_minimum="60") == {"A": "ranked"}


NO_OVERALL = {"location": "1-9", "safe": "Inadequate", "published": "2026-05-01"}
JUST_ENOUGH = {"location": "1-9", "overall": "Requires improvement", "published": "2026-05-01"}


OUTSTANDING = {"location": "1-8", "overall": "Outstanding"}
ENDED = {"location": "1-7", "overall": "Good", "status": "deregistered"}


def ratings(**changes):
    return {"location": "1-9", "published": "2026-05-01", "overall": "Good", "caring": "Good"} | changes


@pytest.mark.parametrize(
    ("rule", "locations", "state", "flags"),
    [
        ({}, [ratings()], "ranked", []),
        ({}, [ratings(), ratings(caring="Inadequate")], "condition_not_met", []),
        ({}, [ratings(overall="Inadequate")], "condition_not_met", []),
        ({"inadequate": "allow"}, [ratings(caring="Inadequate")], "ranked", ["inadequate"]),
        ({}, [ratings(), ratings(overall="No published rating")], "ranked", ["unrated"]),
        ({}, [ratings(overall="")], "ranked", ["unrated"]),
        ({"unrated": "refuse"}, [ratings(overall="Inspected but not rated")], "condition_not_met", []),
        ({"minimum_overall": "Good"}, [ratings(overall="Requires Improvement")], "condition_not_met", []),
        ({"minimum_overall": "Requires improvement"}, [ratings(overall="Good")], "ranked", []),
        ({"minimum_overall": "Requires Improvement"}, [JUST_ENOUGH], "ranked", []),
        ({"minimum_overall": "Outstanding"}, [ratings()], "condition_not_met", []),
        ({"minimum_overall": "Good"}, [ratings(overall="")], "ranked", ["unrated"]),
        ({}, [], "ranked", ["unrated"]),
        ({}, [ratings(status="dormant"), ratings(status="registered")], "ranked", ["dormant"]),
        ({}, [ratings(status="suspended", caring="Inadequate")], "condition_not_met", ["suspended"]),
        ({}, [ratings(status="deregistered", caring="Inadequate"), ratings()], "ranked", ["deregistered"]),
        ({}, [ratings(status="deregistered")], "ranked", ["deregistered", "unrated"]),
        ({"dormant": "refuse"}, [ratings(status="dormant")], "condition_not_met", []),
        (
            {"minimum_overall": "Outstanding", "unrated": "refuse"},
            [OUTSTANDING, ENDED],
            "ranked",
            ["deregistered"],
        ),
        ({}, [NO_OVERALL], "condition_not_met", ["unrated"]),
    ],
)
def test_the_rule_on_care_ratings(rule, locations, state, flags):
    cqc = {"inadequate": "refuse", "unrated": "allow"} | rule
    row = rows(record([("A", "L1", 100, 3, 3)], cqc=cqc, bidders={"A": {"cqc": locations}}))["A"]
    assert (row["state"], row["flags"]) == (state, flags)


def test_a_decision_for_one_lot_leaves_the_bidder_ranked_in_another():
    decision = {"state": "abnormally_low", "lots": ["L1"], "reason": "Cannot pay the minimum wage"}
    bids = [("A", "L1", 50, 3, 3), ("B", "L1", 100, 3, 3), ("A", "L2", 50, 3, 3), ("B", "L2", 100, 3, 3)]
    case = record(bids, lots=[lot("L1"), lot("L2")], bidders={"A": {"decision": decision}})
    first, second = rows(case, at=0), rows(case, at=1)
    assert first["A"]["state"] == "abnormally_low"
    assert first["B"]["price"] == "40.00"
    assert second["A"]["rank"] == 1
    assert second["B"]["price"] == "20.00"


def test_lots_may_be_decided_differently():
    decided = [
        {"state": "withdrawn", "lots": ["L1"], "reason": "At the provider's wish"},
        {"state": "excluded", "lots": ["L2"], "reason": "Debarred"},
    ]
    bids = [("A", name, 100, 3, 3) for name in ("L1", "L2", "L3")]
    lots = [lot("L1"), lot("L2"), lot("L3")]
    case = record(bids, lots=lots, bidders={"A": {"decision": decided}})
    assert [rows(case, at)["A"]["state"] for at in range(3)] == ["withdrawn", "excluded", "ranked"]


def test_a_bid_out_of_assessment_keeps_what_was_marked_and_has_no_price_points():
    case = record(
        [("A", "L1", 100, 3, 3), ("B", "L1", 200, 3, 3)],
        bidders={"A": {"decision": {"state": "excluded", "reason": "Debarred"}}},
    )
    row = rows(case)["A"]
    assert (row["rank"], row["quality"], row["price"], row["total"]) == (None, "36.00", None, None)
    del case["bids"][0]["marks"]["Q2"]
    del case["bids"][0]["price_pence"]
    row = rows(case)["A"]
    assert (row["questions"], row["quality"]) == ({"Q1": "12.00", "Q2": None}, None)


@pytest.mark.parametrize(
    ("thresholds", "prices", "flagged"),
    [
        ({"below_mean_percent": "15"}, (850, 1000, 1000), "A"),  # exactly 15% below the mean of the others
        ({"below_mean_percent": "15"}, (851, 1000, 1000), ""),
        ({"below_mean_percent": "15"}, (850,), ""),
        ({"below_next_percent": "10"}, (900, 1000, 1100), "A"),
        ({"below_next_percent": "10"}, (901, 1000, 1100), ""),
        ({"below_next_percent": "10"}, (900, 900, 1100), ""),  # equals are next to each other
        ({"below_next_percent": "10"}, (800, 900, 1000), "AB"),  # 900 is just a tenth below 1000
        ({"below_mean_percent": "50", "below_next_percent": "10"}, (900, 1000), "A"),
    ],
)
def test_a_price_well_below_the_others_is_flagged_and_stays_ranked(thresholds, prices, flagged):
    bids = [(name, "L1", price, 3, 3) for name, price in zip("ABC", prices, strict=False)]
    flags = figures(bids, "flags", abnormally_low=thresholds)
    assert "".join(name for name, flag in flags.items() if flag) == flagged
    assert set(figures(bids, "state", abnormally_low=thresholds).values()) == {"ranked"}


def test_ties_go_through_the_published_keys_in_turn():
    # Quality carries the whole weight, and each has 60 points of it.
    weights = {"quality": "100", "price": "0"}
    questions = [
        {"id": "Q1", "title": "Continuity", "weight": "50"},
        {"id": "Q2", "title": "Continuity", "weight": "50"},
    ]
    bids = [("A", "L1", 120, 4, 2), ("B", "L1", 110, 2, 4), ("C", "L1", 120, 2, 4)]
    same = {"weights": weights, "questions": questions}
    assert figures(bids, "rank", **same) == {"A": 1, "B": 1, "C": 1}
    assert figures(bids, "rank", ties=["quality", "price"], **same) == {"A": 2, "B": 1, "C": 2}
    assert figures(bids, "rank", ties=["question:Q1", "price"], **same) == {"A": 1, "B": 2, "C": 3}
    assert figures(bids, "rank", ties=["question:Q2"], **same) == {"A": 3, "B": 1, "C": 1}


def test_a_draw_puts_the_lowest_hash_of_seed_lot_and_bidder_first():
    # By sha256sum(1): A begins ad98, B a6a1, C 7290 and D 18ef.
    bids = [(name, "L1", 100, 3, 3) for name in "ABCD"]
    assert figures(bids, "rank", ties=["draw"], draw_seed="2026") == {"D": 1, "C": 2, "B": 3, "A": 4}
