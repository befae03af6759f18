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
"""Bids written together, so that a million of them are never in memory as objects beside the text."""


@dataclass(frozen=True)
class RecordIds:
    """What bids refer to by position: the rules, and the ids of bidders and lots in the record's order."""

    rules: Rules
    bidders: tuple[str, ...]
    lots: tuple[str, ...]


def objects(ids: RecordIds, bids: Bids) -> Iterator[dict[str, Any]]:
    """Write the bids back as objects, in the order of the record."""
    for portion in _portions(bids):
        yield from _objects(ids, portion)


def _portions(bids: Bids) -> Iterator[Bids]:
    return (bids.portion(start, start + _AT_ONCE) for start in range(0, len(bids), _AT_ONCE))


def _objects(ids: RecordIds, bids: Bids) -> Iterator[dict[str, Any]]:
    lines = [line.id for line in ids.rules.price.lines]
    questions = [question.id for question in ids.rules.questions]
    rows = zip(
        bids.bidder.tolist(), bids.lot.tolist(), bids.price.tolist(), bids.marks.T.tolist(), strict=True
    )
    of_lines = bids.line_prices.T.tolist()
    for at, (bidder, lot, price, marks) in enumerate(rows):
        bid: dict[str, Any] = {"bidder": ids.bidders[bidder], "lot": ids.lots[lot]}
        if price != NO_PRICE and lines:
            bid["prices"] = dict(zip(lines, of_lines[at], strict=True))
        elif price != NO_PRICE:
            bid["price_pence"] = price
        if at not in bids.without_marks:
            given = zip(questions, marks, strict=True)
            bid["marks"] = {question: mark for question, mark in given if mark >= 0}
        if bids.sealed.shape[1]:
            bid["sealed"] = bids.sealed_hash(at)
        yield bid


def canonical(ids: RecordIds, bids: Bids) -> Iterator[bytes]:
    """Yield the canonical form (RFC 8785) of the list of bids in pieces.

    What `canonical_json` gives of `objects`, written without making the objects where nothing is missing.
    """
    forms = _Forms(ids)
    yield b"["
    for number, portion in enumerate(_portions(bids)):
        yield (b"," if number else b"") + forms.encoded(portion)
    yield b"]"


class _Forms:
    """For each lot the text of a bid, with a gap for each value."""

    def __init__(self, ids: RecordIds) -> None:
        self._ids = ids
        questions, lines = ids.rules.questions, ids.rules.price.lines
        self._bidders = [_text(bidder) for bidder in ids.bidders]
        self._marks = _canonical_order([question.id for question in questions])
        self._lines = _canonical_order([line.id for line in lines])
        priced = '"price_pence":%d'
        if lines:
            priced = f'"prices":{{{",".join(_gap(lines[at].id) for at in self._lines)}}}'
        sealed = ',"sealed":"%s"' if ids.rules.draw is not None else ""
        self._forms, self._all_asked = [], True
        for lot in ids.lots:
            asked = [questions[at].id for at in self._marks if questions[at].asked_in(lot)]
            self._all_asked = self._all_asked and len(asked) == len(questions)
            marks = ",".join(_gap(question) for question in asked)
            self._forms.append(f'{{"bidder":%s,"lot":{_escaped(lot)},"marks":{{{marks}}},{priced}{sealed}}}')

    def encoded(self, portion: Bids) -> bytes:
        """Write bids, with commas between them."""
        if (
            portion.without_marks
            or bool((portion.price == NO_PRICE).any())
            or bool((portion.marks == UNMARKED).any())
        ):
            return canonical_json(list(_objects(self._ids, portion)))[1:-1]
        prices = portion.line_prices[self._lines] if self._lines else portion.price[np.newaxis]
        columns: list[list[Any]] = [*portion.marks[self._marks].tolist(), *prices.tolist()]
        if portion.sealed.shape[1]:
            columns.append([portion.sealed_hash(at) for at in range(len(portion))])
        names = [self._bidders[bidder] for bidder in portion.bidder.tolist()]
        rows = zip(names, *columns, strict=True)
        forms = [self._forms[lot] for lot in portion.lot.tolist()]
        if not self._all_asked:  # a mark below 0 is not asked for, and the form has no gap for it
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
