"""Reading the CQC's published table of locations with ratings: every row right, or every wrong row named."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime

from lots.refusal import Refusal, Refusals

MOST_ROWS = 80_000
"""The CQC registers some 60,000 locations."""
MOST_BYTES = 64 * 1024 * 1024
FAULTS_TOLD = 20

RATINGS = {
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
    )
}
"""Every text that is read as a rating; the CQC writes Requires Improvement both ways."""

RATING_COLUMNS = {
    "overall": "Location Latest Overall Rating",
    "safe": "Location safe rating",
    "effective": "Location effective rating",
    "caring": "Location caring rating",
    "responsive": "Location responsive rating",
    "well_led": "Location well-led rating",
}
TEXT_COLUMNS = {
    "location_id": ("Location ID", 40, True),
    "location_name": ("Location Name", 300, True),
    "provider_cqc_id": ("Provider ID", 40, True),
    "provider_name": ("Provider Name", 300, True),
    "local_authority": ("Location Local Authority", 100, False),
    "services": ("Service Types", 500, False),
}
"""Field: column, most characters, whether it must not be empty."""
DORMANT, ENDED, PUBLISHED = "Dormant", "Location HSCA end date", "Publication Date"
COLUMNS = (
    *(column for column, _, _ in TEXT_COLUMNS.values()),
    DORMANT,
    ENDED,
    *RATING_COLUMNS.values(),
    PUBLISHED,
)

_CQC_ID = re.compile(r"[0-9A-Z]+(-[0-9A-Z]+)*", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) 12:00:00 AM")


class RatingsRefused(Refusals):
    """A file that cannot be used; `faults` names what is wrong, row by row."""


@dataclass(frozen=True)
class RatingsTable:
    """The rows of a file as the `rating` table takes them; `row` counts as a spreadsheet does, header 1."""

    rows: list[dict[str, object]]


def read_ratings(content: bytes) -> RatingsTable:
    """Read a CSV file with the CQC's own column names; other columns are left alone.

    Raises RatingsRefused with every fault found, up to a sensible number.
    """
    records = _records(_text(content))
    places = _places(records[0] if records else [])
    body = [
        (number, cells) for number, cells in enumerate(records[1:], start=2) if any(map(str.strip, cells))
    ]
    if not body:
        raise _refused(["The file has a header and no rows. Choose the file with the ratings in it."])
    if len(body) > MOST_ROWS:
        raise _refused([f"The file has {len(body):,} rows. At most {MOST_ROWS:,} can be loaded."])
    faults: list[str] = []
    rows = [_row(number, cells, len(records[0]), places, faults) for number, cells in body]
    seen: dict[object, object] = {}
    for row in rows:
        first = seen.setdefault(row.get("location_id"), row["row"])
        if row.get("location_id") and first != row["row"]:
            faults.append(
                f"Row {row['row']}, Location ID: {row['location_id']} is already in row {first}. "
                "Keep one row for each location."
            )
    if faults:
        raise _refused(faults)
    return RatingsTable(rows)


def _text(content: bytes) -> str:
    if not content.strip():
        raise _refused(["The file is empty. Choose the file with the ratings in it."])
    if len(content) > MOST_BYTES:
        raise _refused([f"The file is larger than {MOST_BYTES // 1024 // 1024} MB."])
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise _refused(
            ["This is a spreadsheet file. Open it, choose “Save as”, then “CSV UTF-8”, and load that file."]
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refused(
            [f"Line {line} holds a character that is not UTF-8. Save the file again as “CSV UTF-8”."]
        ) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise _refused([f"Line {line} holds a null character: this is not a CSV file."])
    return text


def _records(text: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records = []
    try:
        for record in reader:
            records.append(record)
    except csv.Error as error:
        raise _refused(
            [f"Line {reader.line_num} cannot be read as CSV ({error}). Check its quotation marks."]
        ) from None
    return records


def _places(header: list[str]) -> dict[str, int]:
    """The position of each needed column."""
    names = [name.strip() for name in header]
    missing = [column for column in COLUMNS if column not in names]
    if len(missing) == len(COLUMNS):
        raise _refused(
            ["The first row does not hold the CQC’s column names, such as “Location ID” and “Provider ID”. "
             "Load the CQC’s table of locations with ratings, its first row included."]
        )  # fmt: skip
    faults = [f"The column “{column}” is missing." for column in missing]
    faults += [
        f"The column “{column}” is there {names.count(column)} times. Keep one."
        for column in COLUMNS
        if names.count(column) > 1
    ]
    if faults:
        raise _refused(faults)
    return {column: names.index(column) for column in COLUMNS}


def _row(
    number: int, cells: list[str], width: int, places: dict[str, int], faults: list[str]
) -> dict[str, object]:
    row: dict[str, object] = {"row": number}
    if len(cells) != width:
        faults.append(
            f"Row {number}: it has {len(cells)} cells and the header has {width}. "
            "Check for a missing quotation mark or comma."
        )
        return row
    for field, (column, most, needed) in TEXT_COLUMNS.items():
        value = cells[places[column]].strip()
        row[field] = value
        if needed and not value:
            faults.append(f"Row {number}, {column}: it is empty.")
        elif len(value) > most:
            faults.append(f"Row {number}, {column}: it is longer than {most} characters.")
        elif value and column.endswith(" ID") and not _CQC_ID.fullmatch(value):
            faults.append(f"Row {number}, {column}: “{value}” is not a CQC number such as 1-123456789.")
    for field, column in RATING_COLUMNS.items():
        value = " ".join(cells[places[column]].split())
        row[field] = RATINGS.get(value.casefold(), "")
        if value.casefold() not in RATINGS:
            faults.append(
                f"Row {number}, {column}: “{value[:60]}” is not a rating. Use Outstanding, Good, "
                "Requires improvement, Inadequate, one of the CQC’s phrases for unrated, or nothing."
            )
    dormant = cells[places[DORMANT]].strip().upper()
    row["dormant"] = dormant == "Y"
    if dormant not in {"Y", "N", ""}:
        faults.append(f"Row {number}, {DORMANT}: “{dormant[:60]}” is neither Y nor N.")
    for field, column in (("ended", ENDED), ("published", PUBLISHED)):
        row[field] = _iso_date(number, column, cells[places[column]].strip(), faults)
    return row


def _iso_date(number: int, column: str, value: str, faults: list[str]) -> str:
    """The date in ISO form. The published file writes 2025-06-26 and 6/26/2025 12:00:00 AM."""
    try:
        if not value:
            return ""
        american = _AMERICAN.fullmatch(value)
        if american:
            month, day, year = map(int, american.groups())
            return date(year, month, day).isoformat()
        if _ISO.fullmatch(value.removesuffix(" 00:00:00")):
            return datetime.fromisoformat(value).date().isoformat()
    except ValueError:
        pass
    faults.append(
        f"Row {number}, {column}: “{value[:60]}” is not a date as the CQC writes it, "
        "2025-06-26 or 6/26/2025 12:00:00 AM."
    )
    return ""


def _refused(faults: list[str]) -> RatingsRefused:
    refusals = [Refusal(fault, "file") for fault in faults[:FAULTS_TOLD]]
    if len(faults) > FAULTS_TOLD:
        refusals.append(
            Refusal(
                f"And {len(faults) - FAULTS_TOLD:,} more. Nothing was loaded: mend the file and try again.",
                "file",
            )
        )
    return RatingsRefused(refusals)
