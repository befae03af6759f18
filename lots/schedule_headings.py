"""Where in a workbook a schedule stands, and which of its columns is which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lots.spreadsheet.reading import Row, Table
from lots.text import alike

COLUMNS = {
    "code": "Code",
    "zone": "Zone",
    "hours": "Hours per week",
    "weeks": "Weeks per year",
    "places": "Places",
    "price": "Guide price",
    "group": "Group",
    "limit": "Most lots in group",
}
"""The headings, in any order, capitals or not."""
ALSO_CALLED = {
    "code": ("lot", "lot code", "lot no", "lot number", "lot id", "lot ref", "ref", "id"),
    "zone": ("area", "district", "lot name", "name", "location", "place", "zone name"),
    "hours": ("hours", "weekly hours", "hours a week", "hours pw", "hours per wk", "hrs per week", "hrs pw"),
    "weeks": ("weeks", "weeks a year", "weeks pa"),
    "places": ("providers", "number of places", "number of providers", "contracts"),
    "price": (
        "price",
        "guide price per hour",
        "guide price an hour",
        "hourly rate",
        "rate",
        "price per hour",
    ),
    "group": ("zone group", "lot group"),
    "limit": ("most lots", "limit", "maximum lots in group", "max lots in group", "maximum lots", "max lots"),
}
"""What councils write in place of a heading; what was read as what is told."""
HEADINGS_WITHIN = 50
"""Filled rows of a sheet among which its headings are looked for."""
NEEDED = ("code", "zone", "hours", "price")
"""Columns that must be there: weeks are 52 and places 1 where their column is left out."""

HEADINGS = {
    **{name: key for key, names in ALSO_CALLED.items() for name in names},
    **{heading.casefold(): key for key, heading in COLUMNS.items()},
}


@dataclass(frozen=True)
class ScheduleFault:
    """A fault with its row as the spreadsheet numbers it (None: the whole file) and its column's heading."""

    row: int | None
    column: str
    message: str

    def __str__(self) -> str:
        place = f"Row {self.row}" if self.row else ""
        place += f", {self.column}" if place and self.column else self.column
        return f"{place}: {self.message}" if place else self.message


class ScheduleRefused(ValueError):
    """The schedule is wrong; `faults` has every fault in the order of the rows."""

    def __init__(self, faults: Iterable[ScheduleFault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def find(tables: list[Table]) -> tuple[str, list[Row], list[str]]:
    """The sheet's name, its rows from the headings on, and what to tell about the others.

    Titles and instructions come first in many workbooks: the headings are the row that has most of them.
    """
    hidden = [table.name for table in tables if table.hidden]
    notes = [f"Hidden sheet “{name}” was not read." for name in hidden]
    open_tables = [table for table in tables if table.rows]
    if not open_tables:
        why = " Its only sheets are hidden: show the one with the lots." if hidden else ""
        raise ScheduleRefused([ScheduleFault(None, "", f"The file has no table.{why}")])
    counted = [
        (len(_known_in(row.cells)), -at, -place, table)
        for at, table in enumerate(open_tables)
        for place, row in enumerate(table.rows[:HEADINGS_WITHIN])
    ]
    _most, _at, place, table = max(counted, key=lambda one: one[:3])
    others = [each.name for each in open_tables if each is not table]
    notes += [f"Sheet “{name}” was not read: only one holds the lots." for name in others]
    return table.name, table.rows[-place:], notes


def _known_in(cells: list[str]) -> set[str]:
    return {name for cell in cells if (name := HEADINGS.get(_plain(cell)))}


def columns(row: list[str], number: int, notes: list[str]) -> dict[str, int]:
    """Where each column is, by its name in COLUMNS. Others are left out, by name."""
    places: dict[str, int] = {}
    left_out = []
    faults = []
    for place, text in enumerate(row):
        name = HEADINGS.get(_plain(text))
        if name in places:
            faults.append(ScheduleFault(number, COLUMNS[name], "this heading is there twice. Take one out."))
        elif name is not None:
            places[name] = place
            if _plain(text) != _plain(COLUMNS[name]):
                notes.append(f"Column “{text[:60]}” was read as {COLUMNS[name]}.")
        elif text:
            left_out.append(f"“{' '.join(text.split())[:60]}”")
    missing = [COLUMNS[name] for name in NEEDED if name not in places]
    if missing:
        there = f" Other headings there: {', '.join(left_out[:8])}." if left_out else ""
        message = f"these headings are missing: {', '.join(missing)}.{there}"
        faults.append(ScheduleFault(number, "", message))
    if faults:
        raise ScheduleRefused(faults)
    if left_out:
        notes.append(f"Left out, because lots have no such column: {', '.join(left_out)}.")
    return places


def _plain(heading: str) -> str:
    """A heading without what is put around it: units in brackets, signs, capitals, line breaks."""
    text = alike(heading.partition("(")[0])
    return " ".join("".join(each if each.isalnum() else " " for each in text).split())
