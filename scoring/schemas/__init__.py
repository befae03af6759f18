"""JSON Schemas (draft 2020-12) of the documents, for those who write or read them without this package.

    python -m scoring schema record

A schema says what each value alone can be. What must hold between values (sums, unique ids, references) its
description names, and `scoring.check` finds. The files refer to each other by
`$id`; `schema` gives one document with everything that it refers to inside.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any, Final

NAMES: Final = {
    "record": "an evaluation record, evaluation/1",
    "rules": "the rules of an evaluation record",
    "rules-document": "the rules that are published with a tender, tender-rules/1",
    "result": "the result of an evaluation, evaluation-result/1",
    "robustness": "a report on what the awards hang on, robustness/1",
}
"""The documents that have a schema."""

_URN: Final = "urn:scoring:schema:"


def schema(name: str) -> dict[str, Any]:
    """Return a schema, one of NAMES, with those it refers to among its `$defs`. Raises KeyError."""
    if name not in NAMES:
        raise KeyError(f"there is no schema of {name}; there are {', '.join(NAMES)}")
    found = _read(name)
    inside = _with_what_they_refer_to(found)
    if inside:
        found["$defs"] = {**found.get("$defs", {}), **{each["$id"]: each for each in inside}}
    return found


def _read(name: str) -> dict[str, Any]:
    text = resources.files(__name__).joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


def _with_what_they_refer_to(first: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every other schema that is needed, each once, in alphabetical order of its `$id`."""
    found = {first["$id"]: first}
    looking = [first]
    while looking:
        for reference in _references(looking.pop()):
            identity = reference.partition("#")[0]
            if identity.startswith(_URN) and identity not in found:
                found[identity] = _read(identity.removeprefix(_URN).partition(":")[0])
                looking.append(found[identity])
    return [found[identity] for identity in sorted(found) if identity != first["$id"]]


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
