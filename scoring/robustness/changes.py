"""Other changes than marks: the weights moved, each bidder removed in turn, the lowest price removed.

And the margin by which each lot is won. All are exact; they are reported, and decide nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.allocate.methods import METHODS as ALLOCATION
from scoring.exact import Integers
from scoring.methods.price import METHODS
from scoring.methods.price_method import Yardstick
from scoring.methods.ranking import positions_of_ids
from scoring.methods.tie_keys import key_of
from scoring.robustness.awards import award
from scoring.robustness.base import Base, agreed
from scoring.robustness.key_fields import of_record, reweighed
from scoring.robustness.keys import Keys, LotKeys
from scoring.robustness.outcomes import LotOutcomes
from scoring.robustness.yardsticks import finish

MOVES: Final = (-1_000, -500, 500, 1_000)
"""By how much the quality weight is moved, in hundredths of a point; the price weight moves the other way."""


@dataclass(frozen=True, eq=False)
class Margin:
    """By how much the last place of a lot is won: rows of its keys, points in units of 10^-places."""

    last: int
    following: int
    points: int
    broken_by: str
    """The key that breaks their tie, where their totals are the same; else empty."""


@dataclass(frozen=True)
class Reversal:
    """Two bids whose order reversed because a third was removed; rows of the lot's keys."""

    lot: int
    fell: int
    rose: int
    others: int
    """How many more bids rose past one that had ranked above them."""


@dataclass(frozen=True, eq=False)
class Effect:
    """What a change does: the lots whose awards it changes, with their new awards."""

    lots: dict[int, LotOutcomes]
    reversals: tuple[Reversal, ...] = ()


def margins(base: Base) -> list[Margin | None]:
    """Return for each lot the margin of its last place over its first reserve; None where one is missing."""
    found: list[Margin | None] = []
    for at, (lot, awards) in enumerate(zip(base.lots, base.result.awards, strict=True)):
        if awards.undecided or not awards.awarded or not len(awards.reserves):
            found.append(None)
            continue
        ranked = base.result.ranked_in(at)
        last, following = int(ranked[awards.awarded[-1][0]]), int(ranked[awards.reserves[0]])
        rows = [int(np.flatnonzero(lot.bids == bid)[0]) for bid in (last, following)]
        total = base.result.columns.total
        points = int(total[last] - total[following])
        found.append(Margin(rows[0], rows[1], points, "" if points else _broken_by(base, last, following)))
    return found


def _broken_by(base: Base, one: int, other: int) -> str:
    for name in base.result.scored.ties:
        values = key_of(name).order(base.result.scored, np.array([one, other]), name)
        if values[0] != values[1]:
            return name
    return ""


def weights_moved(base: Base) -> Iterator[tuple[int, Effect | None]]:
    """Yield each move of the weights, and its effect; None where the weights have no room for it."""
    for by in MOVES:
        weighing = reweighed(base.record.rules, by)
        if weighing is None:
            yield by, None
            continue
        lots = of_record(base.record, weighing)
        outcomes = award(base.record, lots, base.limits, agreed, 1)
        yield by, _effect(base, outcomes, 0)


def bidders_removed(base: Base) -> Iterator[tuple[int, Effect]]:
    """Yield each bidder whose absence would change an award or another's place, and how; by bidder id."""
    ids = [bidder.id for bidder in base.record.bidders]
    positions = positions_of_ids(ids)
    removed = np.array(sorted(_worth_removing(base), key=positions.__getitem__), np.int64)
    for start in range(0, len(removed), base.together):
        batch = removed[start : start + base.together]
        reversals: list[list[Reversal]] = [[] for _ in batch]

        def without(
            lot: LotKeys, keys: Keys, batch: Integers = batch, found: list[list[Reversal]] = reversals
        ) -> Keys:
            row_of = np.full(len(ids), -1, np.int64)
            row_of[lot.bidders] = np.arange(len(lot.bids))
            here = np.flatnonzero(row_of[batch] >= 0)
            keys[row_of[batch][here], here] = lot.lost
            finish(lot, keys)
            for at, reversal in _reversals(lot, base.keys[lot.lot], keys):
                found[at].append(reversal)
            return keys

        outcomes = base.award(without, len(batch))
        for at, bidder in enumerate(batch.tolist()):
            effect = _effect(base, outcomes, at, tuple(reversals[at]))
            if effect.lots or effect.reversals:
                yield bidder, effect


