"""Keys of every bid in thousands of scenarios at once, so far as they can matter.

A bid need not be drawn at all where even its best marks stay below every scenario's last place. Where its
first five questions leave it a chance in a few scenarios only, the others are worked out in those alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from scoring.exact import Integers
from scoring.methods.price import METHODS
from scoring.methods.price_method import Yardstick
from scoring.robustness.awards import Stop
from scoring.robustness.keys import OUT, Flags, Keys, LotKeys
from scoring.robustness.outcomes import BEYOND, cut_off
from scoring.robustness.random_marks import TOGETHER, VALUES, Stream, blocks
from scoring.robustness.yardsticks import Yardsticks, finish, measured

_STRONGEST: Final = 36
"""How many of a lot's best bids are worked out before it is asked who else could reach them."""
_FEW_PLACES: Final = 8
"""So many places are filled by keeping the best keys; for more, all keys are made and sorted."""
_SLAB: Final = 200
"""Bids whose tables of points are made together."""
_NOTHING: Final = np.zeros((1, 3), np.int64)
"""What a question that the lot does not ask adds."""


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


@dataclass(frozen=True, eq=False)
class _Reach:
    """How low and how high each bid's key can come before prices, and which bids are worked out first."""

    steps: dict[int, Keys]
    """By question: what a mark moved by -1, 0 and +1 adds to each key, [bid, 3]."""
    may_be_out: Flags
    highest: Keys
    first: Integers
    """The strongest bids, and after those the others that could set or move the yardstick, highest first."""
    strong: int
    """How many of them are there for their strength."""
    rest: Integers
    """The others, the highest first."""


