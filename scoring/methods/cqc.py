"""The Care Quality Commission's ratings, and the condition of participation that rules make of them.

A location has an overall rating and one for each of five key questions. Any of the six may be missing: a
location not yet inspected has none, and the newer assessment framework may rate key questions and no overall.
A location may also be dormant, suspended or no longer registered; the ratings of one whose registration has
ended are history, so they are told and neither refuse anybody nor make up for a rating that is missing.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Final

from scoring.english import listed
from scoring.model.record import REGISTERED, Finding, Location
from scoring.model.rules import CqcRules

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

INADEQUATE: Final = "inadequate"
NOT_RATED: Final = "unrated"
BELOW_FLOOR: Final = "below_minimum_overall"

DEREGISTERED: Final = "deregistered"
_SAID: Final = {
    "dormant": "registered but dormant: it gives no care at present",
    "suspended": "its registration is suspended",
    DEREGISTERED: "its registration has ended",
}
"""What a location may be other than registered, and how it is said."""


def findings(locations: Sequence[Location], rules: CqcRules) -> tuple[Finding, ...]:
    """Hold every location to the rules; nothing found means that all are rated and none is in the way."""
    found = [finding for location in locations for finding in _of_location(location, rules)]
    if all(location.status == DEREGISTERED for location in locations):
        found.insert(0, _finding(NOT_RATED, rules.refuse_unrated, "no registered location is on record"))
    return tuple(found)


def _of_location(location: Location, rules: CqcRules) -> list[Finding]:
    found = [] if location.status == REGISTERED else [_unusual(location, rules)]
    if location.status == DEREGISTERED:
        return found
    where, when = f"location {location.id}", _dated(location.published)
    for area in _inadequate(location):
        reason = f"{where}: CQC rating for {AREAS[area]} is Inadequate{when}"
        found.append(_finding(INADEQUATE, rules.refuse_inadequate, reason))
    overall = location.ratings.get("overall", "")
    if overall not in RATED:
        shown = f" ({overall})" if overall else ""
        if any(rating in RATED for rating in location.ratings.values()):
            shown += ", although key questions are rated"
        found.append(
            _finding(NOT_RATED, rules.refuse_unrated, f"{where}: no overall CQC rating{shown}{when}")
        )
    elif rules.minimum_overall and RATED.index(overall) < RATED.index(rules.minimum_overall):
        reason = f"{where}: overall CQC rating is {overall}, below the minimum, {rules.minimum_overall}{when}"
        found.append(_finding(BELOW_FLOOR, True, reason))
    return found


def _inadequate(location: Location) -> list[str]:
    return [area for area, rating in location.ratings.items() if rating == "Inadequate"]


def _unusual(location: Location, rules: CqcRules) -> Finding:
    """Say that a location is dormant, suspended or gone, and what the published rules make of that."""
    reason = f"location {location.id}: {_SAID[location.status]}"
    worst = _inadequate(location)
    if location.status == DEREGISTERED and worst:
        areas = listed([AREAS[area] for area in worst], most=len(AREAS))
        reason += f"; its last CQC rating for {areas} was Inadequate{_dated(location.published)}"
    if location.status in rules.statuses:
        return _finding(location.status, rules.statuses[location.status] == "refuse", reason)
    return Finding(location.status, False, f"{reason}: the rules say nothing about it")


def _finding(kind: str, refused: bool, reason: str) -> Finding:
    return Finding(kind, refused, f"{reason}: {'refused' if refused else 'allowed'} by the rules")


def _dated(published: str) -> str:
    if not published:
        return ""
    date = datetime.date.fromisoformat(published)
    return f", published {date.day} {_MONTHS[date.month - 1]} {date.year}"
