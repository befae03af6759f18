"""The ranking of a lot as the result prints it: a row for each bid, made for the whole lot at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scoring.exact import Integers
from scoring.methods.eligibility import RANKED, STATES
from scoring.model.bids import NOT_ASKED, UNMARKED
from scoring.result import reasons

if TYPE_CHECKING:
    from scoring.model.reasons import BidReason
    from scoring.result.data import Outcome
    from scoring.result.types import Row

_IS_RANKED = STATES.index(RANKED)


def of_lot(outcome: Outcome, lot: int) -> list[Row]:
    """Return the rows of a lot: ranked bids by rank and bidder id, then the others by id."""
    start, end = int(outcome.bounds[lot]), int(outcome.bounds[lot + 1])
    left = outcome.unranked[outcome.unranked_bounds[lot] : outcome.unranked_bounds[lot + 1]]
    bids = np.concatenate((outcome.order[start:end], left))
    ranks = [*outcome.ranks[start:end].tolist(), *(None for _ in left)]
    columns, bidders, texts = outcome.columns, outcome.record.bidders, outcome.points_texts
    quality, price, total = (
        [texts[points] for points in column[bids].tolist()]
        for column in (columns.quality, columns.price, columns.total)
    )
    rows = zip(
        bids.tolist(), outcome.record.bids.bidder[bids].tolist(), ranks, columns.states[bids].tolist(),
        columns.flags[bids].tolist(), quality, price, total, _questions(outcome, lot, bids), strict=True,
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
            "flags": outcome.flags(bid) if flags else [],
            "reasons": _reasons(outcome, bid) if flags or state != _IS_RANKED else [],
        }
        for bid, bidder, rank, state, flags, for_quality, for_price, in_total, questions in rows
    ]


def _reasons(outcome: Outcome, bid: int) -> list[BidReason]:
    return [reason for _, reason in reasons.of_bid(outcome, bid)]


def _questions(outcome: Outcome, lot: int, bids: Integers) -> list[dict[str, str | None]]:
    """Return for each bid the printed points of the questions that its lot asks."""
    record = outcome.record
    rows = [at for at, one in enumerate(record.rules.questions) if one.asked_in(record.lots[lot].id)]
    names = [record.rules.questions[row].id for row in rows]
    columns = []
    for row in rows:
        of_mark = [outcome.points_texts[points] for points in outcome.columns.table[row].tolist()]
        of_mark[NOT_ASKED + 2] = of_mark[UNMARKED + 2] = None
        columns.append([of_mark[mark + 2] for mark in record.bids.marks[row, bids].tolist()])
    if not columns:
        return [{} for _ in bids]
    return [dict(zip(names, points, strict=True)) for points in zip(*columns, strict=True)]
