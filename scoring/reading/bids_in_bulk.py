"""Reading sound bids by the thousand: every check at once on columns, without naming faults.

Each value must meet the same conditions as when it is read alone. Bids that are not plainly sound are left
to `bids_one_by_one`, which reads bid by bid and names every fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from scoring import exact
from scoring.exact import Integers
from scoring.model.bids import NOT_ASKED, Around, Bids, unsealed

_AT_ONCE: Final = 2_000
"""Bids read together; where one of them is unusual, all of them are read one by one."""

_ONLY_INTEGERS: Final = {int}
_ONLY_OBJECTS: Final = {dict}
_ONLY_TEXTS: Final = {str}
_HEXADECIMAL: Final = re.compile("[0-9a-f]*")


class _Unusual(Exception):
    """These bids are not all plainly sound."""


def read(
    listed: list[Any], around: Around, one_by_one: Callable[[list[Any], Around], Bids | None]
) -> Bids | None:
    """Return the bids; None where any is wrong. `one_by_one` reads those that are unusual."""
    asked = _asked(around)
    portions: list[Bids] = []
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        try:
            portion: Bids | None = _columns(some, around, asked)
        except (_Unusual, KeyError, TypeError, OverflowError):
            portion = one_by_one(some, around)
        if portion is None:
            return None
        portions.append(portion)
    if not portions:
        return one_by_one([], around)
    bids = _joined(portions)
    key = np.sort(bids.bidder * len(asked) + bids.lot)
    return None if bool((key[1:] == key[:-1]).any()) else bids


def _asked(around: Around) -> npt.NDArray[np.bool_]:
    """Say for each lot by position which questions it asks, [lot, question].

    Positions are those in the record, where a lot that could not be read leaves a gap.
    """
    questions = around.questions or ()
    asked = np.zeros((max(around.lots.values(), default=-1) + 1, len(questions)), np.bool_)
    for lot, at in around.lots.items():
        asked[at] = [question.asked_in(lot) for question in questions]
    return asked


def _columns(some: list[Any], around: Around, asked: npt.NDArray[np.bool_]) -> Bids:
    """Read complete bids without anything unusual. Raises _Unusual, or a TypeError or the like of Python."""
    lines = around.lines or ()
    _hold(set(map(type, some)) == _ONLY_OBJECTS and set(map(len, some)) == {5 if around.sealed else 4})
    bidder = np.array([around.bidders[bid["bidder"]] for bid in some], np.int64)
    lot = np.array([around.lots[bid["lot"]] for bid in some], np.int64)
    if lines:
        price, line_prices = _summed([bid["prices"] for bid in some], around)
    else:
        price = _integers([bid["price_pence"] for bid in some])
        line_prices = np.zeros((0, len(some)), np.int64)
    _hold(int(price.min()) >= 1 and int(price.max()) <= exact.HIGHEST_PRICE)
    marks = _marks([bid["marks"] for bid in some], lot, around, asked)
    sealed = _hashes([bid["sealed"] for bid in some]) if around.sealed else unsealed()
    return Bids(bidder, lot, price, line_prices, marks, sealed=sealed)


def _hold(sound: bool) -> None:
    if not sound:
        raise _Unusual


def _integers(values: list[Any]) -> Integers:
    _hold(set(map(type, values)) == _ONLY_INTEGERS)
    return np.array(values, np.int64)


def _hashes(given: list[Any]) -> npt.NDArray[np.uint8]:
    _hold(set(map(type, given)) == _ONLY_TEXTS and set(map(len, given)) == {64})
    together = "".join(given)
    _hold(_HEXADECIMAL.fullmatch(together) is not None)
    return np.frombuffer(bytes.fromhex(together), np.uint8).reshape(-1, 32)


def _summed(given: list[Any], around: Around) -> tuple[Integers, Integers]:
    """Return the price of each bid from its lines, and the prices of the lines, [line, bid]."""
    lines = around.lines or ()
    _hold(set(map(type, given)) == _ONLY_OBJECTS and set(map(len, given)) == {len(lines)})
    total, rows = np.zeros(len(given), np.int64), []
    for line in lines:
        row = _integers([prices[line.id] for prices in given])
        # So no product exceeds the highest price, and no sum of a hundred of them exceeds 64 bits.
        _hold(int(row.min()) >= 1 and int(row.max()) <= exact.HIGHEST_PRICE // line.volume)
        total += row * line.volume
        rows.append(row)
    return total, np.stack(rows)


def _marks(
    given: list[Any], lot: Integers, around: Around, asked: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int16]:
    """Return the marks, [question, bid]; each bid has one for each question of its lot and no others."""
    scale, questions = around.scale, around.questions or ()
    _hold(scale is not None and set(map(type, given)) == _ONLY_OBJECTS)
    _hold(np.array_equal(np.array(list(map(len, given)), np.int64), asked.sum(axis=1)[lot]))
    marks = np.full((len(questions), len(given)), NOT_ASKED, np.int16)
    for row, question in enumerate(questions):
        where = np.flatnonzero(asked[lot, row])
        if len(where) == len(given):
            column = _integers([one[question.id] for one in given])
        elif len(where):
            column = _integers([given[at][question.id] for at in where.tolist()])
        else:
            continue
        _hold(scale.lowest <= int(column.min()) and int(column.max()) <= scale.highest)  # type: ignore[union-attr]
        marks[row, where] = column
    return marks


def _joined(portions: list[Bids]) -> Bids:
    """Put portions that follow each other together."""
    without: list[int] = []
    first = 0
    for portion in portions:
        without += [first + at for at in portion.without_marks]
        first += len(portion)
    return Bids(
        bidder=np.concatenate([portion.bidder for portion in portions]),
        lot=np.concatenate([portion.lot for portion in portions]),
        price=np.concatenate([portion.price for portion in portions]),
        line_prices=np.concatenate([portion.line_prices for portion in portions], axis=1),
        marks=np.concatenate([portion.marks for portion in portions], axis=1),
        without_marks=frozenset(without),
        sealed=np.concatenate([portion.sealed for portion in portions]),
    )
