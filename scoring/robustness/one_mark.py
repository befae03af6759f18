"""The smallest change of one agreed mark that changes an award, found by trying them all.

Changes by one step are tried first, on every bid and question, then by two, until each lot has one that turns
it or the scale is exhausted. Only changes that cannot matter are passed by unworked: those after which the
same bids stand in the same order above the last place, by the same price yardstick.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from scoring.allocate.methods import METHODS as ALLOCATION
from scoring.allocate.methods import AwardOrder
from scoring.errors import ScoringError
from scoring.exact import Integers
from scoring.methods.price import METHODS
from scoring.methods.price_method import Yardstick
from scoring.robustness.base import Base
from scoring.robustness.keys import OUT, Flags, Keys, LotKeys
from scoring.robustness.outcomes import NOBODY, LotOutcomes
from scoring.robustness.yardsticks import finish, measured


@dataclass(frozen=True)
class MarkChange:
    """One agreed mark that is another; positions in the record. `lot` None: the mark counts in all lots."""

    lot: int | None
    bidder: int
    question: int
    before: int
    after: int
    lots: tuple[int, ...]
    """The lots whose awards it changes."""
    winners: tuple[int, ...]
    """Those of them in which it is not the same bidders that win, in another order."""

    @property
    def size(self) -> int:
        """Return by how many marks it moves."""
        return abs(self.after - self.before)


@dataclass
class Turning:
    """The smallest changes that turn one lot, all of one size; none where no change of one mark does.

    Those that change who wins come first.
    """

    changes: list[MarkChange] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class _Variants:
    """Changes to be tried, in parallel columns; `lots` are those that they touch."""

    lots: Sequence[int]
    bidder: Integers
    question: Integers
    before: Integers
    after: Integers

    def __len__(self) -> int:
        """Return how many changes there are."""
        return len(self.bidder)

    def only(self, chosen: Flags | Integers | slice) -> _Variants:
        """Return some of the changes."""
        columns = (self.bidder, self.question, self.before, self.after)
        return _Variants(self.lots, *(column[chosen] for column in columns))


class MarksDiffer(ScoringError, ValueError):
    """One mark was to count in every lot, and the record has different ones; the message says where."""


def turning(base: Base, shared: bool, most: int | None = None) -> list[Turning]:
    """Return for each lot the smallest changes of one mark that turn it, by no more than `most` steps.

    `shared`: a bidder's mark on a question counts in every lot that asks it. Raises MarksDiffer where
    the record's marks contradict that.
    """
    found = [Turning() for _ in base.lots]
    scale = base.record.rules.scale
    holders = list(_shared(base) if shared else _separate(base))
    in_turn = ALLOCATION[base.record.rules.allocation].by_turns
    steps = scale.highest - scale.lowest
    for size in range(1, (steps if most is None else min(most, steps)) + 1):
        open_lots = [at for at, lot in enumerate(found) if not lot.changes]
        if not open_lots:
            break
        new: list[list[MarkChange]] = [[] for _ in found]
        for held in holders:
            if in_turn and min(held.lots, default=0) > open_lots[-1]:
                continue  # a lot's awards hang on no later lot
            for change in _changing(base, _moved(held, size, scale.lowest, scale.highest), shared):
                for lot in change.lots:
                    new[lot].append(change)
        for lot in open_lots:
            gravest = [change for change in new[lot] if lot in change.winners]
            found[lot].changes = gravest + [change for change in new[lot] if lot not in change.winners]
    return found


def _separate(base: Base) -> Iterator[_Variants]:
    """Yield for each lot every mark of every bid in it; nothing is moved yet."""
    for lot in base.lots:
        rows, at = np.divmod(np.arange(len(lot.bids) * len(lot.asked)), max(len(lot.asked), 1))
        marks = lot.marks[at, rows]
        questions = np.array(lot.asked, np.int64)[at] if len(at) else at
        yield _Variants([lot.lot], lot.bidders[rows], questions, marks, marks)


def _shared(base: Base) -> Iterator[_Variants]:
    """Yield every bidder's mark on every question, which must be one in all its lots."""
    held: dict[tuple[int, int], tuple[int, LotKeys]] = {}
    order: dict[int, str] = {}
    for lot in base.lots:
        for at, question in enumerate(lot.asked):
            pairs = zip(lot.bidders.tolist(), lot.bidder_ids, lot.marks[at].tolist(), strict=True)
            for bidder, name, mark in pairs:
                order[bidder] = name
                earlier, where = held.setdefault((bidder, question), (mark, lot))
                if earlier != mark:
                    record = base.record
                    asked = record.rules.questions[question].id
                    lots = f"{record.lots[where.lot].id} and {mark} in {record.lots[lot.lot].id}"
                    raise MarksDiffer(f"{name}'s mark on {asked} is {earlier} in {lots}: it is not one mark")
    ranked = sorted(held, key=lambda one: (order[one[0]], one[1]))
    columns = [(bidder, question, held[bidder, question][0]) for bidder, question in ranked]
    bidders, questions, marks = np.array(columns, np.int64).reshape(-1, 3).T
    yield _Variants(range(len(base.lots)), bidders, questions, marks, marks)


