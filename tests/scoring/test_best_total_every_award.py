"""The highest sum of awarded totals, held to every award that there could be."""

from __future__ import annotations

from collections import Counter
from types import ModuleType
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from scoring.allocate.best_total import awards, market, search, sets
from scoring.allocate.best_total.contest import contest_of
from scoring.allocate.best_total.integer_program import Steps
from scoring.allocate.best_total.search import optimum
from scoring.reading.record import from_object
from scoring.reference import awards as by_reference
from scoring.result.stability import Check
from tests.benchmarks.bench_allocation import rankings
from tests.scoring.allocation_records import Rules, awarded, contest, contests, result_of
from tests.scoring.examples import examples
from tests.scoring.records import legal_records
from tests.scoring.wording import lots_in_words

MANY = examples(5)
"""For what is drawn and tried in no time."""


def outcome(record: dict[str, Any]) -> dict[str, Any]:
    return {
        lot["id"]: (
            [(award["place"], award["bidder"]) for award in lot["awards"]],
            [(tie["places"], tie["bidders"]) for tie in lot.get("undecided", [])],
        )
        for lot in result_of(record).as_object()["lots"]
    }


def by_trying_everything(record: dict[str, Any]) -> dict[str, Any]:
    """The published outcome from every award that the limits allow."""
    return {
        lot: ([(place, who) for who, place in found.awards], found.undecided)
        for lot, found in by_reference.best_total(Rules(record)).items()
    }


@MANY
@given(contests("best_total", lots=3))
def test_best_total_is_what_trying_every_award_finds(record):
    assert outcome(record) == by_trying_everything(record)


@MANY
@given(contests("best_total", lots=4, bidders=3))
def test_best_total_is_what_trying_every_award_finds_with_more_lots_too(record):
    assert outcome(record) == by_trying_everything(record)


def assert_the_outcome_is_the_same_with(record: dict[str, Any], module: ModuleType, **constants: int) -> None:
    """Constants that say which way is taken must not say where it leads."""
    expected = outcome(record)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in constants.items():
            patch.setattr(module, name, value)
        assert outcome(record) == expected


@given(contests("best_total", lots=4, bidders=3))
def test_bidders_with_too_many_sets_of_lots_are_priced_by_row_with_the_same_outcome(record):
    assert_the_outcome_is_the_same_with(record, sets, STEPS=3)


@given(contests("best_total", lots=4, bidders=3))
def test_sets_too_many_to_list_are_given_up_for_rows_with_the_same_outcome(record):
    assert_the_outcome_is_the_same_with(record, market, _FEW=1, _ALL=1)


def test_where_sets_are_too_many_those_listed_are_not_taken_for_all(monkeypatch):
    """B1 takes the second place of L2 with a total of nought: one of several sets that are worth the same."""
    marks = {"L1": {"B1": 3, "B2": 1}, "L2": {"B1": 0, "B2": 1}, "L3": {"B1": 3, "B2": 0}}
    limits = {"B1": {"hours_per_week": "7"}, "B2": {"hours_per_week": "5"}}
    hours, places = {"L1": "4", "L2": "1", "L3": "4"}, {"L1": 2, "L2": 2}
    record = contest("best_total", marks, places=places, hours=hours, limits=limits, ties=["draw"])
    monkeypatch.setattr(market, "_FEW", 1)
    monkeypatch.setattr(market, "_ALL", 1)
    assert awarded(record) == {"L1": ["B1", "B2"], "L2": ["B2", "B1"], "L3": []}


@given(contests("best_total", lots=4, bidders=4))
def test_ranks_settled_one_at_a_time_give_the_same_awards(record):
    assert_the_outcome_is_the_same_with(record, awards, _LARGEST=1)


def test_lots_that_one_bidder_holds_together_each_count_in_the_published_choice():
    """All totals are nought: lots go to the best ranked in turn, and B3, with hours for two, wins both."""
    marks = {
        "L1": {"B2": 0, "B3": 0},
        "L2": {"B3": 0},
        "L3": {"B2": 0, "B3": 0},
        "L4": {"B1": 0, "B2": 0, "B3": 0},
    }
    limits = {"B3": {"hours_per_week": "2"}}
    record = contest("best_total", marks, hours={"L4": "2"}, limits=limits, ties=["draw"])
    assert awarded(record) == {"L1": ["B3"], "L2": ["B3"], "L3": ["B2"], "L4": ["B1"]}
    assert outcome(record) == by_trying_everything(record)


