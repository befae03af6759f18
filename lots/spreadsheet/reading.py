"""Reading an uploaded table as plain text cells, in a child process that is held to time and memory.

Nothing is guessed about what the cells mean. The child gets no environment, so that no secret lies in the
memory of a process that reads what strangers sent. It is started anew, not forked, which threads allow.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from lots.spreadsheet.limits import SMALL, Limits, Unreadable, size

ROOT = str(Path(__file__).parents[2])
START = "import sys; sys.path.insert(0, sys.argv[1]); from lots.spreadsheet import child; child.main()"
LONGEST_LINE = 16 * 1024 * 1024
"""Bytes of one row as the child writes it."""
AT_ONCE = threading.BoundedSemaphore(2)
"""How many children one process of the server has at a time; others wait."""

SAVE_AS = "Save it as CSV or as Excel workbook (.xlsx) and upload that"
TOO_MUCH = (
    "takes too long or too much memory to read. Copy the table alone, as values, into a new workbook, "
    "or save it as CSV"
)


class Oddity(StrEnum):
    """What a cell holds that its text does not tell."""

    DATE = "date"
    """Kept as a date; the text is in ISO form."""
    ERROR = "error"
    """As #REF!, which is its text."""
    FORMULA = "formula"
    """One whose value the file does not hold; the text is empty."""


@dataclass(frozen=True)
class Sheet:
    """Begins a sheet. A hidden sheet is told of, and none of its rows."""

    name: str
    hidden: bool
    height: int
    """Rows that follow, empty ones included; 0 where the file does not say beforehand."""


@dataclass(frozen=True)
class Row:
    """One row, as the spreadsheet numbers it; cells are stripped texts, empty ones "".

    Numbers have the 15 digits that Excel keeps, so that 3120.000000000001 is 3120. Cells at the end may be
    left out where they are empty.
    """

    number: int
    cells: list[str]
    odd: dict[int, Oddity] = field(default_factory=dict)
    """By the cell's place, from 0."""
    hidden: bool = False


@dataclass(frozen=True)
class Table:
    """A sheet with all its rows that are not empty."""

    name: str
    hidden: bool
    rows: list[Row]


def read_tables(filename: str, content: bytes | IO[bytes], limits: Limits = SMALL) -> list[Table]:
    """The sheets of a file, hidden ones without rows; a CSV file is one without name. Raises Unreadable."""
    tables: list[Table] = []
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    for item in read_rows(filename, file, limits):
        if isinstance(item, Sheet):
            tables.append(Table(item.name, item.hidden, []))
        elif any(item.cells) or item.odd:
            tables[-1].rows.append(item)
    return tables


def read_rows(filename: str, file: IO[bytes], limits: Limits = SMALL) -> Iterator[Sheet | Row]:
    """Each sheet and its rows one by one, so that memory does not grow with the file. Raises Unreadable.

    The reading ends, and the child with it, as soon as the iterator is closed.
    """
    count = file.seek(0, io.SEEK_END)
    file.seek(0)
    if count > limits.file_bytes:
        raise Unreadable(
            f"“{filename}” has {size(count)}; the limit is {size(limits.file_bytes)}. "
            "Keep only the sheet with the table, without pictures."
        )
    with AT_ONCE, tempfile.TemporaryFile() as copy:
        while part := file.read(1024 * 1024):
            copy.write(part)
        copy.seek(0)
        with closing(_rows(filename, copy, limits)) as rows:
            yield from rows


def _rows(filename: str, copy: Any, limits: Limits) -> Generator[Sheet | Row]:
    command = [sys.executable, "-I", "-c", START, ROOT, json.dumps(asdict(limits))]
    with subprocess.Popen(  # noqa: S603  the file comes as standard input
        command, stdin=copy, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, close_fds=True
    ) as process:
        timer = threading.Timer(2 * limits.seconds, process.kill)
        timer.daemon = True
        timer.start()
        try:
            yield from _told(filename, process.stdout, limits)
        finally:
            timer.cancel()
            process.kill()


def _told(filename: str, lines: Any, limits: Limits) -> Iterator[Sheet | Row]:
    """What the child says. It is not trusted: it may have been taken over by what it read."""
    left = limits.rows * limits.sheets
    while (line := lines.readline(LONGEST_LINE)).endswith(b"\n"):
        said = json.loads(line)
        if isinstance(said, list):
            left -= 1
            if left < 0:
                break
            yield _row(said)
        elif "sheet" in said:
            yield Sheet(str(said["sheet"])[:100], bool(said["hidden"]), int(said["height"]))
        elif "refused" in said:
            raise Unreadable(f"“{filename}” {str(said['refused'])[:500]}.")
        else:
            return
    raise Unreadable(f"“{filename}” {TOO_MUCH}.")


def _row(said: list[Any]) -> Row:
    number, cells, odd, hidden = said
    return Row(number, cells, {int(place): Oddity(kind) for place, kind in odd.items()}, bool(hidden))
