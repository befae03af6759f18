"""What a schema says of a document, and which faults of a record are beyond what any schema can say."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Sequence
from typing import Any

from jsonschema import Draft202012Validator

from scoring import schemas
from scoring.reading.faults import Fault

BEYOND: dict[str, str] = {
    "a reference to what is not there": r"there is no (lot|bidder|question) .* in (this record|rules\.quest)",
    "an id that comes twice": r"\.(id|location): the \w+ .* is already .*; each comes once$",
    "a lot that is decided twice": r"\.decision\[\d+\]\.lots: the lot .* is already .*; each comes once$",
    "two bids of one bidder for one lot": r"already bids for .* one bid for each bidder and lot$",
    "more decisions than lots": r"bidders\[\d+\]\.decision: has \d+ entries; the limit is \d+$",
    "weights that do not come to the whole": r"come to [0-9.]+; they must come to",
    "a scale that does not rise": r"rules\.marks: the lowest mark, \d+, must be below the highest",
    "a minimum off the scale": r"rules\.questions\[\d+\]\.minimum: \d+ is (above|below) the",
    "a floor above the ceiling": r"rules\.price: the floor, .* is above the ceiling",
    "limits that leave nothing between": r"between_limits needs a ceiling above the floor; they are the same",
    "a mark off the scale": r"bids\[\d+\]\.marks\..*: \d+ is (above|below) the (highest|lowest) mark",
    "a mark that is missing": r"bids\[\d+\]\.marks.* is missing; (lot .* asks|a bid in assessment)",
    "a mark that is not asked for": r"does not ask this question; take it out$",
    "a price that is missing": r"bids\[\d+\]\.price.* is missing; (a bid in assessment|every line)",
    "a price for no line": r"is not a line of rules\.price\.lines; take it out$",
    "a secret that was not committed": r"draw\.secret: is not the one that was committed at publication",
    "a tie that is decided twice": r"ties_decided\[\d+\]\.bidders: the bidder .* is already",
    "prices that come to too much": r"come to [0-9,]+ pence with their volumes; the limit is",
}
"""What needs two places of a record at once: sums, comparisons, references, and ids that come once."""


def is_beyond(fault: Fault) -> bool:
    return any(re.search(pattern, str(fault)) for pattern in BEYOND.values())


_SAYS_NOTHING = ("$id", "$schema", "$comment", "title", "description", "examples")


def wrong(judge: Draft202012Validator, document: Any) -> list[str]:
    """What a schema has against a document, in short."""
    return [f"{error.json_path}: {error.message[:300]}" for error in judge.iter_errors(document)]


def validator(name: str) -> Draft202012Validator:
    """Of a schema by name, with what it refers to put in its place: looking it up takes half of the time."""
    written = schemas.schema(name)
    return Draft202012Validator(_inlined(written, written, _identified(written)))


def _identified(schema: dict[str, Any]) -> dict[str, Any]:
    inside = {each["$id"]: each for each in schema["$defs"].values() if "$id" in each}
    return {schema["$id"]: schema, **inside}


def _inlined(value: Any, document: dict[str, Any], documents: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_inlined(inner, document, documents) for inner in value]
    if not isinstance(value, dict):
        return value
    document = documents.get(value.get("$id", ""), document)
    found = {
        name: _inlined(inner, document, documents)
        for name, inner in value.items()
        if name not in _SAYS_NOTHING or isinstance(inner, dict)  # then it is a field of that name
    }
    for aside in ("$defs", "$ref"):
        found.pop(aside, None)
    if isinstance(value.get("$ref"), str):
        identity, _, path = value["$ref"].partition("#")
        meant = at = documents[identity] if identity else document
        for step in path.split("/")[1:]:
            at = at[step]
        found["allOf"] = [*found.get("allOf", []), _inlined(at, meant, documents)]
    return found


Place = tuple[str | int, ...]


def places(value: Any, here: Place = ()) -> list[Place]:
    """Every place in a document, itself first."""
    inner: Sequence[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [here, *(place for key, each in inner for place in places(each, (*here, key)))]


def one_of_each_kind(found: Sequence[Place]) -> list[Place]:
    """Of places that differ only by their position in a list, the first."""
    kinds: dict[Place, Place] = {}
    for place in found:
        kinds.setdefault(tuple("*" if isinstance(step, int) else step for step in place), place)
    return list(kinds.values())


def _left_out(document: Any, place: Place) -> Any:
    changed = copy.deepcopy(document)
    around = changed
    for step in place[:-1]:
        around = around[step]
    del around[place[-1]]
    return changed


def required_by(judge: Draft202012Validator, document: Any, optional: Collection[str]) -> None:
    """Hold that each field of a document is required, but for those that are optional."""
    fields = [place for place in one_of_each_kind(places(document)) if place and isinstance(place[-1], str)]
    fields = [place for place in fields if place[-1] not in optional]
    assert len(fields) > 15
    for place in fields:
        assert not judge.is_valid(_left_out(document, place)), place
