"""A look through a workbook's XML, part by part as a stream, before its library opens it.

It counts what would fill memory, and notices what the library does not tell: formulas without a value,
errors, hidden rows. Document types are refused, so that no entity can grow.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from lots.spreadsheet.limits import Limits, Unreadable

DEEPEST = 200
"""How far elements may lie inside each other."""
CHUNK = 64 * 1024
DAMAGED = "has a part that is no sound XML. Save it again in Excel or LibreOffice, or as CSV"

Attributes = dict[str, str]
"""By local name, without namespace."""


@dataclass
class Noticed:
    """Of one sheet: rows by their number from 1, columns from 0."""

    hidden_rows: set[int] = field(default_factory=set)
    odd: dict[int, dict[int, tuple[str, str]]] = field(default_factory=dict)
    """Row, column: kind of oddity and the text for it."""

    def note(self, row: int, column: int, kind: str, text: str = "") -> None:
        self.odd.setdefault(row, {})[column] = (kind, text)


def inspect(parts: zipfile.ZipFile, limits: Limits) -> dict[int, Noticed]:
    """What there is to notice in each sheet, by the sheet's place from 0. Raises Unreadable."""
    names = set(parts.namelist())
    if "content.xml" in names:
        return _ods(parts, limits) if limits.look_closer else {}
    book = next((name for kind, name in _links(parts, "").values() if kind == "officeDocument"), "")
    if book.endswith(".bin") or "xl/workbook.bin" in names:
        raise Unreadable("is a binary workbook (.xlsb). Save it as Excel workbook (.xlsx) and upload that")
    if "[Content_Types].xml" not in names or not book.endswith("workbook.xml"):
        raise Unreadable(
            "is neither an Excel workbook nor an OpenDocument table (.ods). Save it as one of them"
        )
    return _xlsx(parts, book, limits) if limits.look_closer else {}


def walk(
    parts: zipfile.ZipFile,
    name: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] = lambda name: None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Go through one part from top to bottom, elements by their local names."""
    parser = expat.ParserCreate()
    depth = 0

    def opened(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise Unreadable(
                f"has elements more than {DEEPEST} deep inside each other, as no spreadsheet writes"
            )
        start(_local(tag), {_local(key): value for key, value in attributes.items()})

    def closed(tag: str) -> None:
        nonlocal depth
        depth -= 1
        end(_local(tag))

    def refuse(*_arguments: object) -> None:
        raise Unreadable("declares a document type, as no spreadsheet does. Save it again in Excel")

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.StartDoctypeDeclHandler = refuse
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        with parts.open(name) as part:
            while chunk := part.read(CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Unreadable(DAMAGED) from error


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _links(parts: zipfile.ZipFile, name: str) -> dict[str, tuple[str, str]]:
    """What a part ("" for the whole file) links to: by the link's id its kind and the linked part's name."""
    folder, _, file = name.rpartition("/")
    listed = posixpath.join(folder, "_rels", f"{file}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
            found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], target)

    if listed in set(parts.namelist()):
        walk(parts, listed, start)
    return found


def _xlsx(parts: zipfile.ZipFile, book: str, limits: Limits) -> dict[int, Noticed]:
    links = _links(parts, book)
    present = set(parts.namelist())
    for kind, name in links.values():
        if kind == "styles" and name in present:
            _count(parts, name, {"xf", "dxf", "font", "fill", "border", "numFmt"}, limits.styles, "styles")
        if kind == "sharedStrings" and name in present:
            _count(parts, name, {"si", "r"}, limits.cells, "texts")
    sheets: list[str] = []

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            sheets.append(attributes.get("id", ""))
            if len(sheets) > limits.sheets:
                raise Unreadable(f"has more than {limits.sheets} sheets. Keep only the one with the table")

    walk(parts, book, start)
    noticed = {}
    for place, link in enumerate(sheets):
        _kind, name = links.get(link, ("", ""))
        if name in present:
            reader = _XlsxSheet(limits)
            walk(parts, name, reader.start, reader.end, reader.text)
            noticed[place] = reader.noticed
    return noticed


def _count(parts: zipfile.ZipFile, name: str, tags: set[str], most: int, what: str) -> None:
    count = 0

    def start(tag: str, _attributes: Attributes) -> None:
        nonlocal count
        if tag in tags:
            count += 1
            if count > most:
                raise Unreadable(
                    f"has more than {most:,} {what}. Copy the table alone, as values, into a new workbook"
                )

    walk(parts, name, start)


class _XlsxSheet:
    """Reads `<row r hidden><c r t><f/><v/></c></row>`."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.noticed = Noticed()
        self.row = self.column = self.cells = 0
        self.kind = self.value = ""
        self.formula = self.filled = self.inside = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "row":
            self.row = _whole(attributes.get("r"), self.row + 1)
            self.column = 0
            if attributes.get("hidden") in {"1", "true"}:
                self.noticed.hidden_rows.add(self.row)
        elif tag == "c":
            self._cell(attributes)
        elif tag == "f":
            self.formula = True
        elif tag in {"v", "t"}:
            self.inside = True

    def _cell(self, attributes: Attributes) -> None:
        column, row = _place(attributes.get("r", ""))
        self.column = column or self.column + 1
        self.row = row or self.row
        self.kind, self.value = attributes.get("t", "n"), ""
        self.formula = self.filled = self.inside = False
        self.cells += 1
        if self.cells > self.limits.cells:
            raise Unreadable(f"has more than {self.limits.cells:,} cells. Keep only the sheet with the table")

    def text(self, text: str) -> None:
        if self.inside:
            self.filled = True
            self.value = (self.value + text)[:40]

    def end(self, tag: str) -> None:
        if tag in {"v", "t"}:
            self.inside = False
        elif tag == "c" and (self.filled or self.formula):
            refuse_far(self.row, self.column, self.limits)
            if self.kind == "e":
                self.noticed.note(self.row, self.column - 1, "error", self.value)
            elif not self.filled and self.kind != "str":
                self.noticed.note(self.row, self.column - 1, "formula")


