"""The highest sum of awarded totals: what is awarded, who waits, and why the others are passed over."""

from __future__ import annotations

from tests.scoring.allocation_records import awarded, contest, result_of
from tests.scoring.wording import lot_in_words

ONE = {"most_lots": 1}


def test_best_total_awards_for_the_highest_sum_and_not_lot_by_lot():
    marks = {"L1": {"A": 90, "B": 85}, "L2": {"A": 88, "B": 20}}
    limits = {"A": ONE, "B": ONE}
    assert awarded(contest("rank_order", marks, limits=limits)) == {"L1": ["A"], "L2": ["B"]}
    assert awarded(contest("best_total", marks, limits=limits)) == {"L1": ["B"], "L2": ["A"]}


def test_a_bidder_passed_over_by_best_total_is_told_what_filled_its_limit_and_why():
    marks = {"L1": {"A": 90, "B": 85}, "L2": {"A": 88, "B": 20}}
    result = result_of(contest("best_total", marks, limits={"A": ONE, "B": ONE}))
    said = "ranked 1st; already holds its one lot, Zone L2; the sum of awarded totals is highest so"
    assert lot_in_words(result, "L1")["passed_over"] == [{"bidder": "A", "reason": said}]
    assert result.explain("L1", "A")["award"].sentence == f"Award: passed over: {said}"
    assert lot_in_words(result, "L1")["awards"][0]["reason"] == (
        "ranked 2nd of 2 with 85 points; Provider A (1st) was at a limit"
    )
    assert result.lot("L2")["reserves"] == ["B"]


def test_among_equal_sums_the_first_lot_has_the_better_ranked_bidder():
    marks = {"L1": {"A": 90, "B": 80}, "L2": {"A": 80, "B": 70}}
    assert awarded(contest("best_total", marks, limits={"A": ONE, "B": ONE})) == {"L1": ["A"], "L2": ["B"]}
    turned = {"L2": marks["L2"], "L1": marks["L1"]}
    assert awarded(contest("best_total", turned, limits={"A": ONE, "B": ONE})) == {"L2": ["A"], "L1": ["B"]}


def test_a_place_is_filled_even_where_the_totals_left_are_nought():
    marks = {"L1": {"A": 90, "B": 0}, "L2": {"A": 50, "B": 0}}
    assert awarded(contest("best_total", marks, limits={"A": ONE})) == {"L1": ["A"], "L2": ["B"]}


def test_places_are_numbered_by_rank():
    marks = {"L1": {"A": 10, "B": 30, "C": 20}}
    assert awarded(contest("best_total", marks, places={"L1": 3})) == {"L1": ["B", "C", "A"]}


def test_without_limits_best_total_awards_as_rank_order_does():
    marks = {"L1": {"A": 9, "B": 8, "C": 7}, "L2": {"A": 5, "B": 6, "C": 7}}
    for method in ("rank_order", "best_total", "preference"):
        assert awarded(contest(method, marks, places={"L1": 2})) == {"L1": ["A", "B"], "L2": ["C"]}


def test_a_record_without_bids_awards_nothing():
    record = contest("best_total", {"L1": {"A": 9}})
    record["bids"] = []
    assert awarded(record) == {"L1": []}


def test_a_tie_that_the_sum_leaves_open_waits_for_a_person():
    result = result_of(contest("best_total", {"L1": {"A": 90, "B": 90, "C": 10}}, places={"L1": 2}))
    lot = lot_in_words(result, "L1")
    assert lot["awards"] == []
    assert lot["undecided"] == [
        {
            "places": [1, 2],
            "bidders": ["A", "B"],
            "reason": "Provider A and Provider B share rank 1: no tie-break is published, so places 1 and 2"
            " wait until a person decides; the sum of awarded totals is the same either way, and the awards"
            " that do not wait stand",
        }
    ]
    assert lot["reserves"] == ["C"]


def test_a_shared_rank_is_no_tie_where_the_sum_decides():
    # B is worth more in L2, where nobody else is good, so A takes L1 although both share its first rank.
    marks = {"L1": {"A": 90, "B": 90}, "L2": {"A": 10, "B": 80}}
    result = result_of(contest("best_total", marks, limits={"A": ONE, "B": ONE}))
    assert [award["bidder"] for award in result.lot("L1")["awards"]] == ["A"]
    assert "undecided" not in result.lot("L1")
    assert lot_in_words(result, "L1")["passed_over"] == [
        {
            "bidder": "B",
            "reason": "ranked 1st; already holds its one lot, Zone L2;"
            " the sum of awarded totals is highest so",
        }
    ]


def test_a_tie_across_lots_waits_in_both_and_the_place_that_it_empties_is_explained():
    marks = {"L1": {"A": 50, "B": 50}, "L2": {"A": 60, "B": 60}}
    result = result_of(contest("best_total", marks, places={"L1": 2}, limits={"A": ONE, "B": ONE}))
    first, second = lot_in_words(result, "L1"), lot_in_words(result, "L2")
    assert [(tie["places"], tie["bidders"]) for tie in first["undecided"]] == [([1], ["A", "B"])]
    assert [(tie["places"], tie["bidders"]) for tie in second["undecided"]] == [([1], ["A", "B"])]
    assert first["unfilled"] == {
        "places": [2],
        "reason": "place 2 without an award: limits of whoever does not win the tie"
        " (Provider A and Provider B)",
    }


def test_a_limit_that_a_waiting_tie_fills_is_named():
    # A wins a place of L1 in any case, but which waits; that leaves it no lot for L2.
    marks = {"L1": {"A": 90, "B": 90}, "L2": {"A": 20, "C": 10}}
    result = result_of(contest("best_total", marks, places={"L1": 2}, limits={"A": ONE}))
    assert [tie["bidders"] for tie in lot_in_words(result, "L1")["undecided"]] == [["A", "B"]]
    assert lot_in_words(result, "L2")["passed_over"] == [
        {
            "bidder": "A",
            "reason": "ranked 1st; may hold one lot; Zone L1, where a tie waits for a decision, may fill"
            " that; the sum of awarded totals is highest so",
        }
    ]
