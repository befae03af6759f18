"""Run by itself: `python sheet_reader.py FILE BYTES SECONDS`, with the columns to look for on standard input.

Reads a spreadsheet of any kind and writes, as CSV, the first sheet whose first rows hold those columns. What
comes from outside can ask for any amount of memory and time, so that it is read in a process of its own,
which has a limit for both and can be ended. It imports nothing of the application.
"""

from __future__ import annotations

import csv
import datetime
import json
import resource
import signal
import sys
from typing import Any

HEADER_WITHIN = 15
"""The rows of a sheet in which its columns' names are looked for."""


def main(path: str, most_bytes: str, seconds: str) -> None:
    """Write one line of JSON, which names the sheet, or says that none was found; then its rows."""
    wanted = [set(columns) for columns in json.load(sys.stdin)]
    _limit(int(most_bytes), int(seconds))
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    book = CalamineWorkbook.from_path(path)
    seen = []
    for metadata in book.sheets_metadata:
        if metadata.visible != SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_name(metadata.name)
        seen.append(metadata.name)
        head = sheet.to_python(skip_empty_area=False, nrows=HEADER_WITHIN)
        names = [{" ".join(text(cell).split()).casefold() for cell in row} for row in head]
        if any(columns <= row for columns in wanted for row in names):
            _write(metadata.name, sheet)
            return
    _say({"sheet": None, "seen": seen})


def _limit(most_bytes: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _write(name: str, sheet: Any) -> None:
    _say({"sheet": name, "rows": sheet.total_height})
    writer = csv.writer(sys.stdout, lineterminator="\n")
    # the part of a sheet that is used may begin below its first row, and rows are counted as a person does
    for _ in range(sheet.start[0] if sheet.start else 0):
        writer.writerow([""])
    for row in sheet.iter_rows():
        writer.writerow([text(cell) for cell in row])


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")


def text(cell: Any) -> str:
    """A cell as a person would have typed it: whole numbers without a point, days as 2026-05-01."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    return str(cell)


if __name__ == "__main__":
    # whoever asked may have seen enough: then writing on just ends this process
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    main(*sys.argv[1:])
