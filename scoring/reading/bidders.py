"""Reading the bidders of a record: who they are, their CQC locations, what a person decided on them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection
from contextlib import suppress
from typing import Final

from scoring import exact
from scoring.methods import cqc
from scoring.methods.cqc import AREAS, RATED, UNRATED, WHY_NOT_CHECKED
from scoring.methods.eligibility import DECIDED
from scoring.model.record import REGISTERED, Bidder, Decision, Location
from scoring.model.rules import UNUSUAL
from scoring.reading.fields import Fields
from scoring.reading.rules import RulesRead


def read_bidders(record: Fields, rules: RulesRead, lots: Collection[str]) -> list[Bidder | None]:
    bidders: list[Bidder | None] = []
    places: list[tuple[str | None, str]] = []
    optional = ("preferences", "most_lots", "hours_per_week", "decision")
    for fields in record.entries("bidders", exact.MOST_BIDDERS, ("id", "name", "cqc"), optional):
        identifier, name = fields.identifier("id"), fields.text("name")
        places.append((identifier, fields.at("id")))
        locations = read_locations(fields)
        bidder = Bidder(
            id=identifier or "",
            name=name or "",
            locations=locations,
            findings=cqc.findings(locations, rules.cqc) if rules.cqc is not None else (),
            decisions=read_decisions(fields, lots),
            preferences=fields.lots("preferences", lots, may_be_empty=True) or (),
            most_lots=fields.whole("most_lots", 1, exact.MOST_LOTS, "lots"),
            hours=fields.decimal("hours_per_week", 0, exact.HIGHEST_HOURS),
        )
        bidders.append(bidder if identifier is not None else None)
    record.reader.unique(places, "bidder")
    return bidders


def read_decisions(bidder: Fields, lots: Collection[str]) -> tuple[Decision, ...]:
    """Read `decision` of a bidder: one, or a list where lots were decided differently."""
    if "decision" not in bidder:
        return ()
    names = (("state", "reason"), ("lots",))
    if isinstance(bidder.values["decision"], list):
        entries = bidder.entries("decision", len(lots) or 1, *names)
        if bidder.values["decision"] == []:
            bidder.fault("decision", "is empty; leave it out where nothing was decided")
    else:
        entry = bidder.entry("decision", *names)
        entries = [] if entry is None else [entry]
    decisions, places = [], []
    for fields in entries:
        state, reason = fields.choice("state", DECIDED), fields.text("reason")
        named = fields.lots("lots", lots)
        if len(entries) > 1 and "lots" not in fields:
            fields.fault("lots", "is missing; each of several decisions must name its lots")
        places += [(lot, fields.at("lots")) for lot in dict.fromkeys(named or ())]
        if state is not None and reason is not None:
            decisions.append(Decision(state, reason, named))
    bidder.reader.unique(places, "lot")
    return tuple(decisions)


_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")

_KNOWN: Final = {rating.lower(): rating for rating in (*RATED, *UNRATED)}


def read_locations(bidder: Fields) -> tuple[Location, ...]:
    """Read `cqc` of a bidder, noting faults."""
    found, places = [], []
    optional = (*AREAS, "published", "status", "not_checked", "covered")
    for fields in bidder.entries("cqc", 1_000, ("location",), optional):
        identifier = fields.identifier("location")
        places.append((identifier, fields.at("location")))
        ratings = {}
        for area in AREAS:
            rating = fields.values.get(area, "")
            known = _KNOWN.get(rating.lower()) if isinstance(rating, str) else None
            if known is None:
                fields.reader.choice(rating, fields.at(area), (*RATED, *UNRATED[1:], "nothing"))
            ratings[area] = known or ""
        status = fields.choice("status", (REGISTERED, *UNUSUAL)) or REGISTERED
        if identifier is not None:
            found.append(Location(identifier, ratings, _date(fields), status, *_checked(fields)))
    bidder.reader.unique(places, "location")
    return tuple(found)


def _checked(fields: Fields) -> tuple[str, str]:
    """Why the location could not be checked, and the decision that covers it; "" where there is none."""
    why, covered = fields.choice("not_checked", WHY_NOT_CHECKED), fields.text("covered")
    if "covered" in fields and "not_checked" not in fields:
        fields.fault("covered", "covers nothing; leave it out, or say in not_checked what it covers")
    return why or "", covered or ""


def _date(fields: Fields) -> str:
    published = fields.values.get("published", "")
    if published == "":  # may be blank, as a rating may: published data has blanks
        return ""
    if isinstance(published, str) and _DAY.fullmatch(
        published
    ):  # ISO 8601 also allows a day of a week, which is refused
        with suppress(ValueError):
            return datetime.date.fromisoformat(published).isoformat()
    fields.fault("published", "must be a date as 2026-05-01; leave it out where there is none")
    return ""
