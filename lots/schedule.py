"""Lot schedules: the lots of a tender as a table that officers write in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import IO, TypeVar

from lots.lot_fields import group_code, hourly_price, lot_code, weekly_hours, whole_number, zone_name
from lots.schedule_headings import COLUMNS, NEEDED, ScheduleFault, ScheduleRefused, columns, find
from lots.spreadsheet.limits import Unreadable
from lots.spreadsheet.reading import Oddity, Row, Table, read_tables
from lots.tender import yearly_value
from lots.text import alike
from lots.text import code as plain_code
from scoring import exact

MOST_LOTS = 1_000
TOTALS = frozenset(
    {"total", "totals", "grand total", "sub total", "subtotal", "sub-total", "sum", "all lots"}
)

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
    """Of a group without a limit, nothing."""
    notes: tuple[str, ...] = field(default=(), compare=False)
    """How it was read: from where, by which headings, and what was left out."""

    @property
    def is_to_check(self) -> bool:
        """Whether there is more to tell of the reading than its rows."""
        return len(self.notes) > 1

    @property
    def yearly_value(self) -> int:
        return sum(row.yearly_value for row in self.rows)


def read_schedule(filename: str, content: bytes) -> Schedule:
    """As `read_schedule_file`, of bytes."""
    return read_schedule_file(filename, io.BytesIO(content))


def read_schedule_file(filename: str, file: IO[bytes]) -> Schedule:
    """The schedule in a CSV, ODS or XLSX file. Raises ScheduleRefused with every fault that it has."""
    try:
        return schedule_in(read_tables(filename, file))
    except Unreadable as error:
        raise ScheduleRefused([ScheduleFault(None, "", str(error))]) from error


def schedule_in(tables: list[Table]) -> Schedule:
    """The schedule in the sheets of a file, found by its headings wherever they stand.

    Raises ScheduleRefused with every fault that it has.
    """
    name, table, notes = find(tables)
    places = columns(table[0].cells, table[0].number, notes)
    faults: list[ScheduleFault] = []
    rows = [
        _Row(row.number, row.cells, places, faults, row.odd, len(table[0].cells))
        for row in table[1:]
        if _in_places(row, places)
    ]
    notes += _notes_on_rows(table[1:], rows, name)
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
    unlimited = dict.fromkeys(lot.group for lot in lots if lot and lot.group and lot.group not in limits)
    notes += [
        f"Group “{group}” has no limit, so it is not kept: a group is there to limit." for group in unlimited
    ]
    kept = (replace(lot, group=lot.group if lot.group in limits else "") for lot in lots if lot is not None)
    return Schedule(tuple(kept), limits, tuple(notes))


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


def _in_places(row: Row, places: dict[str, int]) -> bool:
    """Whether the row has anything under the headings: notes beside the table are none of its rows."""
    return any(place in row.odd or (place < len(row.cells) and row.cells[place]) for place in places.values())


def _notes_on_rows(table: list[Row], rows: list[_Row], name: str) -> list[str]:
    if not rows:
        return []
    where = f" of sheet “{name}”" if name else ""
    notes = [f"Read from rows {rows[0].number} to {rows[-1].number}{where}."]
    hidden = [str(row.number) for row in table if row.hidden]
    if hidden:
        notes.append(f"Hidden in the spreadsheet, and read all the same: row {', '.join(hidden[:10])}.")
    return notes


@dataclass
class _Row:
    """One row being read; every fault lands in the shared list."""

    number: int
    cells: list[str]
    places: dict[str, int]
    faults: list[ScheduleFault]
    odd: dict[int, Oddity]
    width: int
    """How many cells the row of headings has."""

    def lot(self) -> ScheduleRow | None:
        before = len(self.faults)
        if self._is_a_total():
            return None
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
        odd = self.odd.get(self.places.get(name, -1))
        if odd is not None and (odd is not Oddity.DATE or name != "zone"):
            self.fault(name, _oddity(odd, self.text(name)))
            return None
        try:
            text = plain_code(self.text(name)) if name not in ("zone", "group") else self.text(name)
        except ValueError as error:
            self.fault(name, f"{error}.")
            return None
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
        place = self.places.get(name, len(self.cells))
        return self.cells[place] if place < len(self.cells) else ""

    def fault(self, name: str, message: str) -> None:
        self.faults.append(ScheduleFault(self.number, COLUMNS[name], message))

    def _is_a_total(self) -> bool:
        """A row that sums the others would be a lot of its own, and double the value."""
        if not TOTALS & {alike(self.text(name)).strip(" :") for name in ("code", "zone")}:
            return False
        self.faults.append(
            ScheduleFault(self.number, "", "is a total of other rows, and no lot. Delete this row.")
        )
        return True

    def _refuse_stray_cells(self) -> None:
        stray = [text for text in self.cells[self.width :] if text]
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
    """The limit of each group that has one, on any of its rows."""
    spelling: dict[str, str] = {}
    given: dict[str, tuple[int, int]] = {}
    for row in rows:
        group = row.text("group")
        if group:
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
    return {group: limit for group, (limit, _row) in given.items()}


def _oddity(odd: Oddity, text: str) -> str:
    """Why a cell that is not empty has nothing to read, and the way out."""
    if odd is Oddity.DATE:
        return (
            f"“{text}” is a date: the spreadsheet made one of what was typed, such as 1-3. Format the column "
            "as Text and type it again."
        )
    if odd is Oddity.ERROR:
        return f"holds the error {text}. Mend its formula, or type the value."
    return (
        "holds a formula whose result is not in the file. Open the file in Excel or LibreOffice and save it "
        "there, or type the value."
    )
