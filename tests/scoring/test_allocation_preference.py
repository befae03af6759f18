"""Deferred acceptance: what bidders get when they ask in the order of their preferences."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.allocate import preference
from scoring.reference import awards as by_reference
from scoring.reference.awards import Awards
from scoring.result.stability import Check, is_certain, is_stable
from tests.scoring.allocation_records import Rules, awarded, contest, contests, result_of
from tests.scoring.examples import examples
from tests.scoring.records import legal_records
from tests.scoring.wording import lot_in_words, lots_in_words

ONE = {"most_lots": 1}


def test_a_bidder_gets_the_lot_that_it_prefers_and_not_the_one_that_comes_first():
    marks = {"L1": {"A": 90, "B": 80}, "L2": {"A": 90, "B": 80}}
    limits = {"A": ONE | {"preferences": ["L2", "L1"]}, "B": ONE}
    assert awarded(contest("preference", marks, limits=limits)) == {"L1": ["B"], "L2": ["A"]}
    assert awarded(contest("rank_order", marks, limits=limits)) == {"L1": ["A"], "L2": ["B"]}


def test_a_bidder_that_loses_its_first_choice_may_still_take_its_second_from_a_lower_ranked_one():
    marks = {"L1": {"A": 90, "B": 80}, "L2": {"A": 70, "B": 85, "C": 60}}
    limits = {
        "A": ONE | {"preferences": ["L1", "L2"]},
        "B": ONE | {"preferences": ["L1", "L2"]},
        "C": ONE,
    }
    assert awarded(contest("preference", marks, limits=limits)) == {"L1": ["A"], "L2": ["B"]}


def test_a_chain_of_displacements_runs_to_its_end():
    marks = {
        "L1": {"A": 50, "B": 90},
        "L2": {"B": 80, "C": 90},
        "L3": {"C": 80, "D": 90},
        "L4": {"A": 10, "D": 5, "E": 20},
    }
    limits = {
        "A": ONE | {"preferences": ["L1", "L4"]},
        "B": ONE | {"preferences": ["L2", "L1"]},
        "C": ONE | {"preferences": ["L3", "L2"]},
        "D": ONE | {"preferences": ["L4", "L3"]},
    }
    given_ = contest("preference", marks, limits=limits)
    assert awarded(given_) == {"L1": ["B"], "L2": ["C"], "L3": ["D"], "L4": ["E"]}
    assert is_stable(result_of(given_))


def test_lots_that_a_bidder_did_not_list_come_last_in_the_order_of_the_record():
    marks = {"L1": {"A": 9}, "L2": {"A": 9}, "L3": {"A": 9}}
    for preferences, gets in (([], "L1"), (["L3"], "L3"), (["L2", "L3"], "L2")):
        record = contest("preference", marks, limits={"A": ONE | {"preferences": preferences}})
        assert [lot for lot, who in awarded(record).items() if who] == [gets]


def test_a_preference_for_a_lot_without_a_bid_changes_nothing():
    marks = {"L1": {"B": 9}, "L2": {"A": 9}}
    record = contest("preference", marks, limits={"A": ONE | {"preferences": ["L1", "L2"]}})
    assert awarded(record) == {"L1": ["B"], "L2": ["A"]}


def test_places_are_numbered_by_rank_whoever_asked_first():
    marks = {"L1": {"A": 70, "B": 90, "C": 80}, "L2": {"B": 10, "D": 90}}
    record = contest("preference", marks, places={"L1": 2}, limits={"B": ONE | {"preferences": ["L2", "L1"]}})
    assert awarded(record) == {"L1": ["B", "C"], "L2": ["D"]}


def test_a_bidder_passed_over_by_preference_is_told_that_it_holds_what_it_preferred():
    marks = {"L1": {"A": 90, "B": 80}, "L2": {"A": 90, "B": 80}}
    record = contest("preference", marks, limits={"A": ONE | {"preferences": ["L2", "L1"]}})
    result = result_of(record)
    assert lot_in_words(result, "L1")["passed_over"] == [
        {"bidder": "A", "reason": "ranked 1st; already holds its one lot, Zone L2, which it preferred"}
    ]
    assert result.explain("L1", "A")["award"].sentence == (
        "Award: passed over: ranked 1st; already holds its one lot, Zone L2, which it preferred"
    )
    assert lot_in_words(result, "L1")["awards"][0]["reason"] == (
        "ranked 2nd of 2 with 80 points; Provider A (1st) was at a limit"
    )


def test_a_bidder_without_preferences_that_is_passed_over_is_told_which_order_counted():
    marks = {"L1": {"A": 90}, "L2": {"A": 90, "B": 80}}
    assert lot_in_words(result_of(contest("preference", marks, limits={"A": ONE})), "L2")["passed_over"] == [
        {
            "bidder": "A",
            "reason": "ranked 1st; already holds its one lot, Zone L1, which comes first in its order (lots"
            " that it did not list, in the order of the tender)",
        }
    ]


def test_a_shared_rank_at_the_last_place_waits_and_its_bidders_ask_on_as_if_they_had_not_won():
    marks = {"L1": {"A": 90, "B": 90, "C": 80}, "L2": {"A": 50, "C": 40}}
    limits = {"A": ONE, "B": ONE, "C": ONE}
    result = result_of(contest("preference", marks, limits=limits))
    first, second = lot_in_words(result, "L1"), lot_in_words(result, "L2")
    assert first["awards"] == []
    assert first["undecided"] == [
        {
            "places": [1],
            "bidders": ["A", "B"],
            "reason": "Provider A and Provider B share rank 1: no tie-break is published, so place 1 waits"
            " until a person decides; until then the other lots are worked out as if none of them had won"
            " here",
        }
    ]
    assert [award["bidder"] for award in second["awards"]] == ["A"]
    assert first["reserves"] == ["C"]


def test_a_shared_rank_of_which_one_has_what_it_prefers_is_no_tie():
    marks = {"L1": {"A": 90, "B": 90}, "L2": {"A": 50}}
    record = contest("preference", marks, limits={"A": ONE | {"preferences": ["L2"]}})
    result = result_of(record)
    assert "undecided" not in result.lot("L1")
    assert awarded(record) == {"L1": ["B"], "L2": ["A"]}


def test_hours_can_leave_a_claim_and_the_result_says_so():
    # A holds L1 and L3 (5 and 5 of its 10 hours); B then takes L1 from it, and L2 (6) does not fit beside L3.
    marks = {"L0": {"B": 50, "C": 60}, "L1": {"A": 50, "B": 90}, "L2": {"A": 90, "C": 10}, "L3": {"A": 90}}
    limits = {
        "A": {"hours_per_week": "10", "preferences": ["L1", "L2", "L3"]},
        "B": ONE | {"preferences": ["L0", "L1"]},
    }
    hours = {"L0": "1", "L1": "5", "L2": "6", "L3": "5"}
    record = contest("preference", marks, limits=limits, hours=hours)
    assert awarded(record) == {"L0": ["C"], "L1": ["B"], "L2": ["C"], "L3": ["A"]}
    result = result_of(record)
    assert not is_stable(result)
    assert not is_certain(result)
    assert lot_in_words(result, "L2")["claims"] == [
        {
            "bidder": "A",
            "reason": "Provider A is ranked 1st and prefers Zone L2 to Zone L3, which it holds; it came to"
            " hold it while this lot did not fit within its limits, and the method has nobody give up a lot",
        }
    ]
    assert lot_in_words(result, "L2")["passed_over"][0]["reason"] == (
        "ranked 1st; this lot's weekly hours, 6, with the 5 of Zone L3, are more than the 10 that it declared"
        " it can deliver"
    )


def test_a_lot_that_did_not_fit_is_asked_for_once_it_does():
    marks = {"L1": {"A": 50, "B": 90}, "L2": {"A": 90, "C": 10}, "L0": {"B": 50, "C": 60}}
    limits = {
        "A": {"hours_per_week": "10", "preferences": ["L1", "L2"]},
        "B": ONE | {"preferences": ["L0", "L1"]},
    }
    record = contest("preference", marks, limits=limits, hours={"L1": "5", "L2": "6"})
    assert awarded(record)["L2"] == ["A"]


def test_nobody_asks_for_a_lot_that_better_ranked_bidders_have_filled():
    """Once C has taken L2 from B, L1 is full of A: B must keep no hours for it, and has room for L3, L4."""
    marks = {
        "L1": {"A": 90, "B": 10},
        "L2": {"B": 10, "C": 90},
        "L3": {"B": 50},
        "L4": {"B": 50},
        "L5": {"B": 50},
    }
    hours = {"L1": "3", "L2": "9", "L3": "9", "L4": "2", "L5": "5"}
    limits = {"B": {"hours_per_week": "11", "preferences": ["L2", "L1", "L3", "L4", "L5"]}}
    record = contest("preference", marks, hours=hours, limits=limits)
    assert awarded(record) == {"L1": ["A"], "L2": ["C"], "L3": ["B"], "L4": ["B"], "L5": []}
    assert is_stable(result_of(record))


def outcome(record):
    return {
        lot["id"]: by_reference.Outcome(
            awards=[(award["bidder"], award["place"]) for award in lot["awards"]],
            undecided=[(tie["places"], tie["bidders"]) for tie in lot.get("undecided", [])],
            passed_over=[passed["bidder"] for passed in lot["passed_over"]],
            reserves=lot["reserves"],
        )
        for lot in result_of(record).as_object()["lots"]
    }


MANY = examples(5)


@MANY
@given(contests("preference", lots=5, bidders=4))
def test_preference_awards_as_the_published_rounds_say(record):
    assert outcome(record) == by_reference.preference(Rules(record))


@MANY
@given(contests("preference", lots=6, bidders=3, shared=False))
def test_preference_awards_as_the_published_rounds_say_with_many_lots(record):
    assert outcome(record) == by_reference.preference(Rules(record))


@given(contests("preference"))
def test_the_check_agrees_with_the_definition_worked_out_by_hand(record):
    result, rules = result_of(record), Rules(record)
    lots = result.as_object()["lots"]
    assume(not any("undecided" in lot for lot in lots))
    awards = {lot["id"]: frozenset(award["bidder"] for award in lot["awards"]) for lot in lots}
    assert is_stable(result) == rules.is_stable(awards)
    assert is_stable(result) == (not any("claims" in lot for lot in lots))


@given(contests("preference", hours=False, nested=True))
def test_with_nested_limits_on_numbers_of_lots_every_result_is_stable(record):
    result = result_of(record)
    assert is_certain(result)
    assert is_stable(result)


@given(legal_records(always=["lot limits", "several places"]))
def test_in_any_record_limits_are_kept_and_where_stability_is_certain_it_is_there(record):
    record["rules"]["allocation"]["method"] = "preference"
    result = result_of(record)
    assert Check(result).within_limits()
    if is_certain(result):
        assert is_stable(result)


@given(contests("preference"))
def test_no_claim_is_left_that_would_cost_a_bidder_nothing(record):
    result = result_of(record)
    assert all(claim.for_it for lot in range(len(record["lots"])) for claim in Check(result).claims(lot))


@given(contests("preference"))
def test_everybody_passed_over_is_at_a_limit_that_is_named(record):
    for lot in lots_in_words(result_of(record)):
        for passed in lot["passed_over"]:
            assert "; " in passed["reason"]
            assert not passed["reason"].endswith("; ")


@given(contests("preference", lots=3, bidders=3, hours=False, nested=True, shared=False))
def test_no_bidder_could_do_better_in_any_stable_award(record):
    """Given all that it has here and in another stable award, each bidder would choose what it has here."""
    rules = Rules(record)
    here = {lot: frozenset(who) for lot, who in awarded(record).items()}
    stable = [awards for awards in rules.every_award() if rules.is_stable(awards)]
    assert here in stable
    for bidder in rules.bidders:
        for other in stable:
            assert choice(rules, bidder, (here, other)) == lots_of(here, bidder)


def lots_of(awards: Awards, bidder: str) -> set[str]:
    return {lot for lot, who in awards.items() if bidder in who}


def choice(rules: Rules, bidder: str, awards: tuple[Awards, ...]) -> set[str]:
    """What the bidder would take, in its order, from all that it has in any of these awards."""
    offered = set().union(*(lots_of(each, bidder) for each in awards))
    taken: list[str] = []
    for lot in rules.prefers(bidder):
        if lot in offered and rules.may_hold(bidder, [*taken, lot]):
            taken.append(lot)
    return set(taken)


@given(contests("preference"), st.randoms(use_true_random=False))
def test_the_order_of_bidders_and_bids_in_the_record_changes_nothing(record, shuffled):
    before = result_of(record).as_object()["lots"]
    shuffled.shuffle(record["bidders"])
    shuffled.shuffle(record["bids"])
    assert result_of(record).as_object()["lots"] == before


@given(contests("preference"))
def test_many_groups_and_bidders_are_counted_the_same_in_a_smaller_table(record):
    before = awarded(record)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preference, "_COUNTERS", 0)
        assert awarded(record) == before


def test_a_large_contest_is_stable():
    generator = random.Random(2026)
    lots, bidders = [f"L{n}" for n in range(30)], [f"B{n}" for n in range(200)]
    marks = {lot: {who: generator.randrange(101) for who in bidders} for lot in lots}
    limits = {
        who: {"preferences": generator.sample(lots, 30), "most_lots": generator.randint(1, 4)}
        for who in bidders
    }
    groups = [(lots[:10], 1), (lots[10:20], 2), (lots[:20], 2)]
    record = contest(
        "preference", marks, places=dict.fromkeys(lots, 3), limits=limits, groups=groups, ties=["draw"]
    )
    result = result_of(record)
    assert is_certain(result)
    assert is_stable(result)
    assert sum(len(lot.awarded) for lot in result.awards) == 90
    assert np.array([len(lot.passed_over) for lot in result.awards]).sum() > 0
