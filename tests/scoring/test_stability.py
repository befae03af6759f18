"""The check of a result: who has a better claim, and whether a limit was passed, whatever the method."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.allocate.limits import LotAwards
from scoring.result.stability import Check, Claim, is_certain, is_stable
from tests.scoring.allocation_records import Rules, contest, contests, result_of

MARKS = {"L1": {"A": 90, "B": 80, "C": 70}, "L2": {"A": 90, "B": 80, "C": 70}}


def awarding(record, winners, undecided=None):
    """The result of a record with other awards: for each lot who wins, by place, and who waits for which."""
    result = result_of(record)
    awards = []
    for at, lot in enumerate(record["lots"]):
        where = [
            result.record.bidders[bidder].id for bidder in result.record.bids.bidder[result.ranked_in(at)]
        ]
        won = tuple((where.index(who), place) for place, who in enumerate(winners.get(lot["id"], ()), 1))
        waiting = tuple(
            (tuple(where.index(who) for who in tied), tuple(places))
            for tied, places in (undecided or {}).get(lot["id"], ())
        )
        awards.append(LotAwards(won, (), waiting, ()))
    return replace(result, awards=tuple(awards))


def test_as_many_awards_as_a_lot_has_places_are_within_limits_and_one_more_is_not():
    record = contest("preference", MARKS, places={"L1": 2})
    assert Check(awarding(record, {"L1": ["A", "B"], "L2": ["A"]})).within_limits()
    assert not Check(awarding(record, {"L1": ["A", "B"], "L2": ["A", "B"]})).within_limits()
    assert not Check(awarding(record, {"L1": ["A", "B", "C"], "L2": ["A"]})).within_limits()


@pytest.mark.parametrize(
    "limited",
    [
        {"limits": {"A": {"most_lots": 1}}},
        {"limits": {"A": {"hours_per_week": "1.99"}}},
        {"groups": [(["L1", "L2"], 1)]},
    ],
)
def test_a_bidder_that_holds_more_than_a_limit_allows_is_found(limited):
    record = contest("preference", MARKS, **limited)
    assert Check(awarding(record, {"L1": ["A"], "L2": ["B"]})).within_limits()
    beyond = awarding(record, {"L1": ["A"], "L2": ["A"]})
    assert not Check(beyond).within_limits()
    assert not is_stable(beyond)


def test_a_bidder_cannot_hold_one_lot_twice():
    record = contest("preference", MARKS, places={"L1": 2})
    assert not Check(awarding(record, {"L1": ["A", "A"]})).within_limits()


def test_nobody_has_a_claim_where_each_lot_has_its_best():
    record = contest("preference", MARKS)
    assert is_stable(awarding(record, {"L1": ["A"], "L2": ["A"]}))


def test_a_better_ranked_bidder_has_a_claim_to_what_a_lower_one_holds_and_a_lower_one_has_none():
    record = contest("preference", MARKS)
    result = awarding(record, {"L1": ["B"], "L2": ["A"]})
    assert not is_stable(result)
    assert Check(result).claims(0) == [Claim(0, 0, 0, (1,))]
    assert Check(result).claims(1) == []


def test_a_place_that_is_free_gives_every_bidder_that_has_room_a_claim():
    record = contest("preference", MARKS, places={"L1": 2}, limits={"C": {"hours_per_week": "0.5"}})
    claims = Check(awarding(record, {"L1": ["A"], "L2": ["A"]})).claims(0)
    assert [(claim.bidder, claim.where) for claim in claims] == [(1, 1)]


def test_what_a_bidder_would_give_up_is_named_and_what_it_prefers_it_keeps():
    limits = {"A": {"most_lots": 2, "preferences": ["L3", "L1", "L2"]}}
    marks = MARKS | {"L3": {"A": 10}}
    record = contest("preference", marks, limits=limits)
    result = awarding(record, {"L1": ["B"], "L2": ["A"], "L3": ["A"]})
    assert Check(result).claims(0) == [Claim(0, 0, 0, (1,))]
    limits["A"]["most_lots"] = 1  # L3 alone, which it prefers, fills that
    result = awarding(contest("preference", marks, limits=limits), {"L1": ["B"], "L3": ["A"]})
    assert Check(result).claims(0) == []
    assert [claim.bidder for claim in Check(result).claims(1)] == [1, 2]


def test_who_waits_in_a_tie_has_no_claim_and_fills_the_places_that_wait():
    marks = {"L1": {"A": 90, "B": 90, "C": 80, "D": 70}}
    record = contest("preference", marks, places={"L1": 2})
    waiting = awarding(record, {}, {"L1": [(["A", "B"], [1, 2])]})
    assert is_stable(waiting)
    assert [claim.bidder for claim in Check(awarding(record, {}, {"L1": [(["A", "B"], [1])]})).claims(0)] == [
        2,
        3,
    ]


def test_a_bidder_ranked_above_a_tie_that_waits_has_a_claim():
    marks = {"L1": {"A": 95, "B": 90, "C": 90, "D": 90}}
    record = contest("preference", marks)
    assert [claim.bidder for claim in Check(awarding(record, {}, {"L1": [(["C", "D"], [1])]})).claims(0)] == [
        0
    ]


def test_stability_is_certain_only_where_every_bidders_limits_are_nested():
    marks = MARKS | {"L3": {"B": 1}}
    hours, limits = {"L1": "1", "L2": "2", "L3": "0.5"}, {"B": {"hours_per_week": "2"}}
    assert is_certain(result_of(contest("preference", marks, hours=hours, limits={"A": {"most_lots": 1}})))
    assert not is_certain(result_of(contest("preference", marks, hours=hours, limits=limits)))
    one_of_two = contest("preference", MARKS, hours=hours, limits=limits)
    assert is_certain(result_of(one_of_two)), "either of two lots and never both is a number of lots"


@given(contests("preference", lots=3, bidders=3, shared=False), st.data())
def test_any_awards_at_all_are_judged_as_the_published_definition_judges_them(record, data):
    rules = Rules(record)
    ranked = {lot: sorted(ranks, key=ranks.__getitem__) for lot, ranks in rules.rank.items()}
    winners = {
        lot: sorted(data.draw(st.sets(st.sampled_from(who))) if who else [], key=who.index)
        for lot, who in ranked.items()
    }
    within = all(len(who) <= rules.places[lot] for lot, who in winners.items()) and all(
        rules.may_hold(bidder, [lot for lot, who in winners.items() if bidder in who])
        for bidder in rules.bidders
    )
    result = awarding(record, winners)
    assert Check(result).within_limits() == within
    stable = rules.is_stable({lot: frozenset(who) for lot, who in winners.items()})
    assert is_stable(result) == (within and stable)
