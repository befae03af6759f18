"""Reading the bids of a record one by one, with every fault named; `bids_in_bulk` reads sound ones faster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring import exact
from scoring.model.bids import NO_PRICE, NOT_ASKED, UNMARKED, Around, Bids, unsealed
from scoring.model.rules import Line, Scale
from scoring.reading import bids_in_bulk
from scoring.reading.faults import described, number
from scoring.reading.fields import Reader


@dataclass
class _Row:
    bidder: int
    lot: int
    price: int
    line_prices: list[int]
    marks: list[int]
    has_marks: bool
    sealed: str


def read_bids(reader: Reader, value: object, around: Around) -> Bids | None:
    """Read `bids`, noting faults; None where there was any here, or where the rules could not be read."""
    listed = reader.items(value, "bids", exact.MOST_BIDS)
    if not around.is_known:
        _one_by_one(reader, listed, around)
        return None
    sound = bids_in_bulk.read(listed, around, _some)
    return _one_by_one(reader, listed, around) if sound is None else sound


def _some(listed: list[Any], around: Around) -> Bids | None:
    """Read a few bids, some of them unusual; None where one of them is wrong."""
    return _one_by_one(Reader(), listed, around)


def _one_by_one(reader: Reader, listed: list[Any], around: Around) -> Bids | None:
    before = len(reader.faults)
    asked = _asked(around)
    seen: dict[tuple[int, int], int] = {}
    rows: list[_Row] = []
    for index, item in enumerate(listed):
        row = _read_bid(reader, item, f"bids[{index}]", around, asked)
        if row is None:
            continue
        earlier = seen.setdefault((row.bidder, row.lot), index)
        if earlier != index:
            who = f"{item['bidder']} already bids for {item['lot']} in bids[{earlier}]"
            reader.fault(f"bids[{index}]", f"{who}; one bid for each bidder and lot")
        rows.append(row)
    if len(reader.faults) > before or not around.is_known:
        return None
    questions, lines = len(around.questions or ()), len(around.lines or ())
    return Bids(
        bidder=np.array([row.bidder for row in rows], np.int64),
        lot=np.array([row.lot for row in rows], np.int64),
        price=np.array([row.price for row in rows], np.int64),
        line_prices=_columns([row.line_prices for row in rows], lines, np.int64),
        marks=_columns([row.marks for row in rows], questions, np.int16),
        without_marks=frozenset(at for at, row in enumerate(rows) if not row.has_marks),
        sealed=_hashes(rows) if around.sealed else unsealed(),
    )


def _hashes(rows: list[_Row]) -> npt.NDArray[np.uint8]:
    together = bytes.fromhex("".join(row.sealed for row in rows))
    return np.frombuffer(together, np.uint8).reshape(-1, 32)


def _columns(rows: list[list[int]], width: int, kind: type[Any]) -> Any:
    return np.ascontiguousarray(np.array(rows, kind).reshape(len(rows), width).T)


def _asked(around: Around) -> dict[int, list[str | None]]:
    """Return for each lot by position its questions, in the rules' order, None for what it does not ask."""
    return {
        at: [question.id if question.asked_in(lot) else None for question in around.questions or ()]
        for lot, at in around.lots.items()
    }


def _read_bid(
    reader: Reader, item: object, place: str, around: Around, asked: dict[int, list[str | None]]
) -> _Row | None:
    """Read one bid; None where its bidder or its lot is not known."""
    priced = "prices" if around.lines else "price_pence"
    sealed = ("sealed",) if around.sealed else ()
    known = ("bidder", "lot", "marks", priced, *sealed)
    if type(item) is dict and len(item) == len(known) and all(name in item for name in known):
        bid = item  # the usual case: nothing missing, nothing unusual
    else:
        bid = reader.entry(item, place, ("bidder", "lot", *sealed), ("marks", priced)).values
    bidder = _reference(reader, bid, place, "bidder", around.bidders)
    lot = _reference(reader, bid, place, "lot", around.lots)
    if bidder is None or lot is None:
        return None
    excused = around.excuses(bidder, lot)
    price, line_prices = NO_PRICE, [NO_PRICE] * len(around.lines or ())
    if around.lines is not None and not (excused and priced not in bid):
        price = _read_price(reader, bid, place, priced, around.lines, line_prices)
    marks: list[int] = []
    if around.questions is not None and around.scale is not None:
        marks = _read_marks(reader, bid, place, asked[lot], around, excused)
    digest = reader.sha256(bid["sealed"], f"{place}.sealed") if sealed and "sealed" in bid else None
    return _Row(bidder, lot, price, line_prices, marks, "marks" in bid, digest or "")


