"""The benchmarks themselves, at a size that takes no time: what they compare is comparable, and they run."""

from __future__ import annotations

import csv
import shutil

import numpy as np
import openpyxl
import pytest

from scoring import evaluate
from scoring.reading import record
from scoring.reading.record import from_object
from tests.benchmarks import __main__ as command
from tests.benchmarks import bench_evaluate, bench_spreadsheet
from tests.benchmarks.row import Row, seconds
from tests.benchmarks.tenders import large


def test_the_bare_computation_gives_the_totals_and_ranks_of_the_evaluation():
    made = large(60, 5)
    assert bool((made.bids.marks >= 1).all()) is False, "some bids must miss a minimum"
    assert from_object(made.as_object()).sha256 == made.sha256
    kept = large(60, 5, seed=7)
    marks = np.maximum(kept.bids.marks, 1)
    kept.bids.marks[:] = marks
    kept.bids.price[:] = np.minimum(kept.bids.price, 3000)
    totals, ranks = bench_evaluate.bare(kept)()
    result = evaluate(kept)
    ours = result.columns.total / 100
    assert np.abs(ours - totals).max() < 0.06, "eleven roundings of half a hundredth each at most"
    for lot in range(5):
        inside = np.flatnonzero(kept.bids.lot == lot)
        assert sorted(ranks[inside].tolist()) == list(range(1, 61))
        best = inside[np.argsort(ranks[inside])]
        assert bool((np.diff(totals[best]) <= 0).all())


@pytest.mark.parametrize(
    ("ours", "grown", "ratios", "met"),
    [
        (3.0, 5.5, ("3.00", "0.98"), (True, True)),
        (3.001, 5.7, ("3.00", "1.01"), (False, False)),
    ],
)
def test_the_rows_of_the_evaluation_say_what_was_measured_and_whether_the_target_was_met(
    monkeypatch, ours, grown, ratios, met
):
    """By times that are given: 120 bids may take 5.63 times as long as 30, which is n log n."""
    times = iter((ours, 1.0, 9.0, 9.0, 1.0, grown))
    monkeypatch.setattr(bench_evaluate, "timed", lambda run: (run(), next(times))[1])
    rows = bench_evaluate.measure(bidders=30, lots=4, sizes=((10, 3), (30, 4)), repeat=1)
    assert [row.name for row in rows] == [
        "evaluate 120 bids (30 bidders, 4 lots)",
        "memory to evaluate them",
        "memory to read them from JSON and evaluate them",
        "growth from 30 to 120 bids",
    ]
    beside, *memory, growth = rows
    assert (beside.ratio, growth.ratio) == ratios
    assert (beside.met, growth.met) == met
    assert (beside.target, growth.target) == ("at most 3", "at most 1")
    for row in memory:
        assert row.met is (0 < float(row.ratio) < 1)


def test_a_record_written_in_pieces_is_the_whole_record(tmp_path):
    made = large(20, 3)
    bench_evaluate.write(made, tmp_path / "record.json")
    assert record.read((tmp_path / "record.json").read_bytes()).as_object() == made.as_object()


def written(path, rows):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["weights"], *rows])
    return path


def test_a_spreadsheet_total_that_differs_by_a_hundredth_is_found(tmp_path):
    obj = bench_spreadsheet.tender(12, 2)
    result = evaluate(record.from_object(obj)).as_object()
    rows = [
        [row["bidder"], lot["id"], row["quality"].rstrip("0"), "ranked" if row["rank"] else "out", "",
         row["price"] or "", row["total"] or "", row["rank"] or ""]
        for lot in result["lots"] for row in lot["ranking"]
    ]  # fmt: skip
    assert bench_spreadsheet.compare(written(tmp_path / "same.csv", rows), obj) == 4 * 24
    total = next(at for at, row in enumerate(rows) if row[6])
    for column, value in ((6, f"{float(rows[total][6]) + 0.01:.2f}"), (7, 99), (3, "out")):
        wrong = [list(row) for row in rows]
        wrong[total][column] = value
        with pytest.raises(bench_spreadsheet.Differs):
            bench_spreadsheet.compare(written(tmp_path / "wrong.csv", wrong), obj)
    with pytest.raises(bench_spreadsheet.Differs, match="rows"):
        bench_spreadsheet.compare(written(tmp_path / "short.csv", rows[1:]), obj)


def test_the_spreadsheet_has_formulas_and_not_one_result_of_ours(tmp_path):
    made = record.from_object(bench_spreadsheet.tender(3, 2))
    bench_spreadsheet.workbook(made, tmp_path / "tender.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "tender.xlsx").active
    assert sheet["N2"].value == "=ROUND(D$1*D2/5,2)"
    assert sheet["X2"].value == "=ROUND(SUM(N2:W2),2)"
    assert all(str(cell.value).startswith("=") for row in sheet.iter_rows(2, 7, 14) for cell in row)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_libreoffice_comes_to_the_figures_of_the_engine(tmp_path):
    obj = bench_spreadsheet.tender(8, 2)
    bench_spreadsheet.workbook(record.from_object(obj), tmp_path / "tender.xlsx")
    assert (
        bench_spreadsheet.compare(bench_spreadsheet.recalculate(tmp_path / "tender.xlsx", tmp_path), obj)
        == 64
    )


def test_without_libreoffice_the_table_has_the_line_that_installs_it(monkeypatch):
    monkeypatch.setattr(bench_spreadsheet, "installed", lambda: False)
    (row,) = bench_spreadsheet.measure(2, 1)
    assert (row.measured, row.met) == ("not measured", None)
    assert "apt-get install -y -q --no-install-recommends libreoffice-calc" in row.compared_with


def test_the_table_stands_in_columns_and_a_missed_target_stands_out(monkeypatch, capsys):
    rows = [Row("one", seconds(0.05), "two seconds", "0.02", "below 1", True),
            Row("another", seconds(1234.5), "n", "2", "below 1", False)]  # fmt: skip
    lines = command.table(rows)
    assert lines[2] == "one      50.0 ms     two seconds    0.02   below 1  yes"
    assert lines[3] == "another  1,234.50 s  n              2      below 1  NO"
    monkeypatch.setattr(bench_evaluate, "measure", lambda: rows)
    monkeypatch.setattr("sys.argv", ["benchmarks", "evaluate"])
    assert command.main() == 1
    monkeypatch.setattr(bench_evaluate, "measure", lambda: rows[:1])
    assert command.main() == 0
    assert "50.0 ms" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["benchmarks", "nothing"])
    assert command.main() == 2
