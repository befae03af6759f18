"""From the rows of each kind of file to locations, every cell right or named as a fault."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from lots.rating import HOMECARE, KEY_QUESTIONS
from tender.eligibility.ratings_files import kinds
from tender.eligibility.ratings_files.dates import Days
from tender.eligibility.ratings_files.kinds import SERVICE_TYPE, Kind, folded
from tender.eligibility.ratings_files.refused import Faults, refuse
from tender.eligibility.ratings_files.tables import Table

AREAS: Final = ("overall", *KEY_QUESTIONS)
"""A location's ratings, in the order in which they are kept here."""

RATINGS: Final = {
    word.casefold(): word
    for word in (
        "",
        "Outstanding",
        "Good",
        "Requires improvement",
        "Inadequate",
        "No published rating",
        "Inspected but not rated",
        "Insufficient evidence to rate",
        "Not rated",
    )
}
"""Every text that is read as a rating; the CQC writes Requires Improvement both ways."""

_WIDE_RATINGS: Final = (
    "Location Latest Overall Rating",
    *(f"Location {name} rating" for name in ("safe", "effective", "caring", "responsive", "well-led")),
)
_DOMAINS: Final = {
    name: at for at, name in enumerate(("overall", "safe", "effective", "caring", "responsive", "well-led"))
}
_SAME_SERVICE: Final = {"homecare agencies": HOMECARE, "supported living": "Supported living service"}
"""Names of the weekly directory, and what the other files call the same."""
_CARE_FIRST: Final = (HOMECARE, "Supported living service", "Extra Care housing services", "Shared Lives")
_MOST_SERVICES: Final = 500
_CQC_ID: Final = re.compile(r"[0-9A-Z]+(-[0-9A-Z]+)*", re.IGNORECASE)
_UNSEEN: Final = str.maketrans({"\u200b": "", "\ufeff": "", "\u00ad": "", "\u00a0": " ", "\u2011": "-"})


@dataclass(slots=True)
class Location:
    """One location as the files have it; what a file leaves out is empty."""

    row: int
    location_id: str
    location_name: str = ""
    provider_cqc_id: str = ""
    provider_name: str = ""
    local_authority: str = ""
    services: str = ""
    category: str = ""
    company_number: str = ""
    dormant: bool = False
    ended: str = ""
    published: str = ""
    inherited: bool = False
    key_questions: bool = False
    """Whether a file that has ratings of the key questions was read for it."""
    ratings: list[str] = field(default_factory=lambda: [""] * len(AREAS))
    by_service: dict[str, list[str]] | None = None
    """By service or population group, its ratings, where a location has several."""


@dataclass
class Found:
    """What one file holds."""

    kind: Kind
    locations: dict[str, Location]
    rows: int = 0
    left_out: int = 0
    """Rows that are about no location, such as those of providers alone, or that repeat another row."""


def read_locations(table: Table, label: str, progress: Callable[[int], None]) -> Found:
    """Every location of a table. Raises RatingsRefused with what is wrong, row by row.

    `label` names the file where there are several; `progress` is told how many rows were read.
    """
    rows = _Rows(table, label)
    read_one = {
        kinds.WIDE.name: _wide,
        kinds.FILTERS.name: _filters,
        kinds.LONG.name: _long,
        kinds.DIRECTORY.name: _directory,
    }[table.kind.name]
    found = Found(table.kind, rows.locations)
    for number, cells in table.rows:
        found.rows += 1
        if found.rows > table.kind.most_rows:
            refuse(
                f"The file has more than {table.kind.most_rows:,} rows, which is the most that can be loaded."
            )
        if found.rows % 10_000 == 0:
            progress(found.rows)
        if rows.fits(number, cells):
            read_one(rows, number, cells)
    if not found.rows:
        refuse("The file has a header and no rows. Choose the file with the ratings in it.")
    rows.days.decide()
    rows.faults.refuse_any()
    for location in rows.locations.values():
        location.published = rows.days.read(location.published)
        location.ended = rows.days.read(location.ended)
    found.left_out = rows.left_out
    progress(found.rows)
    return found


