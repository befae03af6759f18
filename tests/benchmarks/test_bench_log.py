"""That the benchmark of the log measures a genuine log, and says what it measured."""

from __future__ import annotations

import pytest

from lots import log_check
from lots.event import Event
from scoring.canonical import canonical_json
from tests.benchmarks import bench_log


def test_the_entries_that_are_measured_are_those_of_a_genuine_log(tmp_path):
    with bench_log.session_on(tmp_path / "log.sqlite") as session:
        bench_log.fill(session, 250)
        found = log_check.check(session, None)
        assert (found.size, found.heads, found.faults) == (251, 2, ())
        one = session.query(Event).filter_by(sequence=7).one()
        assert one.leaf() == canonical_json(bench_log.leaf_of(bench_log.entry(7)))


@pytest.mark.deep
def test_the_rows_of_the_log_say_what_was_measured_beside_what():
    rows = bench_log.measure(entries=300, short=10, long=50, repeat=1)
    assert [row.name for row in rows] == [
        "check a log of 300 entries",
        "memory to check it",
        "add an entry at 50",
        "add one and keep the head at 50",
    ]
    assert rows[0].compared_with.startswith("bare canonical JSON and SHA-256 ")
    assert all(row.met is not None for row in rows)