@dataclass(eq=False)
class _Part:
    """One lot in a part of a batch of scenarios: its tables and the bytes that are looked up in them."""

    shake: Shake
    stream: Stream
    lot: LotKeys
    steps: dict[int, Keys]
    batch: int
    part: range

    def tables(self, rows: Integers) -> list[tuple[int, Keys]]:
        """Return (block, what each of the 243 bytes comes to in each row's key) for the blocks that count.

        The first of them has the fixed part of the key in it.
        """
        questions = self.shake.questions(self.lot)
        found: list[tuple[int, Keys]] = []
        for block in range(blocks(len(questions))):
            inside = questions[block * TOGETHER : (block + 1) * TOGETHER]
            if not any(question in self.steps for question in inside):
                continue
            table: Keys = (self.lot.fixed[rows] * (not found))[:, None]
            for question in inside:  # the first question is the lowest digit
                adds = self.steps[question][rows] if question in self.steps else _NOTHING
                table = (adds[:, :, None] + table[:, None, :]).reshape(len(rows), -1)
            found.append((block, np.tile(table, (1, VALUES // table.shape[1]))))
        return found

    def drawn(self, row: int) -> npt.NDArray[np.uint8]:
        """Return the bytes of one row, [scenario, block]."""
        width = blocks(len(self.shake.questions(self.lot)))
        names = self.shake.names(self.lot, row)
        return self.stream.drawn(names, self.batch, width, self.part.stop)[self.part.start :]

    def fill(self, keys: Keys, rows: Integers) -> None:
        """Put into keys, [row, scenario], what these rows have before prices."""
        lot = self.lot
        for start in range(0, len(rows), _SLAB):
            slab = rows[start : start + _SLAB]
            tables = self.tables(slab)
            for within, row in enumerate(slab.tolist()):
                of_bid = keys[start + within]
                if not tables:
                    of_bid[:] = lot.fixed[row]
                    continue
                numbers = self.drawn(row)
                first, table = tables[0]
                table[within].take(numbers[:, first], out=of_bid, mode="clip")
                for block, more in tables[1:]:
                    of_bid += more[within].take(numbers[:, block])
                if lot.limit > 0:
                    of_bid[of_bid < lot.limit] = lot.lost


class Shaker:
    """Makes keys in one piece of memory: fresh memory costs more time than the sums."""

    def __init__(self, shake: Shake) -> None:
        """Begin with no memory."""
        self._shake = shake
        self._stream = Stream(shake.seed)
        self._kept: dict[str, Keys] = {}
        self._reaches: dict[int, _Reach] = {}

    def keys(self, batch: int, part: range, lot: LotKeys, stop: Stop | None) -> Keys:
        """Return a lot's finished keys in a part of a batch, [bid, scenario]; good until the next call.

        Where it is told whom limits stop, they are only the keys that win and those level with them.
        """
        if lot.lot not in self._reaches:
            self._reaches[lot.lot] = _reach(lot)
        drawing = _Part(self._shake, self._stream, lot, self._reaches[lot.lot].steps, batch, part)
        places = min(lot.record.lots[lot.lot].places, len(lot.bids))
        if stop is not None and 1 <= places <= _FEW_PLACES:
            few = places if lot.no_shared_ranks else min(places + BEYOND, len(lot.bids))
            best = self._best(drawing, self._reaches[lot.lot], stop, few)
            if lot.no_shared_ranks or few == len(lot.bids) or not len(cut_off(lot, best, places)):
                return best
        keys = self._matrix(lot, len(lot.bids), len(part))
        drawing.fill(keys, np.arange(len(lot.bids)))
        measured(lot, keys).add(keys, np.arange(len(lot.bids)))
        return keys if stop is None else stop.everywhere(keys)

    def _best(self, drawing: _Part, reach: _Reach, stop: Stop, few: int) -> Keys:
        """Return the highest keys of each scenario, highest first; bids far below them are left out."""
        lot, scenarios = drawing.lot, len(drawing.part)
        keys = self._matrix(lot, len(reach.first), scenarios)
        drawing.fill(keys, reach.first)
        yardsticks = measured(lot, keys, reach.first, reach.may_be_out)
        yardsticks.add(keys[: reach.strong], reach.first[: reach.strong])
        best = _Best(lot, few, scenarios)
        most = reach.highest[reach.first] + yardsticks.most(reach.first)
        for at, (row, of_bid) in enumerate(zip(reach.first.tolist(), keys, strict=True)):
            if at >= reach.strong:
                if most[at] < best.last.min():
                    continue
                np.add(of_bid, yardsticks.of(row), out=of_bid)
            stop.row(row, of_bid)
            best.add(of_bid)
        _add_rest(drawing, reach, yardsticks, stop, best)
        return best.keys

    def _matrix(self, lot: LotKeys, rows: int, scenarios: int) -> Keys:
        kind, size = lot.fixed.dtype, rows * scenarios
        if kind.name not in self._kept or len(self._kept[kind.name]) < size:
            self._kept[kind.name] = np.empty(size, kind)
        return self._kept[kind.name][:size].reshape(rows, scenarios)


class _Best:
    """The highest keys of each scenario so far, [place, scenario], highest first; OUT where there is none."""

    def __init__(self, lot: LotKeys, places: int, scenarios: int) -> None:
        """Begin with none."""
        self.keys: Keys = np.full((places, scenarios), OUT, lot.fixed.dtype)

    @property
    def last(self) -> Keys:
        """Return the lowest of each scenario: what another key must pass."""
        lowest: Keys = self.keys[-1]
        return lowest

    def add(self, keys: Keys) -> None:
        """Let one bid's keys take their places; they are used up."""
        for best in self.keys[:-1]:
            lower = np.minimum(best, keys)
            np.maximum(best, keys, out=best)
            keys = lower
        np.maximum(self.last, keys, out=self.keys[-1])

    def add_at(self, keys: Keys, scenarios: npt.NDArray[np.intp]) -> None:
        """The same where the keys are those of a few scenarios."""
        for best in self.keys:
            there = best[scenarios]
            best[scenarios] = np.maximum(there, keys)
            keys = np.minimum(there, keys)


def _add_rest(drawing: _Part, reach: _Reach, yardsticks: Yardsticks, stop: Stop, best: _Best) -> None:
    """Let the other bids take their places, the one that could come highest first, until none could."""
    rest = reach.rest
    if not len(rest):
        return
    by_price = yardsticks.most(rest)
    highest = reach.highest[rest] + by_price
    order = np.argsort(-highest, kind="stable")
    rest, highest, by_price = rest[order], highest[order], by_price[order]
    for start in range(0, len(rest), _STRONGEST):
        rest_now = rest[start : start + _STRONGEST]
        rest_now = rest_now[highest[start : start + _STRONGEST] >= best.last.min()]
        if not len(rest_now):
            return
        tables = drawing.tables(rest_now)
        still = by_price[start : start + len(rest_now)]  # what is to come after the first block, at most
        for _, table in tables[1:]:
            still = still + table.max(axis=1)
        for within, row in enumerate(rest_now.tolist()):
            of_row = [(block, table[within]) for block, table in tables]
            _add_one(drawing, row, of_row, still[within], yardsticks, stop, best)


def _add_one(
    drawing: _Part,
    row: int,
    tables: list[tuple[int, Keys]],
    still: int,
    yardsticks: Yardsticks,
    stop: Stop,
    best: _Best,
) -> None:
    """Work one bid out where its first block of questions leaves it a chance, and let it take its places."""
    lot = drawing.lot
    if not tables:
        keys = np.full(len(drawing.part), lot.fixed[row], lot.fixed.dtype)
        at = np.arange(len(keys))
    else:
        numbers = drawing.drawn(row)
        block, table = tables[0]
        keys = table.take(numbers[:, block])
        at = (keys >= best.last - still).nonzero()[0]
        keys = keys[at]
        for block, more in tables[1:]:
            keys += more.take(numbers[at, block])
    if lot.limit > 0:
        keys[keys < lot.limit] = lot.lost
    keys += yardsticks.of(row, at)
    stop.row(row, keys, at)
    best.add_at(keys, at)


def _steps(lot: LotKeys, at: int) -> Keys:
    """Return what one question's mark adds to each row's key where it moves by -1, 0 and +1, [row, 3]."""
    scale = lot.record.rules.scale
    marks = np.clip(lot.marks[at][:, None] + np.array([-1, 0, 1]), scale.lowest, scale.highest)
    adds: Keys = lot.mark_adds[at][marks]
    return adds


def _reach(lot: LotKeys) -> _Reach:
    """Bound every bid's key, and choose whom to begin with."""
    lowest, highest = lot.fixed.copy(), lot.fixed.copy()
    steps = {question: _steps(lot, at) for at, question in enumerate(lot.asked)}
    for adds in steps.values():
        lowest += adds.min(axis=1)
        highest += adds.max(axis=1)
    may_be_out = np.asarray(lowest < max(lot.limit, 0), np.bool_)
    base = finish(lot, lot.base[:, None].copy())[:, 0]
    strongest = np.argsort(-base)[:_STRONGEST]
    first = np.zeros(len(lot.bids), np.bool_)
    by = METHODS[lot.record.rules.price.method].yardstick
    if by is Yardstick.MEAN:
        first |= may_be_out
    elif by is Yardstick.LOWEST:
        for row in lot.by_price:
            if not may_be_out[row]:
                break
            first[row] = True
    first[strongest] = False
    others = np.flatnonzero(first)
    others = others[np.argsort(-highest[others])]
    first[strongest] = True
    both = np.concatenate((strongest, others))
    return _Reach(steps, may_be_out, highest, both, len(strongest), np.flatnonzero(~first))
