"""Reading an uploaded table, CSV or XLSX, as plain text cells; nothing is guessed about what they mean."""

from __future__ import annotations

import io
import re
import warnings
import zipfile

import pandas as pd

MOST_BYTES = 1_000_000
MOST_UNPACKED_BYTES = 30_000_000
MOST_COLUMNS = 40
MOST_ROWS = 20_000
"""Rows that are looked at at all, empty ones included."""

_XLSX, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SAVE_AS = "Save it as CSV or as Excel workbook (.xlsx) and upload that"
_LAST_COLUMNS = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{2,3})[0-9]""")
"""The column of each cell beyond Z, the 26th: few tables of lots have any."""
_TOO_MANY_CELLS = re.compile(r"line (\d+), saw (\d+)")


class Unreadable(ValueError):
    """The bytes are no table that can be read; the message says what to do instead."""


def read_cells(filename: str, content: bytes) -> list[list[str]]:
    """Every row of the table, top to bottom, as stripped texts; row 1 of the sheet is item 0.

    Rows all have the same number of cells, empty ones as "". Of a workbook the first sheet is read, formulas
    as the values that Excel kept with them. Raises Unreadable.
    """
    if not content.strip():
        raise Unreadable(f"“{filename}” is empty. Choose the file that has the table.")
    if len(content) > MOST_BYTES:
        raise Unreadable(
            f"“{filename}” has {len(content):,} bytes; the limit is {MOST_BYTES:,}. "
            "Keep only the sheet with the table, without pictures."
        )
    if content.startswith(_OLD_OFFICE):
        raise Unreadable(
            f"“{filename}” is an old Excel file, or has a password. {_SAVE_AS}, without password."
        )
    frame = _read_xlsx(filename, content) if content.startswith(_XLSX) else _read_csv(filename, content)
    if len(frame) > MOST_ROWS:
        raise Unreadable(f"“{filename}” has {len(frame):,} rows; the limit is {MOST_ROWS:,}.")
    return [[str(cell).strip() for cell in row] for row in frame.fillna("").to_numpy().tolist()]


def _read_csv(filename: str, content: bytes) -> pd.DataFrame:
    text = _decoded(filename, content)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=first.count)
    try:
        return pd.read_csv(
            io.StringIO(text),
            dtype=str,
            header=None,
            names=list(range(MOST_COLUMNS)),
            keep_default_na=False,
            skip_blank_lines=False,
            index_col=False,
            sep=separator,
            nrows=MOST_ROWS + 1,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        found = _TOO_MANY_CELLS.search(str(error))
        where = (
            f"row {found[1]} has {found[2]} cells" if found else "a quotation mark is opened and not closed"
        )
        raise Unreadable(f"“{filename}” is not a table: {where}. {_SAVE_AS}.") from error


def _decoded(filename: str, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        raise Unreadable(f"“{filename}” is no plain text. In Excel choose “CSV UTF-8”, or upload the .xlsx.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Excel's plain “CSV” on Windows
        return content.decode("cp1252", errors="replace")


def _read_xlsx(filename: str, content: bytes) -> pd.DataFrame:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
            if unpacked > MOST_UNPACKED_BYTES:
                raise Unreadable(f"“{filename}” unpacks to {unpacked:,} bytes, too many for a table of lots.")
            _refuse_wide(filename, parts)
        with warnings.catch_warnings():
            # openpyxl warns of styles and extensions it leaves out; no cell is changed by them
            warnings.simplefilter("ignore")
            frame = pd.read_excel(
                io.BytesIO(content),
                sheet_name=0,
                header=None,
                dtype=str,
                keep_default_na=False,
                engine="openpyxl",
                nrows=MOST_ROWS + 1,
            )
    except Unreadable:
        raise
    except Exception as error:  # a damaged workbook can fail anywhere inside zip, XML and openpyxl
        raise Unreadable(f"“{filename}” cannot be read as an Excel workbook. {_SAVE_AS}.") from error
    if len(frame.columns) > MOST_COLUMNS:
        raise Unreadable(f"“{filename}” has {len(frame.columns)} columns; the limit is {MOST_COLUMNS}.")
    return frame


def _refuse_wide(filename: str, parts: zipfile.ZipFile) -> None:
    """Refuse sheets whose rows reach far to the right: all cells up to the last are filled in when they are
    read, so that a few kilobytes of cells in the last column would take minutes and all memory."""
    for name in parts.namelist():
        if name.endswith(".xml"):
            reach = sum(_column(found[1]) for found in _LAST_COLUMNS.finditer(parts.read(name)))
            if reach > MOST_ROWS * MOST_COLUMNS:
                raise Unreadable(
                    f"“{filename}” has cells far to the right of the table. Copy the table alone into a "
                    "new workbook."
                )


def _column(letters: bytes) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
