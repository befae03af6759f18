"""The Care Quality Commission's ratings, and the condition of participation that rules make of them.

A location has an overall rating and one for each of five key questions. Any of the six may be missing: a
location not yet inspected has none, and the newer assessment framework may rate key questions and no overall.
A location may also be dormant, suspended or no longer registered; the ratings of one whose registration has
ended are history: they are reported, and neither refuse a bidder nor make up for a missing rating.

What nobody could look up is not checked, which is no rating at all and allows nothing: a bidder with such a
location is not ranked until a file holds what is missing, or a person's decision covers it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from scoring.model.reasons import CqcReason, RuleEffect
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
UNRATED: Final = (
    "",
    "No published rating",
    "Inspected but not rated",
    "Insufficient evidence to rate",
    "Not rated",
)

INADEQUATE: Final = "inadequate"
NOT_RATED: Final = "unrated"
NOT_CHECKED: Final = "not_checked"
BELOW_FLOOR: Final = "below_minimum_overall"

DEREGISTERED: Final = "deregistered"

NOT_IN_FILE: Final = "not_in_file"
RATED_BY_SERVICE: Final = "rated_by_service"
KEY_QUESTIONS_MISSING: Final = "key_questions_missing"
WHY_NOT_CHECKED: Final = (NOT_IN_FILE, RATED_BY_SERVICE, KEY_QUESTIONS_MISSING)
"""Why a location could not be checked: the file does not hold it; it holds a rating for each of several
services and none for the location; or it holds no key questions, and one may be Inadequate."""


def findings(locations: Sequence[Location], rules: CqcRules) -> tuple[Finding, ...]:
    """Judge every location by the rules; no finding means that all are rated and none is refused."""
    found = [finding for location in locations for finding in _of_location(location, rules)]
    if all(location.status == DEREGISTERED for location in locations):
        rule = _effect(rules.refuse_unrated)
        found.insert(0, _finding(NOT_RATED, {"code": "cqc_no_location", "rule": rule}))
    return tuple(found)


def _of_location(location: Location, rules: CqcRules) -> list[Finding]:
    found = [] if location.status == REGISTERED else [_unusual(location, rules)]
    if location.not_checked:
        found.append(_unchecked(location))
    if location.status == DEREGISTERED:
        return found
    where, published = location.id, location.published or None
    for area in _inadequate(location):
        found.append(
            _finding(
                INADEQUATE,
                {
                    "code": "cqc_inadequate",
                    "location": where,
                    "area": area,
                    "published": published,
                    "rule": _effect(rules.refuse_inadequate),
                },
            )
        )
    overall = location.ratings.get("overall", "")
    if overall not in RATED:
        if location.not_checked:
            return found  # whether it is rated is what nobody knows, or what a person has looked up
        found.append(
            _finding(
                NOT_RATED,
                {
                    "code": "cqc_unrated",
                    "location": where,
                    "overall": overall or None,
                    "key_questions_rated": any(rating in RATED for rating in location.ratings.values()),
                    "published": published,
                    "rule": _effect(rules.refuse_unrated),
                },
            )
        )
    elif rules.minimum_overall and RATED.index(overall) < RATED.index(rules.minimum_overall):
        found.append(
            _finding(
                BELOW_FLOOR,
                {
                    "code": "cqc_below_minimum",
                    "location": where,
                    "overall": overall,
                    "minimum": rules.minimum_overall,
                    "published": published,
                    "rule": "refuse",
                },
            )
        )
    return found


def _unchecked(location: Location) -> Finding:
    """Return the finding about a location that could not be checked: refused until a person's decision
    covers it, whatever the rules say, because no rule can be applied to what is not known."""
    return _finding(
        NOT_CHECKED,
        {
            "code": "cqc_not_checked",
            "location": location.id,
            "why": location.not_checked,
            "covered": location.covered or None,
            "rule": _effect(not location.covered),
        },
    )


def _inadequate(location: Location) -> list[str]:
    return [area for area, rating in location.ratings.items() if rating == "Inadequate"]


def _unusual(location: Location, rules: CqcRules) -> Finding:
    """Return the finding about a dormant, suspended or deregistered location, and what the rules say."""
    gone = location.status == DEREGISTERED
    effect: RuleEffect | None = None
    if location.status in rules.statuses:
        effect = _effect(rules.statuses[location.status] == "refuse")
    worst = _inadequate(location) if gone else []
    return _finding(
        location.status,
        {
            "code": "cqc_registration",
            "location": location.id,
            "status": location.status,
            "last_inadequate": worst,
            "published": (location.published or None) if worst else None,
            "rule": effect,
        },
    )


def _effect(refuse: bool) -> RuleEffect:
    return "refuse" if refuse else "allow"


def _finding(kind: str, reason: CqcReason) -> Finding:
    return Finding(kind, reason["rule"] == "refuse", reason)
