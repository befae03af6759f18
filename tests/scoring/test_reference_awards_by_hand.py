"""The reference's awards, compared with cases worked by hand."""

from __future__ import annotations

import pytest

from scoring import reference
from tests.scoring.by_hand import lot, record


def outcomes(case):
    """Of each lot: awards (bidder, place), reserves, passed over, undecided (places, bidders)."""
    return [
        (
            [(award["bidder"], award["place"]) for award in lot["awards"]],
            lot["reserves"],
            [passed["bidder"] for passed in lot["passed_over"]],
            [(tie["places"], tie["bidders"]) for tie in lot.get("undecided", [])],
        )
        for lot in reference.evaluate(case)
    ]


def in_order(*names, where="L1"):
    """Bids that rank in this order."""
    return [(name, where, 100 + n, 3, 3) for n, name in enumerate(names)]


def test_places_go_to_the_best_ranked_and_the_rest_are_reserves_in_order():
    case = record(in_order("A", "B", "C", "D"), lots=[lot(places=2)])
    assert outcomes(case) == [([("A", 1), ("B", 2)], ["C", "D"], [], [])]


def test_a_bidder_at_its_own_limit_is_passed_over_in_later_lots():
    case = record(
        in_order("A", "B") + in_order("A", "B", where="L2"),
        lots=[lot("L1"), lot("L2")],
        bidders={"A": {"most_lots": 1}},
    )
    assert outcomes(case) == [([("A", 1)], ["B"], [], []), ([("B", 1)], [], ["A"], [])]


def test_lots_are_awarded_in_the_order_given():
    case = record(
        in_order("A", "B") + in_order("A", "B", where="L2"),
        lots=[lot("L2"), lot("L1")],
        bidders={"A": {"most_lots": 1}},
    )
    assert [result["id"] for result in reference.evaluate(case)] == ["L2", "L1"]
    assert outcomes(case)[0][0] == [("A", 1)]


def test_a_group_limits_its_own_lots_alone():
    names = ("L1", "L2", "L3")
    groups = [{"id": "homecare", "lots": ["L1", "L2"], "most_lots": 1}]
    case = record(
        [bid for name in names for bid in in_order("A", "B", where=name)],
        lots=[lot(name) for name in names],
        allocation={"method": "rank_order", "groups": groups},
    )
    assert [awards for awards, *_ in outcomes(case)] == [[("A", 1)], [("B", 1)], [("A", 1)]]


def test_declared_weekly_hours_may_be_filled_to_the_last_hundredth():
    names = ("L1", "L2", "L3")
    case = record(
        [bid for name in names for bid in in_order("A", "B", where=name)],
        lots=[lot("L1", hours="100.25"), lot("L2", hours="50.5"), lot("L3", hours="49.75")],
        bidders={"A": {"hours_per_week": "150"}},
    )
    assert [awards for awards, *_ in outcomes(case)] == [[("A", 1)], [("B", 1)], [("A", 1)]]


def test_nothing_is_awarded_where_a_tie_is_left():
    tied = [("A", "L1", 100, 3, 3), ("B", "L1", 100, 3, 3), ("C", "L1", 101, 3, 3)]
    assert outcomes(record(tied)) == [([], ["C"], [], [([1], ["A", "B"])])]
    assert outcomes(record(tied, lots=[lot(places=2)])) == [([], ["C"], [], [([1, 2], ["A", "B"])])]
    assert outcomes(record(tied, lots=[lot(places=3)])) == [([("C", 3)], [], [], [([1, 2], ["A", "B"])])]


def test_a_tie_with_a_bidder_at_its_limit_is_no_tie():
    tied = [("A", "L2", 100, 3, 3), ("B", "L2", 100, 3, 3)]
    case = record(
        [("A", "L1", 100, 3, 3), *tied], lots=[lot("L1"), lot("L2")], bidders={"A": {"most_lots": 1}}
    )
    assert outcomes(case) == [([("A", 1)], [], [], []), ([("B", 1)], [], ["A"], [])]


def test_places_that_limits_leave_free_are_unfilled_and_those_without_a_bid_are_not():
    both = in_order("A", "B") + in_order("A", "B", where="L2")
    case = record(both, lots=[lot("L1"), lot("L2", places=3)], bidders={"A": {"most_lots": 1}})
    first, second = reference.evaluate(case)
    assert "unfilled" not in first
    assert second["awards"] == [{"bidder": "B", "place": 1}]
    assert second["unfilled"] == {"places": [2]}


