"""Lot schedules: the lots of a tender as a table that officers write in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from lots import amounts
from lots.spreadsheet.limits import Unreadable
from lots.spreadsheet.reading import Table, read_tables
from lots.tender import yearly_value
from scoring import exact

MOST_LOTS = 1_000
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
NEEDED = ("code", "zone", "hours", "price")
"""Columns that must be there: weeks are 52 and places 1 where their column is left out."""

CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,18}[A-Za-z0-9])?")
GROUP = re.compile(r"[^\W_](?:[\w '&-]*[\w])?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]")
_FORMULA = ("=", "+", "-", "@")

HIGHEST_PRICE = 100_000
"""Pence an hour."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class ScheduleRow:
    """One lot. Hours in hundredths a week, price in pence an hour; group "" for none."""

    code: str
    zone: str
    hours_per_week: int
    guide_price: int
    weeks_per_year: int = 52
    places: int = 1
    group: str = ""

    @property
    def yearly_value(self) -> int:
        """Pence a year at the guide price."""
        return yearly_value(self.hours_per_week, self.weeks_per_year, self.guide_price)


@dataclass(frozen=True)
class Schedule:
    """The lots in their order, and for each group the most lots that one bidder may win."""

    rows: tuple[ScheduleRow, ...]
    limits: dict[str, int] = field(default_factory=dict)

    @property
    def yearly_value(self) -> int:
        return sum(row.yearly_value for row in self.rows)


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


def read_schedule(filename: str, content: bytes) -> Schedule:
    """The schedule in a CSV, ODS or XLSX file. Raises ScheduleRefused with every fault that it has."""
    try:
        return schedule_in(read_tables(filename, content))
    except Unreadable as error:
        raise ScheduleRefused([ScheduleFault(None, "", str(error))]) from error


def schedule_in(tables: list[Table]) -> Schedule:
    """The schedule in the sheets of a file. Raises ScheduleRefused with every fault that it has."""
    table = next((each.rows for each in tables if each.rows), None)
    if table is None:
        raise ScheduleRefused([ScheduleFault(None, "", "The file is empty. Choose the file with lots.")])
    places = _headings(table[0].cells, table[0].number)
    width = max(len(row.cells) for row in table)
    faults: list[ScheduleFault] = []
    rows = [
        _Row(row.number, row.cells + [""] * (width - len(row.cells)), places, faults) for row in table[1:]
    ]
    if not rows:
        raise ScheduleRefused([ScheduleFault(None, "", "There is no lot under the headings.")])
    if len(rows) > MOST_LOTS:
        message = f"There are {len(rows):,} lots; the limit is {MOST_LOTS:,}."
        raise ScheduleRefused([ScheduleFault(None, "", message)])
    lots = [row.lot() for row in rows]
    _refuse_repeats(rows, faults)
    limits = _limits(rows, faults)
    if faults:
        order = list(COLUMNS.values())
        raise ScheduleRefused(
            sorted(
                faults, key=lambda one: (one.row or 0, order.index(one.column) if one.column in order else -1)
            )
        )
    return Schedule(tuple(lot for lot in lots if lot is not None), limits)


