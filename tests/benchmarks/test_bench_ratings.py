"""The benchmark of loading ratings runs, at a size that takes no time."""

from __future__ import annotations

from tests.benchmarks import bench_ratings


def test_both_kinds_of_file_load_within_their_limits():
    rows = bench_ratings.measure(600)
    assert [row.name.split(",")[0] for row in rows] == [
        "600 rows of CQC ratings as CSV",
        "600 rows of CQC ratings as ODS",
    ]
    assert all("100 locations" in row.name for row in rows)
    assert all(row.met for row in rows)