PREFERS_THE_SECOND = {"most_lots": 1, "preferences": ["L2", "L1"]}


def test_by_preference_a_bidder_gets_the_lot_that_it_listed_first():
    case = record(
        in_order("A", "B") + in_order("A", "B", where="L2"),
        lots=[lot("L1"), lot("L2")],
        bidders={"A": PREFERS_THE_SECOND},
        allocation={"method": "preference", "groups": []},
    )
    assert outcomes(case) == [([("B", 1)], [], ["A"], []), ([("A", 1)], ["B"], [], [])]


def test_by_preference_whoever_is_turned_down_asks_for_its_next_choice():
    """A and B both ask for L2 first; L2 keeps A, and B, turned down, takes L1 from C."""
    case = record(
        in_order("A", "B", "C") + in_order("A", "B", where="L2"),
        lots=[lot("L1"), lot("L2")],
        bidders={"A": PREFERS_THE_SECOND, "B": PREFERS_THE_SECOND},
        allocation={"method": "preference", "groups": []},
    )
    assert [won for won, *_ in outcomes(case)] == [[("B", 1)], [("A", 1)]]


def test_a_claim_that_hours_leave_is_listed():
    """A, with 3 hours, asks for L3 (2), has no room for L1 (3) and asks for L2 (1). B takes L3 from it.
    Beside L2, which it holds, L1 still does not fit; it would rather have L1, and L1 has a place free."""
    case = record(
        [("A", "L1", 100, 3, 3), ("A", "L2", 100, 3, 3), *in_order("B", "A", where="L3")],
        lots=[lot("L1", hours="3"), lot("L2", hours="1"), lot("L3", hours="2")],
        bidders={"A": {"hours_per_week": "3", "preferences": ["L3", "L1", "L2"]}},
        allocation={"method": "preference", "groups": []},
    )
    results = reference.evaluate(case)
    assert [result["awards"] for result in results] == [
        [],
        [{"bidder": "A", "place": 1}],
        [{"bidder": "B", "place": 1}],
    ]
    assert [result.get("claims") for result in results] == [[{"bidder": "A"}], None, None]


def by_total(*bids, **others):
    return record(list(bids), allocation={"method": "best_total", "groups": []}, **others)


def test_best_total_gives_up_the_better_bid_of_a_lot_for_a_higher_sum():
    """Of 100 points: A has 88 and 76, B 76 and 40. A in L1 with B in L2 make 128, the other way round 152."""
    case = by_total(
        ("A", "L1", 100, 4, 4), ("A", "L2", 100, 3, 3), ("B", "L1", 100, 3, 3), ("B", "L2", 100, 0, 0),
        lots=[lot("L1"), lot("L2")], bidders={"A": {"most_lots": 1}, "B": {"most_lots": 1}},
    )  # fmt: skip
    assert outcomes(case) == [([("B", 1)], [], ["A"], []), ([("A", 1)], ["B"], [], [])]


def test_of_equal_sums_best_total_takes_that_in_which_the_earlier_lot_goes_to_the_better_ranked():
    case = by_total(
        ("A", "L1", 100, 4, 4), ("A", "L2", 100, 4, 4), ("B", "L1", 100, 3, 3), ("B", "L2", 100, 3, 3),
        lots=[lot("L1"), lot("L2")], bidders={"A": {"most_lots": 1}, "B": {"most_lots": 1}},
    )  # fmt: skip
    assert [won for won, *_ in outcomes(case)] == [[("A", 1)], [("B", 1)]]


def test_best_total_leaves_open_who_of_those_that_share_a_rank_is_awarded():
    case = by_total(("A", "L1", 100, 3, 3), ("B", "L1", 100, 3, 3))
    assert outcomes(case) == [([], [], [], [([1], ["A", "B"])])]


def test_a_record_with_too_many_awards_to_try_is_refused_before_they_are_tried(monkeypatch):
    monkeypatch.setattr("scoring.reference.awards.MOST_STEPS", 20_000)
    bids = [(f"B{n}", f"L{lot_}", 100, 3, 3) for lot_ in range(8) for n in range(8)]
    case = by_total(*bids, lots=[lot(f"L{n}", places=3) for n in range(8)])
    with pytest.raises(reference.TooLarge, match="only small records allow"):
        reference.evaluate(case)


def test_a_lot_with_too_many_ways_to_fill_its_places_is_refused_before_they_are_listed():
    case = by_total(*in_order(*(f"B{n}" for n in range(500))), lots=[lot(places=250)])
    with pytest.raises(reference.TooLarge):
        reference.evaluate(case)