def refuse_far(row: int, column: int, limits: Limits) -> None:
    """Refuse a filled cell far from the table: all cells up to it would be made when it is read."""
    if column > limits.columns:
        raise Unreadable(
            f"has cells far to the right of the table, in column {column:,}; the limit is {limits.columns}. "
            "Copy the table alone into a new workbook"
        )
    if row > limits.rows:
        raise Unreadable(
            f"has a cell in row {row:,}; the limit is {limits.rows:,} rows. Delete what is below the table"
        )


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else default


def _place(reference: str) -> tuple[int, int]:
    """Column and row of a reference, both from 1; 0 where it names none."""
    letters = reference.rstrip("0123456789")
    if not (letters.isascii() and letters.isalpha() and len(letters) < 4):
        return 0, 0
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column, _whole(reference[len(letters) :], 0)


def _ods(parts: zipfile.ZipFile, limits: Limits) -> dict[int, Noticed]:
    reader = _OdsContent(limits)
    walk(parts, "content.xml", reader.start, reader.end, reader.text)
    return dict(enumerate(reader.sheets))


class _OdsContent:
    """Reads `<table><table-row number-rows-repeated><table-cell number-columns-repeated formula/>`."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sheets: list[Noticed] = []
        self.styles = self.cells = 0
        self.row = self.column = self.reach = 0
        self.rows = self.columns = 1
        self.kind = self.value = ""
        self.formula = self.filled = self.hidden = self.in_cell = False
        self.noted: list[tuple[int, str, str]] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "style":
            self.styles += 1
            if self.styles > self.limits.styles:
                raise Unreadable(
                    f"has more than {self.limits.styles:,} styles. Copy the table alone, as values"
                )
        elif tag == "table":
            self.sheets.append(Noticed())
            self.row = 0
            if len(self.sheets) > self.limits.sheets:
                raise Unreadable(
                    f"has more than {self.limits.sheets} sheets. Keep only the one with the table"
                )
        elif tag == "table-row":
            self.rows = _whole(attributes.get("number-rows-repeated"), 1)
            self.hidden = attributes.get("visibility") in {"collapse", "filter"}
            self.column = self.reach = 0
            self.noted = []
        elif tag in {"table-cell", "covered-table-cell"}:
            self.columns = _whole(attributes.get("number-columns-repeated"), 1)
            self.kind, self.value = attributes.get("value-type", ""), ""
            self.formula = "formula" in attributes
            self.filled = bool(self.kind)
            self.in_cell = True

    def text(self, text: str) -> None:
        if self.in_cell and text.strip():
            self.filled = True
            self.value = (self.value + text)[:40]

    def end(self, tag: str) -> None:
        if tag in {"table-cell", "covered-table-cell"}:
            self._cell()
        elif tag == "table-row":
            self._row()

    def _cell(self) -> None:
        self.in_cell = False
        if self.filled or self.formula:
            self.reach = self.column + self.columns
            error = self.value.strip() if self.formula else ""
            if error.startswith(("#", "Err:")):
                self.noted.append((self.column, "error", error))
            elif not self.filled:
                self.noted.append((self.column, "formula", ""))
        self.column += self.columns
        self.cells += 1

    def _row(self) -> None:
        if self.reach:
            refuse_far(self.row + self.rows, self.reach, self.limits)
            self.cells += self.reach * self.rows
            if self.cells > self.limits.cells:
                raise Unreadable(
                    f"has more than {self.limits.cells:,} cells. Keep only the sheet with the table"
                )
            for number in range(self.row + 1, self.row + self.rows + 1):
                if self.hidden:
                    self.sheets[-1].hidden_rows.add(number)
                for column, kind, text in self.noted:
                    self.sheets[-1].note(number, column, kind, text)
        self.row += self.rows
