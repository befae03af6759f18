"""The benchmark of the methods of allocation at a size that takes no time."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from tests.benchmarks import bench_allocation
from tests.benchmarks.bench_allocation import Limits, contest, rankings


def test_the_contests_have_the_limits_that_they_are_said_to_have():
    made = contest(20, 20, Limits(lots=(1, 3), hours=True, groups="crossing"))
    assert {one.most_lots for one in made.bidders} == {1, 2, 3}
    assert all(one.hours is not None and len(set(one.preferences)) == 20 for one in made.bidders)
    groups = [set(group.lots) for group in made.rules.groups]
    assert any(one & other and not one <= other for one, other in combinations(groups, 2))
    alike = contest(20, 20, Limits(lots=None), alike=True)
    assert len({one.preferences for one in alike.bidders}) == 1
    assert not alike.rules.groups


def test_the_rankings_are_those_of_the_evaluation():
    ranked = rankings(contest(30, 4, Limits()))
    assert len(ranked) == 4
    for one in ranked:
        assert one.ranks[0] == 1
        assert bool((np.diff(one.totals) <= 0).all())


def test_every_row_says_what_was_measured():
    rows = bench_allocation.measure((40, 10), (30, 10))
    assert len(rows) == 8
    assert all(row.met for row in rows)
    assert all("gap 0.00" in row.name for row in rows if "best_total" in row.name and "hours" not in row.name)
