"""Workbooks, XLSX and ODS: checked by what they unpack to, then read by calamine."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum, load_workbook

from lots.spreadsheet import inspection
from lots.spreadsheet.inspection import Noticed
from lots.spreadsheet.limits import MEGABYTE, Limits, Unreadable, size

DAMAGED = (
    "cannot be read as a workbook; it may be damaged. Open it in Excel or LibreOffice, save it as CSV or as "
    "Excel workbook (.xlsx) and upload that"
)
DIGITS = 15
"""Significant digits that Excel keeps; what a computer adds beyond them is noise."""


def told(file: BinaryIO, limits: Limits) -> Iterator[Any]:
    try:
        with zipfile.ZipFile(file) as parts:
            check_parts(parts, file.seek(0, 2), limits)
            noticed = inspection.inspect(parts, limits)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, KeyError) as error:
        raise Unreadable(DAMAGED) from error
    file.seek(0)
    book = load_workbook(file)
    if len(book.sheets_metadata) > limits.sheets:
        raise Unreadable(f"has {len(book.sheets_metadata):,} sheets; the limit is {limits.sheets}")
    for place, sheet in enumerate(book.sheets_metadata):
        if sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        hidden = sheet.visible != SheetVisibleEnum.Visible
        if hidden:
            yield {"sheet": sheet.name, "hidden": True, "height": 0}
        else:
            yield from _sheet(book, place, noticed.get(place, Noticed()), limits)


def check_parts(parts: zipfile.ZipFile, packed: int, limits: Limits) -> None:
    """Refuse by the list at the end of the file, before anything is unpacked."""
    listed = parts.infolist()
    if len(listed) > limits.parts:
        raise Unreadable(f"is made of {len(listed):,} parts; the limit is {limits.parts:,}")
    inflated = sum(part.file_size for part in listed)
    if inflated > limits.inflated_bytes:
        raise Unreadable(
            f"unpacks to {size(inflated)}; the limit is {size(limits.inflated_bytes)}. Keep only the table"
        )
    if sum(part.compress_size for part in listed) > packed:
        raise Unreadable(DAMAGED)  # parts that lie upon each other
    for part in listed:
        if part.file_size > MEGABYTE and part.file_size > limits.ratio * max(1, part.compress_size):
            raise Unreadable(f"unpacks to {size(inflated)} of repetition. Copy the table alone to a new file")
        if part.flag_bits & 1:
            raise Unreadable("has a password. Save it without one")


def _sheet(book: CalamineWorkbook, place: int, noticed: Noticed, limits: Limits) -> Iterator[Any]:
    sheet = book.get_sheet_by_index(place)
    yield {"sheet": sheet.name, "hidden": False, "height": 0 if sheet.end is None else sheet.end[0] + 1}
    _refuse_wide(sheet, limits)
    before = [""] * (sheet.start[1] if sheet.start else 0)
    reached = 0
    for number, values in enumerate(sheet.iter_rows(), start=1):
        reached = number
        cells, odd = list(before), {}
        for column, value in enumerate(values, start=len(before)):
            text, is_date = _text(value)
            cells.append(text)
            if is_date:
                odd[column] = "date"
        yield _finish(number, cells, odd, noticed, limits)
    for number in sorted(row for row in noticed.odd if row > reached):
        yield _finish(number, [], {}, noticed, limits)


def _refuse_wide(sheet: CalamineSheet, limits: Limits) -> None:
    if sheet.end is None:
        return
    rows, columns = sheet.end[0] + 1, sheet.end[1] + 1
    if columns > limits.columns:
        raise Unreadable(
            f"has cells far to the right of the table, in column {columns:,} of “{sheet.name[:60]}”; the "
            f"limit is {limits.columns}. Copy the table alone into a new workbook"
        )
    if rows > limits.rows:
        raise Unreadable(f"has {rows:,} rows in “{sheet.name[:60]}”; the limit is {limits.rows:,}")


def _finish(
    number: int, cells: list[str], odd: dict[int, str], noticed: Noticed, limits: Limits
) -> list[Any]:
    for column, (kind, text) in noticed.odd.get(number, {}).items():
        cells += [""] * (column + 1 - len(cells))
        if not cells[column] or kind == "error":
            cells[column], odd[column] = text, kind
    while cells and not cells[-1] and len(cells) - 1 not in odd:
        cells.pop()
    if any(len(cell) > limits.cell_characters for cell in cells):
        raise Unreadable(f"has more than {limits.cell_characters:,} characters in one cell of row {number}")
    return [number, cells, odd, int(number in noticed.hidden_rows)]


def _text(value: Any) -> tuple[str, bool]:
    """A cell's text, and whether it is kept as a date."""
    if isinstance(value, str):
        return value.strip(), False
    if isinstance(value, bool):
        return str(value).upper(), False
    if isinstance(value, datetime.datetime) and not (value.hour or value.minute or value.second):
        value = value.date()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat().replace("T", " "), True
    if isinstance(value, datetime.timedelta):
        return str(value), True
    return _number(repr(value)), False


def _number(text: str) -> str:
    """`3120.000000000001` as 3120: rounded to the digits that count, without exponent."""
    number = Decimal(text)
    if not number.is_finite():
        return text
    if number and number.adjusted() < 40:
        number = round(number, DIGITS - 1 - number.adjusted())
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
