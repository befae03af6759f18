"""From a record to its lots' keys: the fields of a key, how wide they are, what a mark is worth in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring import exact
from scoring.exact import Integers
from scoring.methods import eligibility, quality, ranking
from scoring.methods.bid_states import RANKED
from scoring.methods.tie_keys import Scored, SensitiveTo, key_of, question_of, seed_of
from scoring.robustness.keys import Flags, LotKeys

if TYPE_CHECKING:
    from scoring.model.record import Record
    from scoring.model.rules import Rules


@dataclass(frozen=True, eq=False)
class Weighing:
    """What marks and prices are worth: points by [question, mark + 2], 10^-places; weights in hundredths."""

    table: Integers
    quality_weight: int
    price_weight: int


def published(rules: Rules) -> Weighing:
    """Return the published weights."""
    table = quality.points_table(rules.questions, rules.scale, rules.places)
    return Weighing(table, rules.quality_weight, rules.price_weight)


def reweighed(rules: Rules, by: int) -> Weighing | None:
    """Move the quality weight by so many hundredths of a point, and the price weight the other way.

    Each question keeps its share of the quality weight as an exact fraction: its points, weight x new quality
    weight / old x mark / highest mark, are rounded half up once, at the end. None where a weight would leave
    0 to 100, or where quality weighs nothing, so that its questions have no proportion to keep.
    """
    weight = rules.quality_weight + by
    if not 0 <= weight <= 10_000 or rules.quality_weight == 0:
        return None
    table = np.zeros((len(rules.questions), rules.scale.highest + 3), np.int64)
    for row, question in enumerate(rules.questions):
        weighing, shift = exact.in_units(question.weight * weight, rules.places)
        whole = shift * rules.scale.highest * rules.quality_weight
        table[row, 2:] = [exact.half_up(weighing * mark, whole) for mark in range(rules.scale.highest + 1)]
    return Weighing(table, weight, 10_000 - weight)


def of_record(record: Record, weighing: Weighing | None = None) -> list[LotKeys]:
    """Return the keys of every lot, in the order of the record, by the published weights or those given."""
    weighing = published(record.rules) if weighing is None else weighing
    ids = [bidder.id for bidder in record.bidders]
    possible = np.flatnonzero(_but_for_marks(record))
    places = ranking.positions_of_ids(ids)
    bids = record.bids
    arranged = possible[np.lexsort((places[bids.bidder[possible]], bids.lot[possible]))]
    bounds = np.searchsorted(bids.lot[arranged], np.arange(len(record.lots) + 1)).tolist()
    nothing = np.zeros(0, np.int64)
    lot_ids = [lot.id for lot in record.lots]
    scored = Scored(record.rules, bids, lot_ids, ids, nothing, nothing, seed_of(record), record.ties_decided)
    return [
        _lot_keys(record, scored, weighing, lot, arranged[bounds[lot] : bounds[lot + 1]])
        for lot in range(len(record.lots))
    ]


def _but_for_marks(record: Record) -> Flags:
    """Say which bids nothing but a minimum could keep from being ranked."""
    questions = tuple(replace(question, minimum=None) for question in record.rules.questions)
    rules = replace(record.rules, questions=questions, quality_minimum=None)
    relaxed = replace(record, rules=rules)
    states = eligibility.states(relaxed, np.zeros(len(record.bids), np.int64))
    found: Flags = states == eligibility.STATES.index(RANKED.name)
    return found


@dataclass(frozen=True, eq=False)
class _Field:
    """A field of the key: its width, and the kind of what it holds."""

    bits: int
    question: int | None = None
    fixed: Integers | None = None


def _lot_keys(record: Record, scored: Scored, weighing: Weighing, lot: int, bids: Integers) -> LotKeys:
    rules = record.rules
    name = record.lots[lot].id
    asked = tuple(row for row, question in enumerate(rules.questions) if question.asked_in(name))
    best = int(weighing.table[list(asked)].max(axis=1, initial=0).sum()) if asked else 0
    whole = exact.half_up(*exact.in_units(weighing.price_weight, rules.places))
    fields = [_Field((best + whole).bit_length()), *_tie_fields(scored, bids, asked, best)]
    last = fields[-1].fixed
    no_shared_ranks = last is not None and len(np.unique(last)) == len(bids)
    if not no_shared_ranks:
        last = np.arange(len(bids))
        fields.append(_Field(len(bids).bit_length(), fixed=last))
    assert last is not None  # noqa: S101  the row, or a fixed field that tells it
    row_of = np.zeros(int(last.max(initial=0)) + 1, np.int64)
    row_of[last] = np.arange(len(bids))
    width = sum(field.bits for field in fields)
    kind: Any = np.int64 if width + len(asked).bit_length() + 2 <= 63 else object
    fixed, at = np.zeros(len(bids), kind), 0
    mark_adds = [np.zeros(rules.scale.highest + 1, kind) for _ in asked]
    marks = np.arange(rules.scale.highest + 1).astype(kind)
    for field in reversed(fields):
        if field.fixed is not None:
            fixed += field.fixed.astype(kind) << at
        for adds, row in zip(mark_adds, asked, strict=True):
            if field.question == row:
                np.add(adds, marks << at, out=adds)
            elif field.fixed is None and field.question is None:
                np.add(adds, weighing.table[row, 2:].astype(kind) << at, out=adds)
        at += field.bits
    at_total = width - fields[0].bits
    lost = -(1 << width)
    for adds, row in zip(mark_adds, asked, strict=True):
        adds[: rules.questions[row].minimum or 0] = lost
    return LotKeys(
        record=record,
        lot=lot,
        price_weight=weighing.price_weight,
        bids=bids,
        asked=asked,
        mark_adds=tuple(mark_adds),
        fixed=fixed,
        at_total=at_total,
        limit=_least_quality(rules, weighing.quality_weight) << at_total,
        lost=lost,
        row_bits=fields[-1].bits,
        row_of=row_of,
        no_shared_ranks=no_shared_ranks,
    )


def _least_quality(rules: Rules, weight: int) -> int:
    """Return the least quality, units of 10^-places, that reaches the published minimum."""
    needed: int = (rules.quality_minimum or 0) * weight * 10**rules.places
    return -(-needed // 1_000_000)


def _tie_fields(scored: Scored, bids: Integers, asked: Sequence[int], best: int) -> list[_Field]:
    """Return a field for each tie-break key; neighbouring keys that no mark moves share one field."""
    ids = [question.id for question in scored.rules.questions]
    found: list[_Field] = []
    run: list[Integers] = []
    for name in (*scored.ties, ""):
        key = key_of(name) if name else None
        if key is not None and key.sensitive_to is SensitiveTo.NO_MARK:
            run.append(key.order(scored, bids, name))
            continue
        if run:
            found.append(_fixed_field(run))
            run = []
        if key is None:
            break
        if key.sensitive_to is SensitiveTo.ALL_MARKS:
            found.append(_Field(best.bit_length()))
        elif (row := ids.index(question_of(name))) in asked:
            found.append(_Field(scored.rules.scale.highest.bit_length(), question=row))
    return found


def _fixed_field(values: Sequence[Integers]) -> _Field:
    """Return a field that numbers bids by these values, of which the lowest is best: the best is highest."""
    arranged = np.lexsort(values[::-1])
    stacked = np.stack(values)[:, arranged]
    differs = (stacked[:, 1:] != stacked[:, :-1]).any(axis=0)
    places = np.concatenate(([0], np.cumsum(differs))) if len(arranged) else np.zeros(0, np.int64)
    numbers = np.empty(len(arranged), np.int64)
    numbers[arranged] = places.max(initial=0) - places
    return _Field(int(numbers.max(initial=0)).bit_length(), fixed=numbers)
