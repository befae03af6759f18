"""Limits are kept by every method, and whoever they stop, or whatever they leave empty, is told which."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.allocate.bidder_limits import BidderLimits, Grouped, LotLimit, count_for
from scoring.reading.record import from_object
from scoring.result.stability import Check, is_stable
from tests.scoring.allocation_records import Rules, awarded, contest, contests, result_of
from tests.scoring.wording import lot_in_words, lots_in_words

METHODS = ("rank_order", "preference", "best_total")
in_every_method = pytest.mark.parametrize("method", METHODS)
TWO_LOTS = {"L1": {"A": 90, "B": 80}, "L2": {"A": 90, "B": 80}}


@in_every_method
@given(data=st.data())
def test_no_limit_is_ever_broken(method, data):
    record = data.draw(contests(method))
    result, rules = result_of(record), Rules(record)
    assert Check(result).within_limits()
    winners = awarded(record)
    for lot, who in winners.items():
        assert len(who) == len(set(who)) <= rules.places[lot]
    for bidder in rules.bidders:
        assert rules.may_hold(bidder, [lot for lot, who in winners.items() if bidder in who])


@in_every_method
@given(data=st.data())
def test_every_ranked_bid_is_awarded_passed_over_in_a_tie_or_in_reserve_and_only_one_of_these(method, data):
    for lot in result_of(data.draw(contests(method))).as_object()["lots"]:
        found = [award["bidder"] for award in lot["awards"]] + lot["reserves"]
        found += [passed["bidder"] for passed in lot["passed_over"]]
        found += [who for tie in lot.get("undecided", []) for who in tie["bidders"]]
        assert sorted(found) == sorted(row["bidder"] for row in lot["ranking"])


@in_every_method
@given(data=st.data())
def test_places_are_filled_from_the_first_and_by_rank(method, data):
    for lot in result_of(data.draw(contests(method))).as_object()["lots"]:
        rank = {row["bidder"]: row["rank"] for row in lot["ranking"]}
        taken = [(award["place"], rank[award["bidder"]]) for award in lot["awards"]]
        taken += [(place, rank[t["bidders"][0]]) for t in lot.get("undecided", []) for place in t["places"]]
        assert [place for place, _ in sorted(taken)] == list(range(1, len(taken) + 1))
        assert [ranked for _, ranked in sorted(taken)] == sorted(ranked for _, ranked in taken)


@in_every_method
@given(data=st.data())
def test_a_place_is_empty_only_for_want_of_bids_or_for_limits_that_are_named(method, data):
    record = data.draw(contests(method))
    for lot, described in zip(lots_in_words(result_of(record)), record["lots"], strict=True):
        filled = len(lot["awards"]) + sum(len(tie["places"]) for tie in lot.get("undecided", []))
        could = min(described["places"], len(lot["ranking"]))
        if filled == could:
            assert "unfilled" not in lot
        else:
            assert lot["unfilled"]["places"] == list(range(filled + 1, could + 1))
            assert not lot["reserves"]
            limits = ("own limit", "group G", "groups G", "declared weekly hours", "win the tie")
            assert any(limit in lot["unfilled"]["reason"] for limit in limits)


@in_every_method
@given(data=st.data())
def test_whoever_is_passed_over_is_kept_out_by_each_limit_that_is_named(method, data):
    record = data.draw(contests(method))
    result = result_of(record)
    for at, lot in enumerate(lots_in_words(result)):
        for passed in lot["passed_over"]:
            bidder = next(one for one in record["bidders"] if one["id"] == passed["bidder"])
            said = passed["reason"]
            assert ("already holds its" in said) <= ("most_lots" in bidder)
            assert ("it can deliver" in said or "; declared" in said) <= ("hours_per_week" in bidder)
            groups = {g["id"] for g in record["rules"]["allocation"]["groups"] if lot["id"] in g["lots"]}
            assert set(re.findall(r"\bG\d\b", said)) <= groups
            assert any(words in said for words in ("already holds", "it can deliver", ", may "))
            assert result.explain(lot["id"], passed["bidder"])["award"].sentence.endswith(said)
        assert result.awards[at].passed_over == tuple(sorted(result.awards[at].passed_over))


@in_every_method
@pytest.mark.parametrize("most", [1, 2, 3])
def test_a_group_or_a_bidders_own_limit_gives_as_many_lots_as_it_says(method, most):
    marks = {f"L{n}": {"A": 90 - n} for n in range(5)}
    for limited in ({"groups": [(list(marks), most)]}, {"limits": {"A": {"most_lots": most}}}):
        won = [lot for lot, who in awarded(contest(method, marks, **limited)).items() if who]
        assert won == list(marks)[:most]


@in_every_method
def test_a_place_that_a_bidders_own_limit_leaves_empty_names_it(method):
    record = contest(method, {"L1": {"A": 90}, "L2": {"A": 80}}, limits={"A": {"most_lots": 1}})
    assert lot_in_words(result_of(record), "L2")["unfilled"] == {
        "places": [1],
        "reason": "place 1 without an award: a bidder's own limit of one lot (Provider A)",
    }


@in_every_method
def test_a_place_that_a_group_leaves_empty_names_it(method):
    record = contest(method, {"L1": {"A": 90}, "L2": {"A": 80}}, groups=[(["L1", "L2"], 1)])
    result = result_of(record)
    assert lot_in_words(result, "L2")["unfilled"]["reason"] == (
        "place 1 without an award: group G1, one lot for one bidder (Provider A)"
    )
    assert "already holds one lot, Zone L1" in lot_in_words(result, "L2")["passed_over"][0]["reason"]
    assert (
        "the most that group G1 allows one bidder" in lot_in_words(result, "L2")["passed_over"][0]["reason"]
    )


@in_every_method
def test_a_place_that_declared_hours_leave_empty_names_them(method):
    record = contest(
        method,
        {"L1": {"A": 90, "B": 80}},
        hours={"L1": "10.01"},
        places={"L1": 3},
        limits={"A": {"hours_per_week": "10"}, "B": {"hours_per_week": "10"}},
    )
    assert lot_in_words(result_of(record), "L1")["unfilled"] == {
        "places": [1, 2],
        "reason": "places 1 and 2 without an award: declared weekly hours (Provider A and Provider B)",
    }


@in_every_method
def test_several_limits_that_leave_a_place_empty_are_all_named(method):
    record = contest(
        method,
        {"L1": {"A": 90, "B": 80}, "L2": {"A": 9, "B": 8}},
        places={"L1": 2, "L2": 2},
        hours={"L1": "5", "L2": "6"},
        limits={"A": {"most_lots": 1}, "B": {"hours_per_week": "10"}},
    )
    assert lot_in_words(result_of(record), "L2")["unfilled"]["reason"] == (
        "places 1 and 2 without an award: a bidder's own limit of one lot (Provider A);"
        " declared weekly hours (Provider B)"
    )


@in_every_method
def test_hours_may_be_used_to_the_last_hundredth(method):
    record = contest(
        method,
        {"L1": {"A": 90, "B": 1}, "L2": {"A": 90, "B": 1}, "L3": {"A": 2, "B": 1}},
        hours={"L1": "600", "L2": "400.50", "L3": "0.01"},
        limits={"A": {"hours_per_week": "1000.50"}},
    )
    assert awarded(record) == {"L1": ["A"], "L2": ["A"], "L3": ["B"]}


@in_every_method
def test_lots_of_no_hours_take_nothing_from_a_bidder_with_none(method):
    record = contest(
        method,
        {"L1": {"A": 9}, "L2": {"A": 9}},
        hours={"L1": "0", "L2": "0.01"},
        limits={"A": {"hours_per_week": "0"}},
    )
    assert awarded(record) == {"L1": ["A"], "L2": []}


@in_every_method
def test_without_limits_every_place_that_can_be_is_filled_and_nobody_has_a_claim(method):
    record = contest(method, TWO_LOTS, places={"L1": 2})
    assert awarded(record) == {"L1": ["A", "B"], "L2": ["A"]}
    assert is_stable(result_of(record))


def test_the_check_finds_the_claim_that_another_method_leaves():
    limits = {"A": {"most_lots": 1, "preferences": ["L2", "L1"]}}
    assert is_stable(result_of(contest("preference", TWO_LOTS, limits=limits)))
    by_rank = result_of(contest("rank_order", TWO_LOTS, limits=limits))
    assert not is_stable(by_rank)
    (claim,) = Check(by_rank).claims(1)
    assert (claim.lot, claim.bidder, claim.where, claim.for_it) == (1, 0, 0, (0,))


def limits_of(record, who="A"):
    read = from_object(record)
    bidder = next(one for one in read.bidders if one.id == who)
    return Grouped(read).limits(bidder, range(len(read.lots)))


def test_limits_that_can_never_bind_are_left_out():
    record = contest(
        "best_total",
        {"L1": {"A": 1}, "L2": {"A": 1}},
        limits={"A": {"most_lots": 2, "hours_per_week": "2"}},
        groups=[(["L1"], 1), (["L1", "L2"], 5)],
    )
    assert limits_of(record) == BidderLimits(frozenset({0, 1}), (), {}, 200)


def test_hours_that_only_limit_the_number_of_lots_count_as_a_number_of_lots():
    record = contest(
        "best_total",
        {"L1": {"A": 1}, "L2": {"A": 1}, "L3": {"A": 1}},
        hours={"L1": "4", "L2": "5", "L3": "4.5"},
        limits={"A": {"hours_per_week": "10"}},
    )
    assert limits_of(record) == BidderLimits(
        frozenset({0, 1, 2}), (LotLimit(frozenset({0, 1, 2}), 2),), {}, 1000
    )
    assert limits_of(record).nested


@given(st.lists(st.integers(0, 9), max_size=6), st.integers(0, 30))
def test_a_number_of_lots_stands_for_hours_only_where_it_says_the_same(hours, capacity):
    hours = sorted(min(each, capacity) for each in hours)
    count = count_for(hours, capacity)
    sums = {n: (sum(hours[:n]), sum(hours[len(hours) - n :])) for n in range(len(hours) + 1)}
    fits_always = [n for n, (_, largest) in sums.items() if largest <= capacity]
    fits_somehow = [n for n, (least, _) in sums.items() if least <= capacity]
    assert count == (max(fits_always) if fits_always == fits_somehow else None)


def test_groups_are_nested_where_they_are_apart_or_one_inside_the_other():
    marks = {lot: {"A": 1} for lot in ("L1", "L2", "L3", "L4")}

    def nested(*groups):
        return limits_of(contest("preference", marks, groups=groups)).nested

    assert nested((["L1", "L2"], 1), (["L3", "L4"], 1))
    assert nested((["L1", "L2"], 1), (["L1", "L2", "L3"], 2))
    assert nested((["L1", "L2"], 1), (["L1", "L2"], 1))
    assert not nested((["L1", "L2"], 1), (["L2", "L3"], 1))


def test_of_two_groups_with_the_same_lots_the_lower_limit_holds():
    marks = {lot: {"A": 1} for lot in ("L1", "L2", "L3")}
    for most in ((2, 1), (1, 2)):
        limits = limits_of(contest("preference", marks, groups=[(list(marks), each) for each in most]))
        assert limits.lot_limits == (LotLimit(frozenset({0, 1, 2}), 1),)