class _Rows:
    """The columns of one table, and what has been found in its rows."""

    def __init__(self, table: Table, label: str) -> None:
        self.faults = Faults(label)
        self.days = Days()
        self.locations: dict[str, Location] = {}
        self.left_out = 0
        self.ragged, self.width = table.ragged, len(table.header)
        names = [folded(cell) for cell in table.header]
        self._at = _places(table.kind, names)
        self.service_columns = [
            (at, " ".join(cell.split())[len(SERVICE_TYPE) :])
            for at, cell in enumerate(table.header)
            if names[at].startswith(SERVICE_TYPE)
        ]

    def fits(self, number: int, cells: list[str]) -> bool:
        if len(cells) == self.width:
            return True
        if self.ragged:
            told = (
                f"it has {len(cells)} cells and the header has {self.width}. "
                "Check for a missing quotation mark or comma."
            )
            self.faults.add(number, "", told)
            return False
        cells += [""] * (self.width - len(cells))
        return True

    def cell(self, cells: Sequence[str], column: str) -> str:
        """The text of a cell as people see it; "" in a file without the column."""
        at = self._at.get(column)
        if at is None:
            return ""
        text = cells[at]
        return " ".join((text if text.isascii() else text.translate(_UNSEEN)).split())

    def text(self, number: int, cells: Sequence[str], column: str, most: int, *, needed: bool = False) -> str:
        value = self.cell(cells, column)
        if needed and not value:
            self.faults.add(number, column, "it is empty.")
        elif len(value) > most:
            self.faults.add(number, column, f"it is longer than {most} characters.")
        return value

    def cqc_id(self, number: int, cells: Sequence[str], column: str) -> str:
        value = self.text(number, cells, column, 40, needed=True)
        if value and len(value) <= 40 and not _CQC_ID.fullmatch(value):
            self.faults.add(number, column, f"“{value}” is not a CQC number such as 1-123456789.")
        return value

    def rating(self, number: int, cells: Sequence[str], column: str) -> str:
        value = self.cell(cells, column)
        known = RATINGS.get(value.casefold())
        if known is None:
            told = (
                f"“{value[:60]}” is not a rating. Use Outstanding, Good, Requires improvement, Inadequate, "
                "one of the CQC’s phrases for unrated, or nothing."
            )
            self.faults.add(number, column, told)
        return known or ""

    def yes(self, number: int, cells: Sequence[str], column: str) -> bool:
        value = self.cell(cells, column).upper()
        if value not in {"Y", "N", "", "-"}:
            self.faults.add(number, column, f"“{value[:60]}” is neither Y nor N.")
        return value == "Y"

    def day(self, number: int, cells: Sequence[str], column: str) -> str:
        value = self.cell(cells, column)
        day = self.days.see(value)
        if day is None:
            told = (
                f"“{value[:60]}” is not a date as the CQC writes it, 2025-06-26, 26/06/2025 or "
                "6/26/2025 12:00:00 AM."
            )
            self.faults.add(number, column, told)
        return day or ""

    def begin(self, number: int, location: Location, column: str) -> None:
        """Keep a location that may come once only."""
        first = self.locations.setdefault(location.location_id, location)
        if location.location_id and first is not location:
            told = f"{location.location_id} is already in row {first.row}. Keep one row for each location."
            self.faults.add(number, column, told)


def _places(kind: Kind, names: list[str]) -> dict[str, int]:
    """The position of each column that is read. Raises RatingsRefused where one is missing or there twice."""
    wanted = [(column, folded(column)) for column in (*kind.needed, *kind.optional)]
    faults = [
        f"The column “{column}” is missing."
        for column, name in wanted[: len(kind.needed)]
        if name not in names
    ]
    faults += [
        f"The column “{column}” is there {names.count(name)} times. Keep one."
        for column, name in wanted
        if names.count(name) > 1
    ]
    if faults:
        refuse(*faults)
    return {column: names.index(name) for column, name in wanted if name in names}


def _who(rows: _Rows, number: int, cells: Sequence[str]) -> Location:
    """What every kind but the weekly directory says of a location in the same columns."""
    return Location(
        row=number,
        location_id=rows.cqc_id(number, cells, "Location ID"),
        location_name=rows.text(number, cells, "Location Name", 300, needed=True),
        provider_cqc_id=rows.cqc_id(number, cells, "Provider ID"),
        provider_name=rows.text(number, cells, "Provider Name", 300, needed=True),
        local_authority=sys.intern(rows.text(number, cells, "Location Local Authority", 100)),
    )


def _wide(rows: _Rows, number: int, cells: list[str]) -> None:
    location = _who(rows, number, cells)
    location.services = sys.intern(rows.text(number, cells, "Service Types", _MOST_SERVICES))
    location.category = sys.intern(rows.cell(cells, "Primary inspection category")[:100])
    location.company_number = _company_number(rows.cell(cells, "Provider Companies House Number"))
    location.ratings = [rows.rating(number, cells, column) for column in _WIDE_RATINGS]
    location.key_questions = True
    location.dormant = rows.yes(number, cells, "Dormant")
    location.ended = rows.day(number, cells, "Location HSCA end date")
    location.published = rows.day(number, cells, "Publication Date")
    rows.day(number, cells, "Location HSCA start date")
    rows.begin(number, location, "Location ID")


