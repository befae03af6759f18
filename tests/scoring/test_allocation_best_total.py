"""The highest sum of awarded totals, held to every award that there could be."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from functools import partial
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from scoring import allocation_best_total, best_sets, best_total_prices, integer_program
from scoring.__main__ import main
from scoring.best_total_contest import contest_of
from scoring.best_total_prices import optimum
from scoring.integer_program import GaveUp, NotSolved, Program, Steps
from scoring.record import from_object
from scoring.stability import Check
from tests.benchmarks.bench_allocation import rankings
from tests.scoring import oracle_awards
from tests.scoring.allocation_records import Rules, awarded, contest, contests, result_of
from tests.scoring.records import legal_records

ONE = {"most_lots": 1}


def test_the_sum_counts_and_not_who_comes_first():
    marks = {"L1": {"A": 90, "B": 85}, "L2": {"A": 88, "B": 20}}
    limits = {"A": ONE, "B": ONE}
    assert awarded(contest("rank_order", marks, limits=limits)) == {"L1": ["A"], "L2": ["B"]}
    assert awarded(contest("best_total", marks, limits=limits)) == {"L1": ["B"], "L2": ["A"]}


def test_who_is_passed_over_hears_what_filled_its_limit_and_why():
    marks = {"L1": {"A": 90, "B": 85}, "L2": {"A": 88, "B": 20}}
    result = result_of(contest("best_total", marks, limits={"A": ONE, "B": ONE}))
    said = "ranked 1st; already holds its one lot, Zone L2; the sum of awarded totals is highest so"
    assert result.lot("L1")["passed_over"] == [{"bidder": "A", "reason": said}]
    assert result.explain("L1", "A")["award"].sentence == f"Award: passed over: {said}"
    assert result.lot("L1")["awards"][0]["reason"] == (
        "ranked 2nd of 2 with 85 points; Provider A (1st) was at a limit"
    )
    assert result.lot("L2")["reserves"] == ["B"]


def test_of_equal_sums_the_first_lot_has_the_better_ranked_bidder():
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


def test_without_limits_it_awards_as_rank_order_does():
    marks = {"L1": {"A": 9, "B": 8, "C": 7}, "L2": {"A": 5, "B": 6, "C": 7}}
    for method in ("rank_order", "best_total", "preference"):
        assert awarded(contest(method, marks, places={"L1": 2})) == {"L1": ["A", "B"], "L2": ["C"]}


def test_a_record_without_bids_awards_nothing():
    record = contest("best_total", {"L1": {"A": 9}})
    record["bids"] = []
    assert awarded(record) == {"L1": []}


def test_a_tie_that_the_sum_leaves_open_waits_for_a_person():
    result = result_of(contest("best_total", {"L1": {"A": 90, "B": 90, "C": 10}}, places={"L1": 2}))
    lot = result.lot("L1")
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
    assert result.lot("L1")["passed_over"] == [
        {
            "bidder": "B",
            "reason": "ranked 1st; already holds its one lot, Zone L2;"
            " the sum of awarded totals is highest so",
        }
    ]


def test_a_tie_across_lots_waits_in_both_and_the_place_that_it_empties_is_explained():
    marks = {"L1": {"A": 50, "B": 50}, "L2": {"A": 60, "B": 60}}
    result = result_of(contest("best_total", marks, places={"L1": 2}, limits={"A": ONE, "B": ONE}))
    first, second = result.lot("L1"), result.lot("L2")
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
    assert [tie["bidders"] for tie in result.lot("L1")["undecided"]] == [["A", "B"]]
    assert result.lot("L2")["passed_over"] == [
        {
            "bidder": "A",
            "reason": "ranked 1st; may hold one lot; Zone L1, where a tie waits for a decision, may fill"
            " that; the sum of awarded totals is highest so",
        }
    ]


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
        lot: ([(place, who) for who, place in found["awards"]], found["undecided"])
        for lot, found in oracle_awards.best_total(Rules(record)).items()
    }


MANY = settings(max_examples=5 * settings().max_examples)
"""For what is drawn and tried in no time."""


@MANY
@given(contests("best_total", lots=3))
def test_it_is_what_trying_every_award_comes_to(record):
    assert outcome(record) == by_trying_everything(record)


@MANY
@given(contests("best_total", lots=4, bidders=3))
def test_it_is_so_with_more_lots_too(record):
    assert outcome(record) == by_trying_everything(record)


@given(contests("best_total", lots=4, bidders=3))
def test_bidders_with_too_many_sets_of_lots_are_priced_by_row_with_the_same_outcome(record):
    expected = outcome(record)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(best_sets, "STEPS", 3)
        assert outcome(record) == expected


@given(contests("best_total", lots=4, bidders=4))
def test_ranks_settled_one_at_a_time_come_to_the_same(record):
    expected = outcome(record)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocation_best_total, "_LARGEST", 1)
        assert outcome(record) == expected


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
    for lot in result_of(record).as_object()["lots"]:
        for passed in lot["passed_over"]:
            assert passed["reason"].count("; ") >= 1
            assert not passed["reason"].startswith("ranked 1st; the sum")
            assert "; ;" not in passed["reason"]


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


def test_hours_that_floating_point_would_let_through_are_kept():
    # 5,000,000 and 5,000,000.01 hours are a hundredth more than 10,000,000.
    marks = {"L1": {"A": 9, "B": 1}, "L2": {"A": 9, "B": 1}, "L3": {"A": 1}}
    hours = {"L1": "5000000", "L2": "5000000.01", "L3": "0.01"}
    record = contest("best_total", marks, hours=hours, limits={"A": {"hours_per_week": "10000000"}})
    with pytest.MonkeyPatch.context() as patch:
        for steps in (20_000, 1):
            patch.setattr(best_sets, "STEPS", steps)
            assert awarded(record) == {"L1": ["A"], "L2": ["B"], "L3": ["A"]}


def scarce(lots=12, bidders=4):
    """Totals that go with hours, and few hours: much is level, and little of it fits."""
    generator = random.Random(2)
    hours = {f"L{n}": generator.randint(30, 60) for n in range(lots)}
    marks = {
        lot: {f"B{n}": used + generator.randint(0, 3) for n in range(bidders)} for lot, used in hours.items()
    }
    limits = {f"B{n}": {"hours_per_week": str(110 + n)} for n in range(bidders)}
    texts = {lot: str(used) for lot, used in hours.items()}
    return contest("best_total", marks, hours=texts, limits=limits, ties=["draw"])


def test_a_search_that_is_too_long_is_given_up_with_the_gap(monkeypatch, tmp_path, capsys):
    record = scarce()
    (tmp_path / "record.json").write_text(json.dumps(record))
    monkeypatch.setattr(integer_program, "MOST_STEPS", 20)
    assert main(["evaluate", str(tmp_path / "record.json")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    found = re.fullmatch(
        r"best_total: the search gave up: in the lots where limits count, the best awards that it found come"
        r" to (\d+), and none come to more than (\d+)\. None is proved the best, so none is awarded\n",
        said.err,
    )
    assert found
    monkeypatch.undo()
    totals = {(bid["lot"], bid["bidder"]): bid["marks"]["Q1"] for bid in record["bids"]}
    highest = sum(totals[lot, who] for lot, won in awarded(record).items() for who in won)
    assert int(found[1]) <= highest <= int(found[2])


def test_all_programmes_of_one_allocation_share_its_steps(monkeypatch):
    given_steps = []
    begin = Program.__init__
    monkeypatch.setattr(
        Program, "__init__", lambda self, rows, steps: given_steps.append(steps) or begin(self, rows, steps)
    )
    result_of(scarce())
    assert len(given_steps) > 3
    assert all(isinstance(steps, Steps) and steps is given_steps[0] for steps in given_steps)


def judged(record):
    """What the last look at an allocation is given: the record, the contest in it and the highest sum."""
    read = from_object(record)
    contest_ = contest_of(read, rankings(read))
    return read, contest_, optimum(contest_)


def test_awards_that_a_limit_forbids_or_that_come_to_another_sum_are_refused():
    marks = {"L1": {"A": 90, "B": 80}, "L2": {"A": 90, "B": 80}}
    read, within, best = judged(contest("best_total", marks, limits={"A": ONE}))
    bid = {
        (read.lots[lot].id, read.bidders[bidder].id): at
        for at, (lot, bidder) in enumerate(zip(within.lot.tolist(), within.bidder.tolist(), strict=True))
    }
    check = partial(allocation_best_total._check, read, within, best)
    check([bid["L1", "A"], bid["L2", "B"]])
    check([bid["L2", "A"], bid["L1", "B"]])
    for beyond in ([("L1", "A"), ("L2", "A")], [("L1", "A"), ("L1", "B")], [("L2", "B"), ("L2", "A")]):
        with pytest.raises(NotSolved, match=f"the solver awards {beyond[1][0]} beyond a limit"):
            check([bid[one] for one in beyond])
    with pytest.raises(NotSolved, match="the solver's awards come to 90, not to 170"):
        check([bid["L1", "A"]])


def test_a_search_among_too_many_equal_awards_is_given_up(monkeypatch):
    marks = {f"L{n}": {f"B{m}": 80 for m in range(9)} for n in range(6)}
    record = contest("best_total", marks, limits={f"B{m}": {"most_lots": 1} for m in range(9)})
    assert all(len(lot.undecided) == 1 for lot in result_of(record).awards)
    monkeypatch.setattr(
        allocation_best_total._Choice, "settle", lambda choice: (_ for _ in ()).throw(GaveUp(None))
    )
    with pytest.raises(NotSolved, match="the highest sum is 480, but so many awards come to it"):
        result_of(record)


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


def test_lots_in_which_nobody_is_limited_are_awarded_by_rank_and_touch_no_solver(monkeypatch):
    monkeypatch.setattr(best_total_prices, "Program", None)
    marks = {"L1": {"A": 90, "B": 90, "C": 80}, "L2": {"B": 70, "C": 60}}
    limits = {"A": {"most_lots": 1}, "C": {"hours_per_week": "0.5"}}
    result = result_of(contest("best_total", marks, limits=limits, places={"L1": 3}))
    assert [tie["places"] for tie in result.lot("L1")["undecided"]] == [[1, 2]]
    assert result.lot("L1")["unfilled"]["places"] == [3]
    assert [award["bidder"] for award in result.lot("L2")["awards"]] == ["B"]
    assert [passed["bidder"] for passed in result.lot("L1")["passed_over"]] == ["C"]


@pytest.mark.parametrize("seed", range(6))
def test_a_larger_contest_comes_to_what_the_solver_finds_when_given_it_whole(seed):
    generator = random.Random(seed)
    lots, bidders = [f"L{n}" for n in range(10)], [f"B{n}" for n in range(25)]
    marks = {lot: {who: generator.randrange(101) for who in bidders} for lot in lots}
    hours = {lot: str(generator.randint(200, 1500)) for lot in lots}
    limits = {
        who: {"hours_per_week": str(generator.randint(300, 4000)), "most_lots": generator.randint(1, 5)}
        for who in bidders
    }
    groups = [(lots[:5], 2), (lots[3:8], 1), (lots[::2], 2)][: seed % 4]
    places = dict.fromkeys(lots, 2)
    record = contest(
        "best_total", marks, places=places, hours=hours, limits=limits, groups=groups, ties=["draw"]
    )
    winners = awarded(record)
    assert sum(marks[lot][who] for lot, won in winners.items() for who in won) == whole(record, marks)


def whole(record: dict[str, Any], marks: dict[str, dict[str, int]]) -> int:
    """The highest sum by one programme with a column for each bid and a row for each limit."""
    rows: list[tuple[list[tuple[str, str, int]], int]] = []
    bids = [(lot, who) for lot, of_lot in marks.items() for who in of_lot]
    for lot in record["lots"]:
        rows.append(([(lot["id"], who, 1) for who in marks[lot["id"]]], lot["places"]))
    for one in record["bidders"]:
        hours = [(lot["id"], one["id"], int(lot["hours_per_week"])) for lot in record["lots"]]
        rows.append((hours, int(one["hours_per_week"])))
        rows.append(([(lot, who, 1) for lot, who, _ in hours], one["most_lots"]))
        for group in record["rules"]["allocation"]["groups"]:
            rows.append(([(lot, one["id"], 1) for lot in group["lots"]], group["most_lots"]))
    program = Program([(0, most) for _, most in rows])
    for bid in bids:
        terms = [(at, by) for at, (row, _) in enumerate(rows) for lot, who, by in row if (lot, who) == bid]
        program.add_column(marks[bid[0]][bid[1]], terms)
    return sum(marks[lot][who] for (lot, who), won in zip(bids, program.solve(), strict=True) if won)
