"""What ±1 mark at random does to the awards: every agreed mark moves at once, in thousands of scenarios.

The moves are those of `robustness_draws`, held to the scale: the lowest mark does not fall and the highest
does not rise. Scenarios are worked out by the thousand in matrices of keys; `scenario` gives any one of them
as a record, so that anybody can evaluate it and compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from scoring.exact import Integers
from scoring.robustness_awards import NOBODY, Limit, LotOutcomes, Stop, award
from scoring.robustness_draws import BATCH, TOGETHER, VALUES, Stream, blocks
from scoring.robustness_fields import of_record
from scoring.robustness_keys import OUT, RELATIVE, Flags, Keys, LotKeys

if TYPE_CHECKING:
    from scoring.record import Record

_MEMORY: Final = 2**30
"""Bytes that the scenarios worked out together may take."""
_STRONGEST: Final = 24
"""How many of a lot's best bids are worked out before it is asked who else could reach them."""
_SLAB: Final = 1_000
"""Bids whose tables of points are made together."""


@dataclass(eq=False)
class LotShares:
    """How often one lot came out in which way; counts of scenarios."""

    unchanged: int
    undecided: int
    """Scenarios in which some place waits for a person."""
    wins: Integers
    """By row of the lot's keys: how often the bid is awarded a place."""


@dataclass(frozen=True)
class Shake:
    """How many scenarios, from which published seed; `shared`: a bidder's mark counts in all its lots."""

    scenarios: int
    seed: str
    shared: bool = False

    def questions(self, lot: LotKeys) -> Sequence[int]:
        """Return the questions that a bid's bytes are about, as rows of the rules."""
        return range(len(lot.record.rules.questions)) if self.shared else lot.asked

    def names(self, lot: LotKeys, row: int) -> tuple[str, ...]:
        """Return the ids that a bid's moves hang on."""
        bidder = lot.bidder_ids[row]
        return (bidder,) if self.shared else (lot.record.lots[lot.lot].id, bidder)


