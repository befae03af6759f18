"""The ranking of a lot as the result prints it: a row for each bid, made for the whole lot at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.exact import Integers, decimal
from scoring.methods.eligibility import RANKED, STATES
from scoring.model.bids import NOT_ASKED, UNMARKED

if TYPE_CHECKING:
    from scoring.result.result import Result

_IS_RANKED = STATES.index(RANKED)
NOT_SCORED = -1
"""In a column of points: so far as the bid was assessed, there is no such figure."""


class Written(dict[int, str | None]):
    """Points as they are printed, each written once; NOT_SCORED is None."""

    def __init__(self, places: int) -> None:
        """Begin with nothing written."""
        super().__init__({NOT_SCORED: None})
        self._places = places

    def __missing__(self, points: int) -> str:
        """Write points that were not asked for before."""
        self[points] = written = decimal(points, self._places)
        return written


def of_lot(result: Result, lot: int) -> list[dict[str, Any]]:
    """Return the rows of a lot: ranked bids by rank and bidder id, then the others by id."""
    start, end = int(result.bounds[lot]), int(result.bounds[lot + 1])
    left = result.unranked[result.unranked_bounds[lot] : result.unranked_bounds[lot + 1]]
    bids = np.concatenate((result.order[start:end], left))
    ranks = [*result.ranks[start:end].tolist(), *(None for _ in left)]
    columns, bidders, texts = result.columns, result.record.bidders, result.texts
    quality, price, total = (
        [texts[points] for points in column[bids].tolist()]
        for column in (columns.quality, columns.price, columns.total)
    )
    rows = zip(
        bids.tolist(), result.record.bids.bidder[bids].tolist(), ranks, columns.states[bids].tolist(),
        columns.flags[bids].tolist(), quality, price, total, _questions(result, lot, bids), strict=True,
    )  # fmt: skip
    return [
        {
            "bidder": bidders[bidder].id,
            "state": STATES[state],
            "rank": rank,
            "quality": for_quality,
            "price": for_price,
            "total": in_total,
            "questions": questions,
            "flags": result.flags(bid) if flags else [],
            "reasons": [] if state == _IS_RANKED and not flags else [why for _, why in result.reasons(bid)],
        }
        for bid, bidder, rank, state, flags, for_quality, for_price, in_total, questions in rows
    ]


def _questions(result: Result, lot: int, bids: Integers) -> list[dict[str, str | None]]:
    """Return for each bid the printed points of the questions that its lot asks."""
    record = result.record
    rows = [at for at, one in enumerate(record.rules.questions) if one.asked_in(record.lots[lot].id)]
    names = [record.rules.questions[row].id for row in rows]
    columns = []
    for row in rows:
        of_mark = [result.texts[points] for points in result.columns.table[row].tolist()]
        of_mark[NOT_ASKED + 2] = of_mark[UNMARKED + 2] = None
        columns.append([of_mark[mark + 2] for mark in record.bids.marks[row, bids].tolist()])
    if not columns:
        return [{} for _ in bids]
    return [dict(zip(names, points, strict=True)) for points in zip(*columns, strict=True)]
