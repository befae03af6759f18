"""Tables as text: commas, semicolons or tabs between cells, in UTF-8, UTF-16 or Windows' own letters."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from lots.spreadsheet.limits import Limits, Unreadable

SEPARATORS = ",;\t"
LONGEST_LINE = 1_000_000
LINES_OF_A_ROW = 5_000
LOOKED_AT = 200_000
"""Characters at the beginning that tell which sign separates the cells."""


def told(file: BinaryIO, limits: Limits) -> Iterator[Any]:
    text = io.TextIOWrapper(file, encoding=_encoding(file), errors="replace", newline="")
    separator, begins = _separator(text.read(LOOKED_AT))
    if not separator:
        raise Unreadable("is empty. Choose the file that has the table")
    text.seek(0)
    yield {"sheet": "", "hidden": False, "height": 0}
    lines = _Lines(text)
    csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            lines.of_this_row = 0
            if number <= begins:
                continue  # the line that names the separator
            if number > limits.rows:
                raise Unreadable(f"has more than {limits.rows:,} rows")
            cells = [cell.strip() for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            _refuse_long(cells, number, limits)
            yield [number, cells, {}, 0]
    except csv.Error as error:
        where = "a quotation mark is opened and not closed, or stands inside a cell"
        raise Unreadable(
            f"is not a table: in row {number + 1} {where}. Save it as Excel workbook (.xlsx)"
        ) from error


def _refuse_long(cells: list[str], number: int, limits: Limits) -> None:
    if len(cells) > limits.columns:
        raise Unreadable(f"has {len(cells):,} cells in row {number}; the limit is {limits.columns}")
    if any(len(cell) > limits.cell_characters for cell in cells):
        raise Unreadable(f"has more than {limits.cell_characters:,} characters in one cell of row {number}")


class _Lines:
    """Lines of the file, none of them endless, and no row of too many."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text = text
        self.of_this_row = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.text.readline(LONGEST_LINE)
        self.of_this_row += 1
        if not line:
            raise StopIteration
        if len(line) >= LONGEST_LINE or self.of_this_row > LINES_OF_A_ROW:
            raise Unreadable("is not a table: one of its rows does not end")
        if "\0" in line:
            raise Unreadable("is no text. In Excel choose “CSV UTF-8”, or upload the .xlsx")
        return line


def _separator(beginning: str) -> tuple[str, int]:
    """The sign between cells ("" for an empty file), and how many rows at the top only name it (`sep=;`)."""
    if not beginning.strip("\ufeff \t\r\n\0"):
        return "", 0
    first = beginning.lstrip("\ufeff").splitlines()[0].strip().strip('"')
    if first[:4].casefold() == "sep=" and len(first) <= 5:
        # a tab is cut off by strip
        return (first[4:] or "\t"), 1
    return max(SEPARATORS, key=beginning.count), 0


def _encoding(file: BinaryIO) -> str:
    """UTF-8 or UTF-16 where it is that, and else what Excel's plain “CSV” on Windows writes."""
    beginning = file.read(1000)
    file.seek(0)
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(beginning) > 3 and beginning[1::2].count(0) * 4 > len(beginning):
        return "utf-16-le"
    if len(beginning) > 3 and beginning[::2].count(0) * 4 > len(beginning):
        return "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while part := file.read(1024 * 1024):
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    finally:
        file.seek(0)
    return "utf-8-sig"
