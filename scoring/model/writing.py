"""Writing bids back as the record has them: as JSON objects, and straight into the canonical form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from scoring.canonical import canonical_json
from scoring.model.bids import NO_PRICE, UNMARKED, Bids
from scoring.model.rules import Rules

_AT_ONCE: Final = 10_000
"""Bids written together, so that a million of them never stand in memory as objects beside the text."""


@dataclass(frozen=True)
class Names:
    """What bids refer to by position: the rules, and the ids of bidders and lots in the record's order."""

    rules: Rules
    bidders: tuple[str, ...]
    lots: tuple[str, ...]


def objects(names: Names, bids: Bids) -> Iterator[dict[str, Any]]:
    """Write the bids back as objects, in the order of the record."""
    for part in _parts(bids):
        yield from _objects(names, part)


def _parts(bids: Bids) -> Iterator[Bids]:
    return (bids.part(start, start + _AT_ONCE) for start in range(0, len(bids), _AT_ONCE))


def _objects(names: Names, bids: Bids) -> Iterator[dict[str, Any]]:
    lines = [line.id for line in names.rules.price.lines]
    questions = [question.id for question in names.rules.questions]
    rows = zip(
        bids.bidder.tolist(), bids.lot.tolist(), bids.price.tolist(), bids.marks.T.tolist(), strict=True
    )
    of_lines = bids.line_prices.T.tolist()
    for at, (bidder, lot, price, marks) in enumerate(rows):
        bid: dict[str, Any] = {"bidder": names.bidders[bidder], "lot": names.lots[lot]}
        if price != NO_PRICE and lines:
            bid["prices"] = dict(zip(lines, of_lines[at], strict=True))
        elif price != NO_PRICE:
            bid["price_pence"] = price
        if at not in bids.without_marks:
            given = zip(questions, marks, strict=True)
            bid["marks"] = {question: mark for question, mark in given if mark >= 0}
        yield bid


def canonical(names: Names, bids: Bids) -> Iterator[bytes]:
    """Yield the canonical form (RFC 8785) of the list of bids in pieces.

    What `canonical_json` gives of `objects`, written without making the objects where nothing is missing.
    """
    forms = _Forms(names)
    yield b"["
    for number, part in enumerate(_parts(bids)):
        yield (b"," if number else b"") + forms.written(part)
    yield b"]"


class _Forms:
    """For each lot the text of a bid, with a gap for each value."""

    def __init__(self, names: Names) -> None:
        self._names = names
        questions, lines = names.rules.questions, names.rules.price.lines
        self._bidders = [_text(bidder) for bidder in names.bidders]
        self._marks = _canonical_order([question.id for question in questions])
        self._lines = _canonical_order([line.id for line in lines])
        priced = '"price_pence":%d'
        if lines:
            priced = f'"prices":{{{",".join(_gap(lines[at].id) for at in self._lines)}}}'
        self._forms, self._all_asked = [], True
        for lot in names.lots:
            asked = [questions[at].id for at in self._marks if questions[at].asked_in(lot)]
            self._all_asked = self._all_asked and len(asked) == len(questions)
            marks = ",".join(_gap(question) for question in asked)
            self._forms.append(f'{{"bidder":%s,"lot":{_escaped(lot)},"marks":{{{marks}}},{priced}}}')

    def written(self, part: Bids) -> bytes:
        """Write bids, with commas between them."""
        if part.without_marks or bool((part.price == NO_PRICE).any()) or bool((part.marks == UNMARKED).any()):
            return canonical_json(list(_objects(self._names, part)))[1:-1]
        prices = part.line_prices[self._lines] if self._lines else part.price[np.newaxis]
        columns = [*part.marks[self._marks].tolist(), *prices.tolist()]
        names = [self._bidders[bidder] for bidder in part.bidder.tolist()]
        rows = zip(names, *columns, strict=True)
        forms = [self._forms[lot] for lot in part.lot.tolist()]
        if not self._all_asked:  # a mark that is below 0 is not asked for, and the form has no gap for it
            rows = (tuple(v for v in row if isinstance(v, str) or v >= 0) for row in rows)  # type: ignore[assignment]
        return ",".join([form % row for form, row in zip(forms, rows, strict=True)]).encode()


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _gap(name: str) -> str:
    return _escaped(name) + ":%d"


def _escaped(name: str) -> str:
    return _text(name).replace("%", "%%")


def _canonical_order(names: Sequence[str]) -> list[int]:
    """Return the positions of names in the order of RFC 8785: by UTF-16 code units."""
    return sorted(range(len(names)), key=lambda at: names[at].encode("utf-16-be"))
