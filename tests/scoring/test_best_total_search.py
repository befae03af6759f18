"""How the highest sum is searched for: whole programmes beside it, what is checked, and when it gives up."""

from __future__ import annotations

import itertools
import json
import random
import re
from collections import Counter
from functools import partial
from typing import Any

import pytest

from scoring.__main__ import main
from scoring.allocate.best_total import awards, integer_program, search, sets
from scoring.allocate.best_total.contest import contest_of
from scoring.allocate.best_total.integer_program import GaveUp, NotSolved, Program, Steps
from scoring.allocate.best_total.search import optimum
from scoring.reading.record import from_object
from tests.benchmarks.bench_allocation import rankings
from tests.scoring.allocation_records import awarded, contest, result_of, scarce

ONE = {"most_lots": 1}


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
    assert int(found[1]) <= highest_sum(record) <= int(found[2])


def test_best_total_that_gives_up_however_soon_awards_the_best_or_says_how_near_it_came(monkeypatch):
    best, highest = awarded(scarce()), highest_sum(scarce())
    seen = set()
    for steps in range(-1, 120, 4):
        monkeypatch.setattr(integer_program, "MOST_STEPS", steps)
        try:
            assert awarded(scarce()) == best
            seen.add("awarded")
        except NotSolved as gave_up:
            sums = [int(figure) for figure in re.findall(r" (\d+)", str(gave_up))]
            assert sums[0] <= highest <= sums[-1]
            seen.add("a gap" if len(sums) == 2 else "which of many")
    assert seen == {"awarded", "a gap", "which of many"}


def highest_sum(record):
    totals = {(bid["lot"], bid["bidder"]): bid["marks"]["Q1"] for bid in record["bids"]}
    return sum(totals[lot, who] for lot, won in awarded(record).items() for who in won)


def best_of_each_lot(record):
    best = Counter()
    for bid in record["bids"]:
        best[bid["lot"]] = max(best[bid["lot"]], bid["marks"]["Q1"])
    return best.total()


@pytest.mark.parametrize("solved", range(5))
def test_best_total_given_up_in_any_programme_says_what_those_before_it_have_shown(monkeypatch, solved):
    """The first gives an allocation, two look for a better, one has those as good, then comes the choice."""
    highest = highest_sum(scarce())
    solve, turn = Program.solve, itertools.count()

    def give_up(program):
        if next(turn) < solved:
            return solve(program)
        raise GaveUp(None)

    monkeypatch.setattr(Program, "solve", give_up)
    with pytest.raises(NotSolved, match="the search gave up: in the lots where limits count") as gave_up:
        awarded(scarce())
    if solved < 3:
        reached, bound = (int(figure) for figure in re.findall(r" (\d+)", str(gave_up.value)))
        assert (reached > 0) == (solved > 0)
        assert reached <= highest <= bound <= best_of_each_lot(scarce())
    else:
        assert f"the highest sum is {highest}, but so many awards come to it" in str(gave_up.value)


def test_best_total_given_up_at_the_first_step_knows_only_the_best_totals_of_each_lot(monkeypatch):
    monkeypatch.setattr(integer_program, "MOST_STEPS", -1)
    with pytest.raises(
        NotSolved, match=f"come to 0, and none come to more than {best_of_each_lot(scarce())}"
    ):
        awarded(scarce())


def test_all_programmes_of_one_allocation_share_its_steps(monkeypatch):
    given_steps = []
    begin = Program.__init__
    monkeypatch.setattr(
        Program, "__init__", lambda self, rows, steps: given_steps.append(steps) or begin(self, rows, steps)
    )
    result_of(scarce())
    assert len(given_steps) > 3
    assert all(isinstance(steps, Steps) and steps is given_steps[0] for steps in given_steps)


def test_a_search_among_too_many_equal_awards_is_given_up(monkeypatch):
    marks = {f"L{n}": {f"B{m}": 80 for m in range(9)} for n in range(6)}
    record = contest("best_total", marks, limits={f"B{m}": {"most_lots": 1} for m in range(9)})
    assert all(len(lot.undecided) == 1 for lot in result_of(record).awards)
    monkeypatch.setattr(awards._Choice, "_settle", lambda choice: (_ for _ in ()).throw(GaveUp(None)))
    with pytest.raises(NotSolved, match="the highest sum is 480, but so many awards come to it"):
        result_of(record)


def judged(record):
    """What the last look at an allocation is given: the record, the contest in it and the highest sum."""
    read = from_object(record)
    contest_ = contest_of(read, rankings(read))
    return read, contest_, optimum(contest_)


def test_awards_that_a_limit_forbids_or_that_add_up_to_another_sum_are_refused():
    marks = {"L1": {"A": 90, "B": 80}, "L2": {"A": 90, "B": 80}}
    read, within, best = judged(contest("best_total", marks, limits={"A": ONE}))
    bid = {
        (read.lots[lot].id, read.bidders[bidder].id): at
        for at, (lot, bidder) in enumerate(zip(within.lot.tolist(), within.bidder.tolist(), strict=True))
    }
    check = partial(awards._check, read, within, best)
    check([bid["L1", "A"], bid["L2", "B"]])
    check([bid["L2", "A"], bid["L1", "B"]])
    for beyond in ([("L1", "A"), ("L2", "A")], [("L1", "A"), ("L1", "B")], [("L2", "B"), ("L2", "A")]):
        with pytest.raises(NotSolved, match=f"the solver awards {beyond[1][0]} beyond a limit"):
            check([bid[one] for one in beyond])
    with pytest.raises(NotSolved, match="the solver's awards come to 90, not to 170"):
        check([bid["L1", "A"]])


def test_lots_in_which_nobody_is_limited_are_awarded_by_rank_and_touch_no_solver(monkeypatch):
    monkeypatch.setattr(search, "Program", None)
    marks = {"L1": {"A": 90, "B": 90, "C": 80}, "L2": {"B": 70, "C": 60}}
    limits = {"A": {"most_lots": 1}, "C": {"hours_per_week": "0.5"}}
    result = result_of(contest("best_total", marks, limits=limits, places={"L1": 3}))
    assert [tie["places"] for tie in result.lot("L1")["undecided"]] == [[1, 2]]
    assert result.lot("L1")["unfilled"]["places"] == [3]
    assert [award["bidder"] for award in result.lot("L2")["awards"]] == ["B"]
    assert [passed["bidder"] for passed in result.lot("L1")["passed_over"]] == ["C"]


def test_hours_that_floating_point_would_let_through_are_kept():
    # 5,000,000 and 5,000,000.01 hours are a hundredth more than 10,000,000.
    marks = {"L1": {"A": 9, "B": 1}, "L2": {"A": 9, "B": 1}, "L3": {"A": 1}}
    hours = {"L1": "5000000", "L2": "5000000.01", "L3": "0.01"}
    record = contest("best_total", marks, hours=hours, limits={"A": {"hours_per_week": "10000000"}})
    with pytest.MonkeyPatch.context() as patch:
        for steps in (20_000, 1):
            patch.setattr(sets, "STEPS", steps)
            assert awarded(record) == {"L1": ["A"], "L2": ["B"], "L3": ["A"]}


@pytest.mark.parametrize("seed", range(6))
def test_a_larger_contest_has_the_sum_that_the_solver_finds_when_given_it_whole(seed):
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
