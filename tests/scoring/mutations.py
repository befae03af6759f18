"""Single changes to a document at one place: what a careless hand or program might write there.

Each is named, and made when it is asked for.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.scoring.schema_checks import Place

LONG = "x" * 200
IN_PLACE: dict[str, Any] = {
    "null": None,
    "true": True,
    "nought": 0,
    "one": 1,
    "a whole number": 7,
    "a negative number": -1,
    "a number with decimals": 1.5,
    "a mark that no scale has": 1_001,
    "a large number": 100_000_000_001,
    "a number of forty digits": 10**39,
    "an empty text": "",
    "spaces": " \u00a0",
    "a word": "Alder",
    "a text of 200 characters": LONG,
    "a text of 201 characters": LONG + "x",
    "a text of two lines": "a\nb",
    "a text and a line break": "60\n",
    "a text with a character that is not seen": "a\u200bb",
    "a text with a tag that is not seen": "a\U000e0041",
    "a text that begins with a space": " 1",
    "a text that ends with a space": "1 ",
    "half of a character": "a\ud83d",
    "a number as text": "12.5",
    "a hundred as text": "100",
    "more than a hundred as text": "100.01",
    "too many decimals": "12.345",
    "an exponent": "1e1",
    "a minus": "-1",
    "a leading nought": "012",
    "nought as text": "0.00",
    "digits of another script": "\u0661\u0662",
    "ten million and more": "10000000.01",
    "a date": "2024-02-29",
    "a day that is not": "2026-02-29",
    "a date in words": "1 May 2026",
    "a rating in capitals": "GOOD",
    "a rating in another language": "Gut",
    "a method of prices": "fixed",
    "another method of prices": "between_limits",
    "a method of awards": "best_total",
    "the draw": "draw",
    "a question as a key of ties": "question:Q1",
    "the lot L1": "L1",
    "the bidder B1": "B1",
    "an empty list": [],
    "a list of a text": ["L1"],
    "a list of a text twice": ["L1", "L1"],
    "an empty object": {},
    "an object of a mark": {"Q1": 1},
}


def mutations(document: Any, place: Place) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Every change at one place: its name, and what makes it."""
    instead: dict[str, Any] = dict(IN_PLACE)
    found = _at(document, place)
    if isinstance(found, dict):
        instead |= {
            "a field that is not known": {**found, "extra": 1},
            "a field of no name": {**found, "": 1},
        }
    if isinstance(found, list) and found:
        instead |= {"the first once more": [*found, found[0]], "the other way round": found[::-1]}
    for name, value in instead.items():
        yield name, partial(_replaced, document, place, value)
    if place:
        yield "left out", partial(_without, document, place)
        if isinstance(place[-1], str):
            yield "under another name", partial(_without, document, place, place[-1] + "_")


def _at(document: Any, place: Place) -> Any:
    for step in place:
        document = document[step]
    return document


def _replaced(document: Any, place: Place, value: Any) -> Any:
    if not place:
        return copy.deepcopy(value)
    changed = copy.deepcopy(document)
    _at(changed, place[:-1])[place[-1]] = copy.deepcopy(value)
    return changed


def _without(document: Any, place: Place, instead: str | None = None) -> Any:
    changed = copy.deepcopy(document)
    around = _at(changed, place[:-1])
    value = around.pop(place[-1])
    if instead is not None:
        around[instead] = value
    return changed