def shares(
    record: Record,
    lots: Sequence[LotKeys],
    limits: Sequence[Limit],
    base: Sequence[LotOutcomes],
    shake: Shake,
) -> list[LotShares]:
    """Count what every scenario comes to, lot by lot; `base` is what the agreed marks come to."""
    found = [LotShares(0, 0, np.zeros(len(lot.bids), np.int64)) for lot in lots]
    widest = max((len(lot.bids) for lot in lots), default=0)
    each = 32 * widest + 8 * sum(len(limit.members) for limit in limits)
    if record.rules.allocation != "rank_order":
        each += 8 * sum(len(lot.bids) for lot in lots)
    together = max(1, min(BATCH, _MEMORY // (each + 1)))
    shaker = Shaker(shake, widest * together)
    for batch in range(-(-shake.scenarios // BATCH)):
        end = min(BATCH, shake.scenarios - batch * BATCH)
        for first in range(0, end, together):
            part = range(first, min(first + together, end))
            outcomes = award(record, lots, limits, partial(shaker.keys, batch, part))
            for counted, same, outcome in zip(found, base, outcomes, strict=True):
                counted.unchanged += int(outcome.same_as(same).sum())
                rows = outcome.awarded[outcome.awarded != NOBODY]
                counted.wins += np.bincount(rows, minlength=len(counted.wins))
                if outcome.tied is not None:
                    counted.undecided += int(outcome.tied.any(axis=0).sum())
    return found


@dataclass(frozen=True, eq=False)
class _Reach:
    """How low and how high each bid's key can come before prices, and which bids are worked out first."""

    may_be_out: Flags
    highest: Keys
    first: Integers
    """The strongest bids, and those that could set or move the yardstick."""
    rest: Integers


class Shaker:
    """Makes matrices of keys in one piece of memory: fresh memory costs more time than the sums.

    A bid need not be drawn at all where even its best marks would stay below every scenario's last place.
    """

    def __init__(self, shake: Shake, room: int) -> None:
        """Make room for matrices of so many keys."""
        self._shake, self._room = shake, room
        self._stream = Stream(shake.seed)
        self._kept: dict[str, Keys] = {}
        self._reaches: dict[int, _Reach] = {}

    def keys(self, batch: int, part: range, lot: LotKeys, stop: Stop | None) -> Keys:
        """Return a lot's finished keys in a part of a batch, [bid, scenario]; good until the next call."""
        kind, size = lot.fixed.dtype, len(lot.bids) * len(part)
        if kind.name not in self._kept:
            self._kept[kind.name] = np.zeros(self._room, kind)
        keys: Keys = self._kept[kind.name][:size].reshape(len(lot.bids), len(part))
        if lot.lot not in self._reaches:
            self._reaches[lot.lot] = _reach(lot)
        reach = self._reaches[lot.lot]
        self._draw(lot, batch, part, keys, reach.first)
        yardsticks = lot.yardsticks(keys, reach.may_be_out)
        lot.add_price(keys, reach.first, yardsticks)
        rest = reach.rest
        if stop is not None and len(rest):
            keys[rest] = OUT
            stop(keys)
            last = self._last_place(lot, keys, reach.first)
            best = reach.highest[rest] + yardsticks.adds[rest].max(axis=1)
            rest = rest[lot.standing(best) >= lot.standing(last)]
        self._draw(lot, batch, part, keys, rest)
        lot.add_price(keys, rest, yardsticks)
        return keys

    @staticmethod
    def _last_place(lot: LotKeys, keys: Keys, rows: Integers) -> Keys:
        """Return the lowest key that takes the last place in any scenario, among these rows."""
        places = lot.record.lots[lot.lot].places
        if places > len(rows):
            return np.array(OUT)
        if places > 1:
            return np.asarray(np.partition(keys[rows], -places, axis=0)[-places].min())
        best = keys[rows[0]].copy()
        for row in rows[1:].tolist():
            np.maximum(best, keys[row], out=best)
        return np.asarray(best.min())

    def _draw(self, lot: LotKeys, batch: int, part: range, keys: Keys, rows: Integers) -> None:
        """Put into these rows their keys before prices."""
        questions = self._shake.questions(lot)
        width = blocks(len(questions))
        for start in range(0, len(rows), _SLAB):
            slab = rows[start : start + _SLAB]
            tables = _tables(lot, questions, slab)
            for within, row in enumerate(slab.tolist()):
                of_bid = keys[row]
                if not tables:
                    of_bid[:] = lot.fixed[row]
                    continue
                names = self._shake.names(lot, row)
                numbers = self._stream.drawn(names, batch, width, part.stop)[part.start :]
                first, table = tables[0]
                table[within].take(numbers[:, first], out=of_bid, mode="clip")
                for block, more in tables[1:]:
                    of_bid += more[within].take(numbers[:, block])
                if lot.limit > 0:
                    of_bid[of_bid < lot.limit] = lot.lost


def _steps(lot: LotKeys, at: int, rows: Integers) -> Keys:
    """Return what one question's mark adds to each row's key where it moves by -1, 0 and +1, [row, 3]."""
    scale = lot.record.rules.scale
    marks = np.clip(lot.marks[at][rows, None] + np.array([-1, 0, 1]), scale.lowest, scale.highest)
    adds: Keys = lot.parts[at][marks]
    return adds


def _reach(lot: LotKeys) -> _Reach:
    """Bound every bid's key, and choose whom to begin with."""
    everyone = np.arange(len(lot.bids))
    lowest, highest = lot.fixed.copy(), lot.fixed.copy()
    for at in range(len(lot.asked)):
        steps = _steps(lot, at, everyone)
        lowest += steps.min(axis=1)
        highest += steps.max(axis=1)
    may_be_out = np.asarray(lowest < max(lot.limit, 0), np.bool_)
    base = lot.finish(lot.base[:, None].copy())[:, 0]
    first = np.zeros(len(lot.bids), np.bool_)
    first[np.argsort(-base)[: _STRONGEST + 2 * lot.record.lots[lot.lot].places]] = True
    method = lot.record.rules.price.method
    if method == "mean_difference":
        first |= may_be_out
    elif method in RELATIVE:
        for row in lot.by_price:
            if not may_be_out[row]:
                break
            first[row] = True
    return _Reach(may_be_out, highest, np.flatnonzero(first), np.flatnonzero(~first))


def _tables(lot: LotKeys, questions: Sequence[int], rows: Integers) -> list[tuple[int, Keys]]:
    """Return (block, what each of the 243 bytes comes to in each row's key) for the blocks that the lot asks.

    The first of them has the fixed part of the key in it.
    """
    found: list[tuple[int, Keys]] = []
    for block in range(blocks(len(questions))):
        inside = questions[block * TOGETHER : (block + 1) * TOGETHER]
        if not any(question in lot.asked for question in inside):
            continue
        table: Keys = (lot.fixed[rows] * (not found))[:, None]
        for question in inside:  # the first question is the lowest digit
            adds: Keys = np.zeros((len(rows), 3), lot.fixed.dtype)
            if question in lot.asked:
                adds = _steps(lot, lot.asked.index(question), rows)
            table = (adds[:, :, None] + table[:, None, :]).reshape(len(rows), -1)
        found.append((block, np.tile(table, (1, VALUES // table.shape[1]))))
    return found


def scenario(record: Record, shake: Shake, number: int) -> Record:
    """Return the record with the marks of one scenario, counted from 0.

    Marks of bids that are out of assessment whatever their marks are left as they are; they move nothing.
    """
    marks = record.bids.marks.copy()
    scale, stream = record.rules.scale, Stream(shake.seed)
    for lot in of_record(record):
        questions = list(shake.questions(lot))
        for row, bid in enumerate(lot.bids.tolist()):
            moved = stream.moves(shake.names(lot, row), number, len(questions))
            by = dict(zip(questions, moved.tolist(), strict=True))
            for question in lot.asked:
                mark = int(marks[question, bid]) + by[question]
                marks[question, bid] = min(max(mark, scale.lowest), scale.highest)
    return replace(record, bids=replace(record.bids, marks=marks))