def _moved(held: _Variants, size: int, lowest: int, highest: int) -> _Variants:
    """Move every mark down and up by `size`, where the scale has room."""
    twice = held.only(np.repeat(np.arange(len(held)), 2))
    after = twice.before + np.tile([-size, size], len(held))
    moved = _Variants(held.lots, twice.bidder, twice.question, twice.before, after)
    return moved.only((after >= lowest) & (after <= highest))


def _changing(base: Base, variants: _Variants, shared: bool) -> Iterator[MarkChange]:
    """Yield the variants that change an award anywhere."""
    matters = np.zeros(len(variants), np.bool_)
    for lot in variants.lots:
        matters |= _could_matter(base, base.lots[lot], variants)
    variants = variants.only(matters)
    for start in range(0, len(variants), base.together):
        batch = variants.only(slice(start, start + base.together))
        outcomes = base.award(partial(_applied, base, batch), len(batch))
        changed, winners = base.changes(outcomes), base.changes_winners(outcomes)
        for at in np.flatnonzero(changed.any(axis=0)).tolist():
            yield MarkChange(
                lot=None if shared else batch.lots[0],
                bidder=int(batch.bidder[at]),
                question=int(batch.question[at]),
                before=int(batch.before[at]),
                after=int(batch.after[at]),
                lots=tuple(np.flatnonzero(changed[:, at]).tolist()),
                winners=tuple(np.flatnonzero(winners[:, at]).tolist()),
            )


def outcomes_after(base: Base, change: MarkChange) -> list[LotOutcomes]:
    """Return what every lot would come to."""
    lots = range(len(base.lots)) if change.lot is None else [change.lot]
    columns = (change.bidder, change.question, change.before, change.after)
    variants = _Variants(lots, *(np.array([one], np.int64) for one in columns))
    return base.award(partial(_applied, base, variants), 1)


def _applied(base: Base, variants: _Variants, lot: LotKeys, keys: Keys) -> Keys:
    """Put the new marks into a lot's repeated keys and finish them."""
    if lot.lot not in variants.lots:
        keys[:] = base.keys[lot.lot][:, None]
        return keys
    row, new = _new_keys(lot, variants)
    here = np.flatnonzero(row != NOBODY)
    keys[row[here], here] = new[here]
    return finish(lot, keys)


def _new_keys(lot: LotKeys, variants: _Variants) -> tuple[Integers, Keys]:
    """Return for each variant the row it changes in the lot (NOBODY: none) and its key before prices."""
    row_of = np.full(len(lot.record.bidders), NOBODY, np.int64)
    row_of[lot.bidders] = np.arange(len(lot.bids))
    row = row_of[variants.bidder]
    row[~np.isin(variants.question, lot.asked)] = NOBODY
    new: Keys = np.zeros(len(row), lot.fixed.dtype)
    for at, question in enumerate(lot.asked):
        here = (variants.question == question) & (row != NOBODY)
        adds = lot.mark_adds[at]
        new[here] = lot.base[row[here]] - adds[variants.before[here]] + adds[variants.after[here]]
    return row, new


