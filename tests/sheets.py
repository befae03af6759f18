"""Spreadsheets for tests: the same rows as XLSX and as ODS."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from openpyxl import Workbook

Cell = str | datetime.date
Sheets = dict[str, Sequence[Sequence[Cell]]]

_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
    for name, path in (("office", "office"), ("table", "table"), ("text", "text"))
)
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type='
    '"application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry manifest:full-path="content.xml" '
    'manifest:media-type="text/xml"/></manifest:manifest>'
)


def xlsx(sheets: Sheets, hidden: Sequence[str] = ()) -> bytes:
    """A workbook with these sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        for row in rows:
            sheet.append([cell or None for cell in row])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def ods(sheets: Sheets) -> bytes:
    """The same as LibreOffice, and the CQC, would save it."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as parts:
        write_ods(parts, sheets)
    return kept.getvalue()


def write_ods(parts: zipfile.ZipFile, sheets: dict[str, Iterable[Sequence[Cell]]] | Sheets) -> None:
    """The parts of an ODS file, its rows taken one at a time."""
    parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    parts.writestr("META-INF/manifest.xml", _MANIFEST)
    with parts.open("content.xml", "w", force_zip64=True) as content:
        head = '<?xml version="1.0" encoding="UTF-8"?>'
        opening = f"<office:document-content {_SPACES}><office:body><office:spreadsheet>"
        content.write(f"{head}{opening}".encode())
        for name, rows in sheets.items():
            content.write(f'<table:table table:name="{escape(name)}">'.encode())
            for row in rows:
                content.write(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>".encode())
            content.write(b"</table:table>")
        content.write(b"</office:spreadsheet></office:body></office:document-content>")


def _cell(cell: Cell) -> str:
    if not cell:
        return "<table:table-cell/>"
    if isinstance(cell, datetime.date):
        day = cell.isoformat()
        value = f'office:value-type="date" office:date-value="{day}"'
        return f"<table:table-cell {value}><text:p>{cell:%d/%m/%Y}</text:p></table:table-cell>"
    return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
