"""What the benchmark of robustness compares is comparable, and it runs."""

from __future__ import annotations

import pytest

from scoring.robustness.base import base_of
from scoring.robustness.scenario_keys import Shake
from scoring.robustness.scenarios import scenario
from tests.benchmarks import bench_robustness
from tests.benchmarks.tenders import large


def test_the_records_made_one_by_one_are_those_of_the_scenarios():
    record = large(12, 3)
    for number, made in enumerate(bench_robustness.moved(record, 5)):
        marks = scenario(record, Shake(5, bench_robustness.SEED), number).bids.marks
        ranked = (
            made.bids.price <= 3000
        )  # what cannot be ranked is not moved in a scenario, and moves nothing
        assert (made.bids.marks[:, ranked] == marks[:, ranked]).all()


def test_scenarios_together_and_one_by_one_give_the_same_counts():
    base = base_of(large(30, 4))
    assert bench_robustness.together(base, 40) == bench_robustness.one_by_one(base, 40)


def test_counts_that_differ_stop_the_benchmark(monkeypatch):
    base = base_of(large(12, 2))
    monkeypatch.setattr(bench_robustness, "one_by_one", lambda base, scenarios: [])
    with pytest.raises(bench_robustness.Differs, match="5 scenarios come to other counts one by one"):
        bench_robustness.beside_one_by_one(base, 10, 5, 1)


def test_the_rows_of_the_robustness_benchmark_say_what_was_measured_and_whether_the_target_was_met():
    rows = bench_robustness.measure(bidders=20, lots=3, scenarios=60, sampled=5, repeat=1)
    assert [row.met is None for row in rows] == [False, True, True, True, True, True, True]
    assert rows[0].met is (float(rows[0].ratio) >= 50)