def _could_matter(base: Base, lot: LotKeys, variants: _Variants) -> Flags:
    """Say which variants could change an award through this lot; it is certain that the others do not."""
    row, new = _new_keys(lot, variants)
    here = np.asarray(row != NOBODY, np.bool_)
    if not here.any():
        return here
    finished, low = base.keys[lot.lot], max(lot.limit, 0)
    before, was_in = finished[row], np.asarray(lot.base[row] >= low, np.bool_)
    is_in = np.asarray(new >= low, np.bool_)
    flips = was_in != is_in
    adds = measured(lot, finished[:, None]).adds(np.arange(len(lot.bids)))[:, 0]
    after = np.where(is_in, new + adds[row], OUT)
    matters = here & flips & _moves_yardstick(lot, row, finished)
    if ALLOCATION[base.record.rules.allocation].award_order is AwardOrder.BY_SUM:
        return np.asarray(matters | (here & _could_be_chosen(base, lot, row, before, after)), np.bool_)
    in_turn = ALLOCATION[base.record.rules.allocation].by_turns
    able = base.able[lot.lot] if in_turn else np.asarray(finished >= 0, np.bool_)
    others = np.sort(lot.without_row(finished)[able])
    places = base.record.lots[lot.lot].places
    last = others[-places] if in_turn and places <= len(others) else OUT
    lower = np.minimum(lot.without_row(before), lot.without_row(after))
    upper = np.maximum(lot.without_row(before), lot.without_row(after))
    between = np.searchsorted(others, upper, "right") - np.searchsorted(others, lower, "left") > 1
    reached = np.asarray(upper >= last, np.bool_)
    could_win = able[row] | ~was_in if in_turn else np.ones(len(row), np.bool_)
    return np.asarray(matters | (here & (was_in | is_in) & could_win & reached & (flips | between)), np.bool_)


def _could_be_chosen(base: Base, lot: LotKeys, row: Integers, before: Keys, after: Keys) -> Flags:
    """Say which bids could enter or leave the highest sum of totals, when their keys change so.

    One whose total falls and that was not chosen stays so. Nor is a bid chosen where as many bidders as the
    tender has places would bring the lot more: one of them holds nothing, and could have the lot instead.
    """
    bidders = [base.record.bidders[bidder] for bidder in lot.bidders.tolist()]
    hours, finished = base.record.lots[lot.lot].hours, base.keys[lot.lot]
    fits = np.array([one.hours is None or hours <= one.hours for one in bidders], np.bool_)
    there = np.sort(lot.totals(finished)[fits & np.asarray(finished >= 0, np.bool_)])
    outcome = base.outcomes[lot.lot]
    chosen = np.isin(np.arange(len(bidders)), outcome.awarded)
    chosen[outcome.tied[1]] = True
    best = np.maximum(lot.totals(before), lot.totals(after))
    above = len(there) - np.searchsorted(there, best, "right")
    places = sum(one.places for one in base.record.lots)
    falls = np.asarray(lot.totals(after) < lot.totals(before), np.bool_)
    return np.asarray(fits[row] & (above < places) & ~(falls & ~chosen[row]), np.bool_)


def _moves_yardstick(lot: LotKeys, row: Integers, finished: Keys) -> Flags:
    """Say of which rows it would move the others' price points if they came in or went out."""
    by = METHODS[lot.record.rules.price.method].yardstick
    if by is Yardstick.PUBLISHED:
        return np.zeros(len(row), np.bool_)
    if by is Yardstick.MEAN:
        return np.ones(len(row), np.bool_)
    ranked = lot.prices[np.asarray(finished >= 0, np.bool_)]
    lowest = ranked.min(initial=np.iinfo(np.int64).max)
    return np.asarray(lot.prices[row] <= lowest, np.bool_)