def write_schedule(schedule: Schedule) -> bytes:
    """The schedule as CSV, as `read_schedule` reads it and Excel opens it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS.values())
    for row in schedule.rows:
        writer.writerow(
            (
                row.code,
                row.zone,
                exact.plain(row.hours_per_week),
                row.weeks_per_year,
                row.places,
                exact.decimal(row.guide_price, 2),
                row.group,
                schedule.limits.get(row.group, ""),
            )
        )
    return text.getvalue().encode("utf-8-sig")


TEMPLATE = Schedule(
    (
        ScheduleRow("L1", "Lancaster", 112_800, 1_275, group="North", places=1),
        ScheduleRow("L2", "Fylde and Wyre", 106_550, 1_275, group="North", places=2),
        ScheduleRow("L3", "West Lancashire", 66_300, 1_275),
    ),
    {"North": 1},
)
"""An example to download and write over."""


def _headings(row: list[str], number: int) -> dict[str, int]:
    """Where each column is, by its name in COLUMNS."""
    known = {_plain(heading): name for name, heading in COLUMNS.items()}
    places: dict[str, int] = {}
    faults = []
    for place, text in enumerate(row):
        name = known.get(_plain(text))
        if text and name is None:
            headings = ", ".join(COLUMNS.values())
            faults.append(
                ScheduleFault(
                    number, "", f"“{text[:60]}” is not a heading of this table. They are: {headings}."
                )
            )
        elif name in places:
            faults.append(ScheduleFault(number, COLUMNS[name], "this heading is there twice. Take one out."))
        elif name is not None:
            places[name] = place
    missing = [COLUMNS[name] for name in NEEDED if name not in places]
    if missing:
        faults.append(ScheduleFault(number, "", f"these headings are missing: {', '.join(missing)}."))
    if faults:
        raise ScheduleRefused(faults)
    return places


def _plain(heading: str) -> str:
    return " ".join(re.sub(r"\(.*?\)|[£_]", " ", heading).casefold().split())


@dataclass
class _Row:
    """One row being read; every fault lands in the shared list."""

    number: int
    cells: list[str]
    places: dict[str, int]
    faults: list[ScheduleFault]

    def lot(self) -> ScheduleRow | None:
        before = len(self.faults)
        self._refuse_stray_cells()
        code = self.read("code", lot_code)
        zone = self.read("zone", zone_name)
        hours = self.read("hours", weekly_hours)
        price = self.read("price", hourly_price)
        weeks = self.read("weeks", lambda text: whole_number(text, 1, 53), default=52)
        places = self.read("places", lambda text: whole_number(text, 1, 100), default=1)
        group = self.read("group", group_code, default="")
        if len(self.faults) > before or code is None or zone is None or hours is None or price is None:
            return None
        return ScheduleRow(code, zone, hours, price, weeks or 52, places or 1, group or "")

    def read(self, name: str, reading: Callable[[str], Value], default: Value | None = None) -> Value | None:
        text = self.text(name)
        if not text:
            if name in NEEDED:
                self.fault(name, "is empty. Fill it in.")
            return default
        try:
            return reading(text)
        except ValueError as error:
            self.fault(name, str(error))
            return None

    def text(self, name: str) -> str:
        return self.cells[self.places[name]] if name in self.places else ""

    def fault(self, name: str, message: str) -> None:
        self.faults.append(ScheduleFault(self.number, COLUMNS[name], message))

    def _refuse_stray_cells(self) -> None:
        headed = set(self.places.values())
        stray = [text for place, text in enumerate(self.cells) if text and place not in headed]
        if stray:
            message = (
                f"“{stray[0][:60]}” stands under no heading. If a comma parted a number or name in two, "
                "put it in quotation marks."
            )
            self.faults.append(ScheduleFault(self.number, "", message))


def _refuse_repeats(rows: list[_Row], faults: list[ScheduleFault]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        code = row.text("code").casefold()
        if code and code in first:
            row.fault(
                "code", f"“{row.text('code')}” is the code of row {first[code]} too. Give each lot its own."
            )
        first.setdefault(code, row.number)


def _limits(rows: list[_Row], faults: list[ScheduleFault]) -> dict[str, int]:
    """The limit of each group; all its lots where none is given. A group has one limit, on any row."""
    sizes: dict[str, int] = {}
    spelling: dict[str, str] = {}
    given: dict[str, tuple[int, int]] = {}
    for row in rows:
        group = row.text("group")
        if group:
            sizes[group] = sizes.get(group, 0) + 1
            first = spelling.setdefault(group.casefold(), group)
            if first != group:
                row.fault("group", f"“{group}” and “{first}” differ in capitals only. Write them the same.")
        limit = row.read("limit", lambda text: whole_number(text, 1, MOST_LOTS))
        if limit is None:
            continue
        if not group:
            row.fault(
                "limit", "is given, but the lot is in no group. Name the group, or take the number out."
            )
        elif group in given and given[group][0] != limit:
            row.fault(
                "limit", f"is {limit}, but row {given[group][1]} says {given[group][0]} for this group."
            )
        else:
            given.setdefault(group, (limit, row.number))
    return {group: given[group][0] if group in given else size for group, size in sizes.items()}


# Readers of one field each. They raise ValueError with a message that follows the field's name.


def lot_code(text: str) -> str:
    if CODE.fullmatch(text) is None:
        raise ValueError(f"“{text[:40]}” must be 1 to 20 letters, digits and hyphens, as L1 or NORTH-2.")
    return text


def group_code(text: str) -> str:
    text = _name(text, 40)
    if GROUP.fullmatch(text) is None:
        raise ValueError(f"“{text}” must be letters, digits, spaces and hyphens.")
    return text


def zone_name(text: str) -> str:
    return _name(text, 100)


def _name(text: str, longest: int) -> str:
    if len(text) > longest:
        raise ValueError(f"has {len(text)} characters; the limit is {longest}.")
    if _CONTROL.search(text):
        raise ValueError("has a line break or a character that could not be read. Type it again.")
    if text.startswith(_FORMULA):
        raise ValueError(f"begins with “{text[0]}”, which spreadsheets take for a formula. Leave it out.")
    return text


def weekly_hours(text: str) -> int:
    """Hundredths of an hour from "1,128" or "37.5"."""
    number = amounts.hundredths(text)
    return _within(text, number, exact.HIGHEST_HOURS, "hours, as 1128 or 37.5")


def hourly_price(text: str) -> int:
    """Pence from "12.75" or "£12.75"."""
    return _within(text, amounts.pence(text), HIGHEST_PRICE, "an amount in pounds, as 12.75")


def _within(text: str, number: int | None, highest: int, form: str) -> int:
    if number is None:
        raise ValueError(f"“{text[:40]}” must be {form}, with at most two decimals.")
    if not 0 < number <= highest:
        raise ValueError(f"must be more than 0 and no more than {exact.plain(highest)}.")
    return number


def whole_number(text: str, lowest: int, highest: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and lowest <= int(text) <= highest):
        raise ValueError(f"“{text[:40]}” must be a whole number from {lowest} to {highest:,}.")
    return int(text)
