"""The evaluation record: all that an evaluation depends on, read whole or refused with every fault named.

Format `evaluation/1`, described in docs/scoring.md. Money in pence; weights, percentages and hours in
hundredths.
"""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from dataclasses import replace
from typing import Any, Final

from scoring import exact
from scoring.model.bids import Around
from scoring.model.record import FORMAT, Bidder, Lot, Record
from scoring.reading.bidders import read_bidders
from scoring.reading.bids_one_by_one import read_bids
from scoring.reading.draw import has_draw, read_draw
from scoring.reading.faults import Fault, NotWhole, RecordRefused, RepeatedKeys
from scoring.reading.fields import Fields, Reader
from scoring.reading.rules import RulesRead, read_rules
from scoring.reading.ties_decided import read_ties_decided

__all__ = ["FORMAT", "Bidder", "Fault", "Lot", "Record", "RecordRefused", "check", "from_object", "read"]


OPTIONAL: Final = ("draw", "ties_decided")
"""What a record has besides where there was a draw, or a person decided a tie."""

_MANY_DIGITS: Final = re.compile("[0-9]{31}")
"""A text with this many digits in a row may hold an integer that Python refuses to print."""


def read(text: bytes | str) -> Record:
    """Read a record from JSON (UTF-8 where it is bytes). Raises RecordRefused with every fault."""
    return from_object(parse(text))


def check(obj: object) -> list[Fault]:
    """Return every fault of a record given as a JSON object; none means that it can be evaluated."""
    return _read(obj)[1]


def from_object(obj: object) -> Record:
    """Return the record that a JSON object holds. Raises RecordRefused with every fault."""
    record, faults = _read(obj)
    if record is None:
        raise RecordRefused(faults)
    return record


def parse(text: bytes | str) -> object:
    """Read JSON (UTF-8 where it is bytes) strictly, for `check_rules` and such. Raises RecordRefused."""
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        return json.loads(
            text.removeprefix("\ufeff"),
            object_pairs_hook=_pairs,
            parse_float=NotWhole,
            parse_constant=NotWhole,
            parse_int=_whole if _MANY_DIGITS.search(text) else None,
        )
    except UnicodeDecodeError as error:
        fault = Fault("record", f"is not UTF-8 text: byte {error.start + 1} cannot be read; save it as UTF-8")
    except json.JSONDecodeError as error:
        fault = Fault(f"line {error.lineno}, column {error.colno}", f"is not JSON here: {error.msg}")
    except RecursionError:
        fault = Fault("record", "is nested too deeply to be what is read here")
    raise RecordRefused([fault])


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) == len(pairs):
        return fields
    times = Counter(name for name, _ in pairs)
    repeated = RepeatedKeys(fields)
    repeated.repeated = tuple(name for name in fields if times[name] > 1)
    return repeated


def _whole(digits: str) -> int | NotWhole:
    """Read a JSON integer; one of thousands of digits is kept as text, since Python refuses to print it."""
    return int(digits) if len(digits) <= 30 else NotWhole(f"of {len(digits):,} digits")


def _read(obj: object) -> tuple[Record | None, list[Fault]]:
    reader = Reader()
    fields = reader.entry(obj, "", ("format", "rules", "lots", "bidders", "bids"), OPTIONAL)
    hold_to_format(fields)
    lot_ids = ids_in(fields.values.get("lots"))
    rules = read_rules(fields, lot_ids)
    lots = _read_lots(fields)
    bidders = read_bidders(fields, rules, lot_ids)
    bidder_ids = ids_in(fields.values.get("bidders"))
    draw, decided = read_draw(fields), read_ties_decided(fields, lot_ids, bidder_ids)
    bids = None
    if "bids" in fields:
        around = replace(_around(rules, bidder_ids, bidders, lot_ids), sealed=has_draw(fields))
        bids = read_bids(reader, fields.values["bids"], around)
    if reader.faults or rules.complete is None or bids is None:
        return None, reader.faults
    as_read = {name: copy.deepcopy(value) for name, value in fields.values.items() if name != "bids"}
    sound = tuple(bidder for bidder in bidders if bidder is not None)
    return Record(rules.complete, lots, sound, bids, as_read, draw, decided), []


def hold_to_format(fields: Fields) -> None:
    """Refuse a record of another format."""
    if "format" in fields and fields.values["format"] != FORMAT:
        fields.fault("format", f'must be "{FORMAT}"; this version reads no other')


def ids_in(listed: object) -> dict[str, int]:
    """Return the ids in a list of objects and where they are: what the rest of the record may refer to.

    They are taken unchecked, so that one bad entry does not fault everything that refers to it.
    """
    found: dict[str, int] = {}
    for at, item in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(item, dict) and isinstance(item.get("id"), str):
            found.setdefault(item["id"], at)
    return found


def _read_lots(record: Fields) -> tuple[Lot, ...]:
    if record.values.get("lots") == []:
        record.fault("lots", "is empty; a tender has at least one lot")
    lots, places = [], []
    required = ("id", "service", "zone", "hours_per_week", "weeks_per_year", "places")
    for fields in record.entries("lots", exact.MOST_LOTS, required):
        identifier, service, zone = fields.identifier("id"), fields.text("service"), fields.text("zone")
        hours = fields.decimal("hours_per_week", 0, exact.HIGHEST_HOURS)
        weeks = fields.whole("weeks_per_year", 1, 53)
        awards = fields.whole("places", 1, exact.MOST_BIDDERS)
        places.append((identifier, fields.at("id")))
        if identifier and service and zone and hours is not None and weeks and awards:
            lots.append(Lot(identifier, service, zone, hours, weeks, awards))
    record.reader.unique(places, "lot")
    return tuple(lots)


def _around(
    rules: RulesRead, bidder_at: dict[str, int], bidders: list[Bidder | None], lots: dict[str, int]
) -> Around:
    """Collect what bids refer to, and who is out of assessment."""
    out: dict[int, frozenset[int] | None] = {}
    for at, bidder in enumerate(bidders):
        if bidder is None:
            continue
        if any(finding.refused for finding in bidder.findings) or any(
            decision.lots is None for decision in bidder.decisions
        ):
            out[at] = None
        elif bidder.decisions:
            named = [lot for decision in bidder.decisions for lot in decision.lots or ()]
            out[at] = frozenset(lots[lot] for lot in named if lot in lots)
    lines = rules.price.lines if rules.price is not None else None
    return Around(bidder_at, lots, rules.questions, rules.scale, lines, out)