def test_who_may_win_a_tie_is_found_whatever_else_it_holds():
    marks = {"L2": {"B1": 0}, "L3": {"B1": 0, "B3": 0}, "L4": {"B1": 0, "B3": 0}}
    record = contest("best_total", marks, hours={"L4": "2"}, limits={"B1": {"hours_per_week": "2"}})
    assert outcome(record) == by_trying_everything(record)
    assert [tie["bidders"] for tie in result_of(record).lot("L3")["undecided"]] == [["B1", "B3"]]


@given(legal_records(always=["lot limits", "several places"]))
def test_in_any_record_limits_are_kept_and_no_sum_is_lower_than_by_rank_order(record):
    sums = {}
    for method in ("rank_order", "best_total"):
        record["rules"]["allocation"]["method"] = method
        result = result_of(record)
        assert Check(result).within_limits()
        totals = result.columns.total
        sums[method] = sum(
            int(totals[result.ranked_in(lot)[where]])
            for lot, awards in enumerate(result.awards)
            for where, _ in awards.awarded
        ) + sum(
            int(totals[result.ranked_in(lot)[tied[0]]]) * len(places)
            for lot, awards in enumerate(result.awards)
            for tied, places in awards.undecided
        )
        if method == "rank_order" and any(awards.undecided for awards in result.awards):
            return  # what waits there counts towards nobody's limit, so there is no sum to compare
    assert sums["best_total"] >= sums["rank_order"]


@given(contests("best_total"), st.randoms(use_true_random=False))
def test_the_order_of_bidders_and_bids_in_the_record_changes_nothing(record, shuffled):
    before = result_of(record).as_object()["lots"]
    shuffled.shuffle(record["bidders"])
    shuffled.shuffle(record["bids"])
    assert result_of(record).as_object()["lots"] == before


@given(contests("best_total"))
def test_everybody_passed_over_is_at_a_limit_that_is_named(record):
    for lot in lots_in_words(result_of(record)):
        for passed in lot["passed_over"]:
            assert passed["reason"].count("; ") >= 1
            assert not passed["reason"].startswith("ranked 1st; the sum")
            assert "; ;" not in passed["reason"]


@MANY
@given(contests("best_total", lots=3, bidders=3), st.data())
def test_whatever_the_prices_the_allocations_that_they_leave_are_those_that_reach_the_sum(record, data):
    """Prices say where to look: any at all bound the sum, and lose none of the awards that come to it."""
    read = from_object(record)
    contest_ = contest_of(read, rankings(read))
    if not contest_.limits:
        return
    best = optimum(contest_)
    by_row = data.draw(st.sets(st.sampled_from(sorted(contest_.limits))))
    searching = search._OptimumSearch(contest_, by_row, Steps())
    count = len(searching._market.most_of_rows)
    dear = st.integers(0, 60 * market.SCALE) | st.integers(0, 40)
    prices, _, unsure = searching._market.priced(data.draw(st.lists(dear, min_size=count, max_size=count)))
    assert not unsure
    margin = prices.margin(best.total)
    assert margin >= 0
    left = searching._made_of(prices, searching._market.within(prices, margin), best.total)
    totals = [searching._market.total(bundle) for bundle in left.bundles]
    left.program.set_worth([-total for total in totals])
    assert (
        sum(total for total, value in zip(totals, left.program.solve(), strict=True) if value) == best.total
    )
    settled, expected = (awards._Choice(contest_, one).settle() for one in (left, best))
    assert settled == expected


def test_the_contests_have_what_the_method_must_bear():
    seen: Counter[str] = Counter()

    @settings(max_examples=150, derandomize=True, database=None, phases=[Phase.generate])
    @given(contests("best_total", lots=3, bidders=3))
    def look(record):
        rules, result = Rules(record), result_of(record)
        lots = result.as_object()["lots"]
        seen.update({key for lot in lots for key in ("undecided", "unfilled") if key in lot})
        seen.update({"passed over" for lot in lots if lot["passed_over"]})
        every = [rules.sum_of(awards) for awards in rules.every_award()]
        seen.update({"several best"} if every.count(max(every)) > 1 else {"one best"})
        seen.update({"not as rank_order"} if outcome(record) != by_rank_order(record) else set())

    look()
    for what in ("undecided", "unfilled", "passed over", "several best", "one best", "not as rank_order"):
        assert seen[what] > 5, (what, seen)


def by_rank_order(record: dict[str, Any]) -> dict[str, Any]:
    allocation = record["rules"]["allocation"] | {"method": "rank_order"}
    return outcome(record | {"rules": record["rules"] | {"allocation": allocation}})
