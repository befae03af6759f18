"""From a file to its rows, one at a time: CSV as it comes, spreadsheets by a bounded process."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import IO

from lots.spreadsheet.limits import LARGE, Unreadable
from lots.spreadsheet.reading import TOO_MUCH, Row, Sheet, read_rows
from tender.eligibility.ratings_files.kinds import Kind, kind_of
from tender.eligibility.ratings_files.refused import refuse

MOST_BYTES = 256 * 1024 * 1024
"""Of a file, as it is on disk."""
LIMITS = LARGE
"""Of the process that reads a spreadsheet. The directory with ratings of the whole country takes it a little
more than a gigabyte."""
HEADER_WITHIN = 15
"""The rows in which the names of columns are looked for."""
SECONDS = 240
"""For reading a spreadsheet, where nobody waits for an answer."""

_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UNKNOWN = (
    "The file does not hold the CQC’s column names, such as “Location ID” and “Provider ID”, in its "
    "first rows. Load a file as the CQC publishes it, with its first rows: the directory with ratings, the "
    "directory with filters, or the table of locations with ratings, as ODS, XLSX or CSV."
)


@dataclass(frozen=True)
class Table:
    """A table that was recognised: its kind, its columns, and its rows with their numbers in the file."""

    kind: Kind
    header: list[str]
    rows: Iterator[tuple[int, list[str]]]
    """Rows count from 1, as a spreadsheet shows them; those without anything in them are left out."""
    ragged: bool
    """Whether rows may have another number of cells than the header, as CSV files may."""


@contextmanager
def opened(path: Path, seconds: int = SECONDS) -> Iterator[Table]:
    """The table in a file. Raises RatingsRefused for what is none, or cannot be read within the limits."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        refuse(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB.")
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip() and size == len(start):
        refuse("The file is empty. Choose the file with the ratings in it.")
    if start.startswith(_SPREADSHEETS):
        with _spreadsheet(path, seconds) as table:
            yield table
    else:
        yield _delimited(path, "utf-16" if start.startswith(_UTF_16) else "utf-8-sig")


def _table(rows: Iterator[list[str]]) -> Table:
    head = list(islice(rows, HEADER_WITHIN))
    for at, row in enumerate(head):
        kind = kind_of(row)
        if kind is not None:
            numbered = enumerate((*head[at + 1 :],), start=at + 2)
            later = enumerate(rows, start=len(head) + 1)
            return Table(
                kind, row, (each for part in (numbered, later) for each in part if any(each[1])), ragged=True
            )
    refuse(_UNKNOWN)


def _delimited(path: Path, encoding: str) -> Table:
    """A CSV file, parted by commas, or as some spreadsheets save it by semicolons or tabs."""
    for separator in (",", ";", "\t"):
        head = list(islice(_records(path, encoding, separator), HEADER_WITHIN))
        if any(kind_of(row) for row in head):
            return _table(_records(path, encoding, separator))
    refuse(_UNKNOWN)


def _records(path: Path, encoding: str, separator: str) -> Iterator[list[str]]:
    line = 0

    def lines(file: IO[str]) -> Iterator[str]:
        nonlocal line
        for text in file:
            line += 1
            if "\0" in text:
                refuse(f"Line {line} holds a null character: this is not a CSV file.")
            yield text

    with path.open(encoding=encoding, newline="") as file:
        try:
            yield from csv.reader(lines(file), strict=True, delimiter=separator)
        except UnicodeError:
            refuse(_not_utf_8(path) if encoding != "utf-16" else "The file is not text that can be read.")
        except csv.Error as error:
            refuse(f"Line {line} cannot be read as CSV ({error}). Check its quotation marks.")


def _not_utf_8(path: Path) -> str:
    """Name the line: text is decoded in pieces, so that the error itself does not know it."""
    with path.open("rb") as file:
        before = itertools.takewhile(_is_utf_8, file)
        line = 1 + sum(1 for _ in before)
    return f"Line {line} holds a character that is not UTF-8. Save the file again as “CSV UTF-8”."


def _is_utf_8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


@contextmanager
def _spreadsheet(path: Path, seconds: int) -> Iterator[Table]:
    """The first sheet that has the CQC's columns, from a process that is ended with the block."""
    seen: list[str] = []
    with path.open("rb") as file, closing(_told(path, file, seconds)) as told:
        for item in told:
            if isinstance(item, Sheet):
                seen += [] if item.hidden else [item.name]
                head = 0
                continue
            head += 1
            kind = kind_of(item.cells) if head <= HEADER_WITHIN else None
            if kind is not None:
                rows = itertools.takewhile(lambda each: isinstance(each, Row), told)
                numbered = (
                    (row.number, row.cells) for row in rows if isinstance(row, Row) and any(row.cells)
                )
                yield Table(kind, item.cells, numbered, ragged=False)
                return
    refuse(_UNKNOWN, *_sheets_seen(seen))


def _told(path: Path, file: IO[bytes], seconds: int) -> Generator[Sheet | Row]:
    # half of it in the processor: by the clock the reading may take twice as long
    limits = replace(LIMITS, seconds=max(1, seconds // 2))
    try:
        yield from read_rows(path.name, file, limits)
    except Unreadable as fault:
        message = str(fault).removeprefix(f"“{path.name}” ")
        refuse(f"The file {message} {_BY_COMMAND}" if TOO_MUCH in message else f"The file {message}")


_BY_COMMAND = (
    "Or somebody who runs the installation loads it with: flask --app wsgi ratings import FILE --as-at DATE"
)


def _sheets_seen(names: Sequence[str]) -> list[str]:
    return [f"Sheets looked at: {', '.join(names)}. Hidden sheets are not read."] if names else []
