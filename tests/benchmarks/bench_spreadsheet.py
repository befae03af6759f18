"""The same tender as a spreadsheet, recalculated by LibreOffice without a screen; the figures must agree.

195 bidders, 12 lots, ten questions: formulas as an officer would write them, one row for each bid. Both
are timed as a person would start them: a command, a file in, a file out.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from scoring import evaluate
from scoring.model.record import Record
from scoring.reading import record
from tests.benchmarks.row import Row, seconds
from tests.benchmarks.tenders import HIGHEST_MARK, WEIGHTS, large

ROOT = Path(__file__).parents[2]
INSTALL = ("apt-get", "install", "-y", "-q", "--no-install-recommends", "libreoffice-calc")
BIDDERS, LOTS = 195, 12
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1"
FIGURES = ("quality", "price", "total", "rank")


class Differs(AssertionError):
    """The spreadsheet and the engine give different figures."""


def tender(bidders: int, lots: int) -> dict[str, Any]:
    """Return the tender as a record; ties share a rank, because a spreadsheet draws no lots."""
    obj = large(bidders, lots).as_object()
    obj["rules"]["ties"] = []
    return obj


def workbook(read: Record, path: Path) -> None:
    """Write the tender with formulas and without a single result."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    count, asked = len(read.bids), len(WEIGHTS)
    first_mark, first_points = 4, 4 + asked
    quality, state, lowest, price, total = (get_column_letter(first_points + asked + at) for at in range(5))
    sheet.append(["weights", "", "", *(float(weight) for weight in WEIGHTS)])
    rows = zip(read.bids.bidder.tolist(), read.bids.lot.tolist(), read.bids.price.tolist(), strict=True)
    last = count + 1

    def down(column: str) -> str:
        return f"${column}$2:${column}${last}"

    marks = read.bids.marks.T.tolist()
    for at, (bidder, lot, pence) in enumerate(rows, start=2):
        columns = [
            (get_column_letter(first_mark + one), get_column_letter(first_points + one))
            for one in range(asked)
        ]
        given = f"{columns[0][0]}{at}:{columns[-1][0]}{at}"
        sheet.append(
            [
                read.bidders[bidder].id,
                read.lots[lot].id,
                pence,
                *marks[at - 2],
                *(f"=ROUND({mark}$1*{mark}{at}/{HIGHEST_MARK},2)" for mark, _ in columns),
                f"=ROUND(SUM({columns[0][1]}{at}:{columns[-1][1]}{at}),2)",
                f'=IF(OR(MIN({given})<1,C{at}>{read.rules.price.terms.ceiling}),"out","ranked")',
                f'=_xlfn.MINIFS({down("C")},{down("B")},B{at},{down(state)},"ranked")',
                f'=IF({state}{at}="ranked",ROUND(40*{lowest}{at}/C{at},2),"")',
                f'=IF({state}{at}="ranked",ROUND({quality}{at}+{price}{at},2),"")',
                f'=IF({state}{at}="ranked",COUNTIFS({down("B")},B{at},{down(total)},">"&{total}{at})+1,"")',
            ]
        )
    book.save(path)


def recalculate(path: Path, folder: Path) -> Path:
    """Let LibreOffice open the workbook, work every formula out and write the values down."""
    profile = (folder / "profile").as_uri()
    subprocess.run(
        ["soffice", "--headless", "--norestore", f"-env:UserInstallation={profile}",
         "--convert-to", AS_CSV, "--outdir", str(folder), str(path)],
        check=True, capture_output=True, timeout=900,
    )  # fmt: skip
    return folder / f"{path.stem}-Sheet.csv"


def compare(values: Path, obj: dict[str, Any]) -> int:
    """Hold the figures of the spreadsheet to the engine's, to the last hundredth; return how many."""
    result = evaluate(record.from_object(obj)).as_object()
    ours = {(row["bidder"], lot["id"]): row for lot in result["lots"] for row in lot["ranking"]}
    compared = 0
    with values.open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    if len(rows) != len(ours):
        raise Differs(f"{len(rows)} rows in the spreadsheet, {len(ours)} bids in the result")
    for cells in rows:
        row = ours[cells[0], cells[1]]
        quality, state, _, price, total, rank = cells[-6:]
        theirs = dict(zip(FIGURES, (quality, price, total, rank), strict=True))
        if (state == "ranked") != (row["state"] == "ranked"):
            raise Differs(f"{cells[:2]}: {state} in the spreadsheet, {row['state']} in the result")
        for name, text in theirs.items():
            mine = "" if row[name] is None else str(row[name])
            if name == "rank" or mine == "":
                same = text == mine
            else:
                same = text != "" and f"{float(text):.2f}" == mine
            if not same:
                raise Differs(f"{cells[:2]}: {name} is {text} in the spreadsheet, {mine} in the result")
            compared += 1
    return compared


def installed() -> bool:
    """Say whether LibreOffice is there, and fetch it from Debian where this may be done."""
    if shutil.which("soffice") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("installing libreoffice-calc …", file=sys.stderr)  # noqa: T201
        subprocess.run(["apt-get", "update", "-q"], check=False, capture_output=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(INSTALL, check=False, capture_output=True, env=environment)
    return shutil.which("soffice") is not None


def measure(bidders: int = BIDDERS, lots: int = LOTS, repeat: int = 3) -> list[Row]:
    """Return the rows of the spreadsheet; where LibreOffice cannot be had, the line that installs it."""
    name = f"{bidders} bidders × {lots} lots, the command"
    if not installed():
        return [Row(name, "not measured", f"type: sudo {' '.join(INSTALL)}", "", "below 1", None)]
    obj = tender(bidders, lots)
    with tempfile.TemporaryDirectory() as folder:
        return _measure(name, obj, Path(folder), repeat)


def _measure(name: str, obj: dict[str, Any], folder: Path, repeat: int) -> list[Row]:
    written, sheet, empty = folder / "record.json", folder / "tender.xlsx", folder / "empty.xlsx"
    written.write_text(json.dumps(obj))
    workbook(record.from_object(obj), sheet)
    Workbook().save(empty)
    command = [sys.executable, "-m", "scoring", "evaluate", str(written)]
    recalculate(empty, folder)  # the first start makes its profile
    figures = compare(recalculate(sheet, folder), obj)
    rounds = [
        (
            _wall(lambda: subprocess.run(command, cwd=ROOT, check=True, capture_output=True)),
            _wall(lambda: evaluate(record.read(written.read_bytes())).as_object()),
            _wall(lambda: recalculate(sheet, folder)),
            _wall(lambda: recalculate(empty, folder)),
        )
        for _ in range(repeat)
    ]
    ours, inside, theirs, start = (median(column) for column in zip(*rounds, strict=True))
    formulas = max(theirs - start, 0.0)
    agree = f"; {figures:,} figures agree to the hundredth"
    return [
        Row(
            name=name,
            measured=f"python -m scoring evaluate: {seconds(ours)}{agree}",
            compared_with=f"LibreOffice, the same tender: {seconds(theirs)}",
            ratio=f"{ours / theirs:.2f}",
            target="below 1",
            met=ours < theirs,
        ),
        Row(
            name="the same without starting either program",
            measured=f"read, evaluate, result: {seconds(inside)}",
            compared_with=f"less what an empty workbook takes: {seconds(formulas)}",
            ratio=f"{inside / formulas:.2f}" if formulas else "",
            target="below 1",
            met=inside < formulas,
        ),
    ]


def _wall(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun
