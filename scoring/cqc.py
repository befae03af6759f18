"""The Care Quality Commission's ratings, and the condition of participation that rules make of them.

A location has an overall rating and one for each of five key questions. Any of the six may be missing: a
location not yet inspected has none, and the newer assessment framework may rate key questions and no overall.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scoring.reading import Fields
from scoring.rules import CqcRules

AREAS: Final = {
    "overall": "overall",
    "safe": "safe",
    "effective": "effective",
    "caring": "caring",
    "responsive": "responsive",
    "well_led": "well-led",
}
"""The record's fields and how people write them; overall first."""

RATED: Final = ("Inadequate", "Requires improvement", "Good", "Outstanding")
"""From the worst to the best."""
UNRATED: Final = ("", "No published rating", "Inspected but not rated", "Insufficient evidence to rate")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_KNOWN: Final = {rating.lower(): rating for rating in (*RATED, *UNRATED)}

INADEQUATE: Final = "inadequate"
NOT_RATED: Final = "unrated"
BELOW_FLOOR: Final = "below_minimum_overall"


@dataclass(frozen=True)
class Location:
    """A registered location; `ratings` by area, each in RATED or UNRATED, "" where the record has none."""

    id: str
    ratings: dict[str, str]
    published: str
    """The date, as 2026-05-01, or ""."""


@dataclass(frozen=True)
class Finding:
    """What the ratings say about a bidder: of which kind, whether it is refused for it, and why in words."""

    kind: str
    refused: bool
    reason: str


def findings(locations: Sequence[Location], rules: CqcRules) -> tuple[Finding, ...]:
    """Hold every location to the rules; nothing found means that all are rated and none is in the way."""
    if not locations:
        return (_finding(NOT_RATED, rules.refuse_unrated, "no registered location is on record"),)
    return tuple(finding for location in locations for finding in _of_location(location, rules))


def _of_location(location: Location, rules: CqcRules) -> list[Finding]:
    found = []
    where, when = f"location {location.id}", _dated(location.published)
    for area, rating in location.ratings.items():
        if rating == "Inadequate":
            reason = f"{where}: CQC rating for {AREAS[area]} is Inadequate{when}"
            found.append(_finding(INADEQUATE, rules.refuse_inadequate, reason))
    overall = location.ratings.get("overall", "")
    if overall not in RATED:
        shown = f" ({overall})" if overall else ""
        found.append(
            _finding(NOT_RATED, rules.refuse_unrated, f"{where}: no overall CQC rating{shown}{when}")
        )
    elif rules.minimum_overall and RATED.index(overall) < RATED.index(rules.minimum_overall):
        reason = f"{where}: overall CQC rating is {overall}, below the minimum, {rules.minimum_overall}{when}"
        found.append(_finding(BELOW_FLOOR, True, reason))
    return found


def _finding(kind: str, refused: bool, reason: str) -> Finding:
    return Finding(kind, refused, f"{reason}: {'refused' if refused else 'allowed'} by the rules")


def _dated(published: str) -> str:
    if not published:
        return ""
    date = datetime.date.fromisoformat(published)
    return f", published {date.day} {_MONTHS[date.month - 1]} {date.year}"


def read_locations(bidder: Fields) -> tuple[Location, ...]:
    """Read `cqc` of a bidder, noting faults."""
    found, places = [], []
    for fields in bidder.entries("cqc", 1_000, ("location",), (*AREAS, "published")):
        identifier = fields.identifier("location")
        places.append((identifier, fields.at("location")))
        ratings = {}
        for area in AREAS:
            rating = fields.values.get(area, "")
            known = _KNOWN.get(rating.strip().lower()) if isinstance(rating, str) else None
            if known is None:
                fields.reader.choice(rating, fields.at(area), (*RATED, *UNRATED[1:], "nothing"))
            ratings[area] = known or ""
        if identifier is not None:
            found.append(Location(identifier, ratings, _date(fields)))
    bidder.reader.unique(places, "location")
    return tuple(found)


def _date(fields: Fields) -> str:
    published = fields.values.get("published", "")
    if published == "":
        return ""
    try:
        if isinstance(published, str) and len(published) == len("2026-05-01"):
            return datetime.date.fromisoformat(published).isoformat()
    except ValueError:
        pass
    fields.fault("published", "must be a date as 2026-05-01; leave it out where there is none")
    return ""