def _filters(rows: _Rows, number: int, cells: list[str]) -> None:
    location = _who(rows, number, cells)
    location.category = sys.intern(rows.cell(cells, "Location Primary Inspection Category")[:100])
    location.company_number = _company_number(rows.cell(cells, "Provider Companies House Number"))
    location.ratings[0] = rows.rating(number, cells, "Location Latest Overall Rating")
    location.dormant = rows.yes(number, cells, "Dormant (Y/N)")
    location.inherited = rows.yes(number, cells, "Inherited Rating (Y/N)")
    location.ended = rows.day(number, cells, "Location HSCA end date")
    location.published = rows.day(number, cells, "Publication Date")
    rows.day(number, cells, "Location HSCA start date")
    services = [name for at, name in rows.service_columns if cells[at].strip().upper() == "Y"]
    location.services = _listed(services)
    rows.begin(number, location, "Location ID")


def _long(rows: _Rows, number: int, cells: list[str]) -> None:
    """One rating: of a location, or of one of its services, overall or on a key question."""
    known = rows.locations.get(rows.cell(cells, "Location ID"))
    if known is None:
        known = _who(rows, number, cells)
        known.category = sys.intern(rows.cell(cells, "Location Primary Inspection Category")[:100])
        known.key_questions = True
        rows.locations[known.location_id] = known
    column = "Domain"
    domain = _DOMAINS.get(rows.cell(cells, column).casefold())
    if domain is None:
        told = f"“{rows.cell(cells, column)[:60]}” is neither Overall nor one of the five key questions."
        rows.faults.add(number, column, told)
        return
    rating = rows.rating(number, cells, "Latest Rating")
    published = rows.day(number, cells, "Publication Date")
    inherited = rows.yes(number, cells, "Inherited Rating (Y/N)")
    service = sys.intern(rows.text(number, cells, "Service / Population Group", 200, needed=True))
    if service.casefold() == "overall":
        ratings = known.ratings
        known.inherited = known.inherited or inherited
        if domain == 0 or not known.published:
            known.published = published
    else:
        known.by_service = known.by_service or {}
        ratings = known.by_service.setdefault(service, [""] * len(AREAS))
    if ratings[domain] and ratings[domain] != rating:
        told = (
            f"{known.location_id} is rated {ratings[domain]} on this in an earlier row, and {rating} here. "
            "Ask the CQC which it is, and take the other row out."
        )
        rows.faults.add(number, "Latest Rating", told)
    elif ratings[domain]:
        rows.left_out += 1
    ratings[domain] = rating


def _directory(rows: _Rows, number: int, cells: list[str]) -> None:
    """Where a location is, whose it is and what it does; the weekly directory has no ratings."""
    if not rows.cell(cells, "CQC Location ID (for office use only)"):
        rows.left_out += 1  # a provider without a location of its own
        return
    location = Location(
        row=number,
        location_id=rows.cqc_id(number, cells, "CQC Location ID (for office use only)"),
        location_name=rows.text(number, cells, "Name", 300, needed=True),
        provider_cqc_id=rows.cqc_id(number, cells, "CQC Provider ID (for office use only)"),
        provider_name=rows.text(number, cells, "Provider name", 300, needed=True),
        local_authority=sys.intern(rows.text(number, cells, "Local authority", 100)),
    )
    listed = rows.cell(cells, "Service types")
    names = [name.strip() for name in re.split(r"[|,]", listed)]
    location.services = _listed([_SAME_SERVICE.get(name.casefold(), name) for name in names if name])
    rows.begin(number, location, "CQC Location ID (for office use only)")


def _listed(services: Sequence[str]) -> str:
    """Kinds of service as one text, each once, those of care at home first: a hospital has more than fit."""
    kept: list[str] = []
    for name in sorted(dict.fromkeys(services), key=lambda name: name not in _CARE_FIRST):
        if len(", ".join([*kept, name])) > _MOST_SERVICES:
            break
        kept.append(name)
    return sys.intern(", ".join(kept))


def _company_number(text: str) -> str:
    """A company's number with its leading zeros, which spreadsheets take away; "" where there is none."""
    number = text.upper()
    if not number.isalnum() or len(number) > 8:
        return ""
    return number.zfill(8)