def _reference(
    reader: Reader, bid: dict[str, Any], place: str, name: str, known: dict[str, int]
) -> int | None:
    if name not in bid:
        return None
    value = bid[name]
    at = known.get(value) if isinstance(value, str) else None
    if at is None:
        if isinstance(value, str):
            reader.fault(f"{place}.{name}", f"there is no {name} {value} in this record")
        else:
            reader.fault(f"{place}.{name}", f"must be the id of a {name}, not {described(value)}")
    return at


def _read_price(
    reader: Reader,
    bid: dict[str, Any],
    place: str,
    name: str,
    lines: tuple[Line, ...],
    line_prices: list[int],
) -> int:
    """Read the price, or every line's into `line_prices`; return what is compared, NO_PRICE at a fault."""
    if name not in bid:
        reader.fault(f"{place}.{name}", "is missing; a bid in assessment must have its price")
        return NO_PRICE
    if not lines:
        return _pence(reader, bid[name], f"{place}.{name}")
    given = reader.mapping(bid[name], f"{place}.{name}")
    if given is None:
        return NO_PRICE
    total, complete = 0, True
    for at, line in enumerate(lines):
        if line.id not in given:
            reader.fault(f"{place}.{name}.{line.id}", "is missing; every line needs its price")
            complete = False
            continue
        line_prices[at] = _pence(reader, given[line.id], f"{place}.{name}.{line.id}")
        complete = complete and line_prices[at] != NO_PRICE
        total += line_prices[at] * line.volume
    known = {line.id for line in lines}
    for line_id in given:
        if line_id not in known:
            reader.fault(f"{place}.{name}.{line_id}", "is not a line of rules.price.lines; take it out")
    if total > exact.HIGHEST_PRICE:
        reader.fault(
            f"{place}.{name}",
            f"come to {total:,} pence with their volumes; the limit is {exact.HIGHEST_PRICE:,}",
        )
    return total if complete else NO_PRICE


def _pence(reader: Reader, value: object, place: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value < 1:
        reader.fault(place, f"{number(value)} is not a price; a price is at least 1 penny")
        return NO_PRICE
    return reader.whole(value, place, 1, exact.HIGHEST_PRICE, "pence") or NO_PRICE


def _read_marks(
    reader: Reader,
    bid: dict[str, Any],
    place: str,
    asked: list[str | None],
    around: Around,
    excused: bool,
) -> list[int]:
    """Read a mark for each question of the lot, in the rules' order."""
    assert around.scale is not None  # noqa: S101  the caller has looked
    lowest, highest = around.scale.lowest, around.scale.highest
    given: dict[str, Any] = {}
    if "marks" in bid:
        value = bid["marks"]
        read = value if type(value) is dict else reader.mapping(value, f"{place}.marks")
        given, excused = read or {}, excused or read is None  # one fault for all the questions
    elif not excused:
        reader.fault(f"{place}.marks", "is missing; a bid in assessment must have its marks")
        excused = True
    marks, found = [], 0
    for question in asked:
        if question is None:
            marks.append(NOT_ASKED)
            continue
        if question not in given:
            marks.append(UNMARKED)
            if not excused:
                why = f"lot {bid['lot']} asks {question} and the bid is in assessment"
                reader.fault(f"{place}.marks.{question}", f"is missing; {why}")
            continue
        found += 1
        mark = given[question]
        if type(mark) is not int or not lowest <= mark <= highest:
            _fault_mark(reader, mark, f"{place}.marks.{question}", around.scale)
            mark = UNMARKED
        marks.append(mark)
    if found < len(given):
        known = {question for question in asked if question is not None}
        for question in given:
            if question not in known:
                why = f"lot {bid['lot']} does not ask this question; take it out"
                reader.fault(f"{place}.marks.{question}", why)
    return marks


def _fault_mark(reader: Reader, mark: object, place: str, scale: Scale) -> None:
    if isinstance(mark, bool) or not isinstance(mark, int):
        reader.fault(place, f"must be a whole mark, not {described(mark)}")
    elif mark > scale.highest:
        reader.fault(place, f"{number(mark)} is above the highest mark, {scale.highest}")
    else:
        reader.fault(place, f"{number(mark)} is below the lowest mark, {scale.lowest}")