def _worth_removing(base: Base) -> set[int]:
    """Return the bidders whose absence could change anything.

    Where lots are awarded in rank order, only bidders that hold a place, are in a tie or set the yardstick.
    """
    if not ALLOCATION[base.record.rules.allocation].by_turns:
        return {bidder for lot in base.lots for bidder in lot.bidders.tolist()}
    by, found = METHODS[base.record.rules.price.method].yardstick, set()
    for lot, outcome, finished in zip(base.lots, base.outcomes, base.keys, strict=True):
        rows = set(outcome.awarded[outcome.awarded >= 0].tolist())
        rows.update(outcome.tied[1].tolist())
        ranked = np.flatnonzero(finished >= 0)
        if by is Yardstick.MEAN:
            rows.update(ranked.tolist())
        elif by is Yardstick.LOWEST and len(ranked):
            rows.add(int(ranked[np.argmin(lot.prices[ranked])]))
        found.update(lot.bidders[sorted(rows)].tolist())
    return found


def lowest_removed(base: Base) -> Iterator[tuple[int, Integers, Effect]]:
    """Yield for each lot with two or more ranked prices: the rows at the lowest, and the effect without them.

    All bids at the lowest price are removed, from that lot alone; a lot where none would be left is left out.
    """
    lowest: dict[int, Integers] = {}
    for lot, finished in zip(base.lots, base.keys, strict=True):
        ranked = np.flatnonzero(finished >= 0)
        prices = lot.prices[ranked]
        if len(ranked) and int(prices.min()) < int(prices.max()):
            lowest[lot.lot] = ranked[prices == prices.min()]
    variants = list(lowest)
    for start in range(0, len(variants), base.together):
        batch = variants[start : start + base.together]
        reversals: list[list[Reversal]] = [[] for _ in batch]

        def without(
            lot: LotKeys, keys: Keys, batch: list[int] = batch, found: list[list[Reversal]] = reversals
        ) -> Keys:
            if lot.lot in batch:
                keys[lowest[lot.lot], batch.index(lot.lot)] = lot.lost
            finish(lot, keys)
            for at, reversal in _reversals(lot, base.keys[lot.lot], keys):
                found[at].append(reversal)
            return keys

        outcomes = base.award(without, len(batch))
        for at, lot_at in enumerate(batch):
            yield lot_at, lowest[lot_at], _effect(base, outcomes, at, tuple(reversals[at]))


def _effect(
    base: Base, outcomes: Sequence[LotOutcomes], at: int, reversals: tuple[Reversal, ...] = ()
) -> Effect:
    columns = [outcome.column(at) for outcome in outcomes]
    changed = base.changes(columns)[:, 0]
    return Effect({lot: columns[lot] for lot in np.flatnonzero(changed).tolist()}, reversals)


def _reversals(lot: LotKeys, before: Keys, after: Keys) -> Iterator[tuple[int, Reversal]]:
    """Yield (variant, reversal) where bids that stay in change their order; `after` is [bid, variant].

    The highest bid that rises past one from above it is named, with the one that falls furthest before it.
    """
    order = np.flatnonzero(before >= 0)
    order = order[np.argsort(-lot.without_row(before)[order], kind="stable")]
    if len(order) < 3:
        return
    level = lot.without_row(before)[order]
    begins = np.concatenate(([True], level[1:] != level[:-1]))
    group = np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))
    now = lot.without_row(after)[order]
    beyond = now.max() + 1
    stays = np.asarray(after[order] >= 0, np.bool_)
    lowest_so_far = np.minimum.accumulate(np.where(stays, now, beyond), axis=0)
    above = np.where((group > 0)[:, None], lowest_so_far[np.maximum(group - 1, 0)], beyond)
    rises = stays & np.asarray(now > above, np.bool_)
    for variant in np.flatnonzero(rises.any(axis=0)).tolist():
        rose = int(np.flatnonzero(rises[:, variant])[0])
        fell = int(np.argmin(np.where(stays[: group[rose], variant], now[: group[rose], variant], beyond)))
        others = int(rises[:, variant].sum()) - 1
        yield variant, Reversal(lot.lot, int(order[fell]), int(order[rose]), others)
