"""The published keys that part equal totals: for each a function, and a row that says all there is to know.

Rules name a key by its name, or, where it is about one question, as `question:` and the question's id.
A further key is a further row here, and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

import numpy as np

from scoring.exact import Integers, decimal, pounds
from scoring.methods.sorting import grouped
from scoring.model.bids import Bids
from scoring.model.rules import Rules


@dataclass(frozen=True)
class Scored:
    """What ranking needs: the bids with, for each, lot, bidder, quality and total (units of 10^-places)."""

    rules: Rules
    bids: Bids
    lot_ids: Sequence[str]
    bidder_ids: Sequence[str]
    quality: Integers
    total: Integers


class SensitiveTo(Enum):
    """On which marks of a bid a key hangs: robustness moves marks, and works out again what hangs on them."""

    NO_MARK = "no_mark"
    ALL_MARKS = "all_marks"
    """On the quality points."""
    ONE_MARK = "one_mark"
    """On the mark of the question that it is about."""


Order: TypeAlias = Callable[[Scored, Integers, str], Integers]
"""Gives for some bids the values of a key as published, which the lowest wins."""


@dataclass(frozen=True)
class TieKey:
    """One published way to part equal totals."""

    name: str
    """What rules call it; where it is about a question, what stands before the colon."""
    order: Order
    sensitive_to: SensitiveTo
    formula: str
    """What is compared, and which end is first."""
    value_text: Callable[[Scored, int, str], str]
    """What one bid has by it, in words."""
    description: str
    """What wins, for officers, bidders and the report: part of a sentence, {question} for the question."""
    drawn: bool = False
    """Whether it needs the published text of a draw. It costs most, so only the tied are drawn."""

    @property
    def of_question(self) -> bool:
        """Say whether it is about one question."""
        return self.sensitive_to is SensitiveTo.ONE_MARK


def highest_first(values: Integers) -> Integers:
    """Turn values round in place, so that the highest is the lowest."""
    return np.negative(values, out=values)


def by_quality(scored: Scored, at: Integers, name: str) -> Integers:
    """Order by quality points, highest first."""
    return highest_first(scored.quality[at])


QUALITY: Final = TieKey(
    name="quality",
    order=by_quality,
    sensitive_to=SensitiveTo.ALL_MARKS,
    formula="quality points, highest first",
    value_text=lambda scored, bid, name: decimal(int(scored.quality[bid]), scored.rules.places),
    description="more points for quality",
)


def by_price(scored: Scored, at: Integers, name: str) -> Integers:
    """Order by price in pence, lowest first."""
    return scored.bids.price[at]


PRICE: Final = TieKey(
    name="price",
    order=by_price,
    sensitive_to=SensitiveTo.NO_MARK,
    formula="price, lowest first",
    value_text=lambda scored, bid, name: pounds(int(scored.bids.price[bid])),
    description="the lower price",
)


def by_question(scored: Scored, at: Integers, name: str) -> Integers:
    """Order by the mark on one question, highest first; a lot that does not ask it leaves all equal."""
    return highest_first(scored.bids.marks[_row(scored, name)][at].astype(np.int64))


def _row(scored: Scored, name: str) -> int:
    return [question.id for question in scored.rules.questions].index(question_of(name))


def _mark(scored: Scored, bid: int, name: str) -> str:
    mark = int(scored.bids.marks[_row(scored, name), bid])
    return f"mark {mark}" if mark >= 0 else "not asked in this lot"


QUESTION: Final = TieKey(
    name="question",
    order=by_question,
    sensitive_to=SensitiveTo.ONE_MARK,
    formula="mark, highest first",
    value_text=_mark,
    description="a higher mark for {question}",
)


def by_draw(scored: Scored, at: Integers, name: str) -> Integers:
    """Order by the published draw: SHA-256 of seed, lot id and bidder id, lowest first."""
    lots = scored.bids.lot[at].tolist()
    bidders, which = np.unique(scored.bids.bidder[at], return_inverse=True)
    begun = {
        lot: hashlib.sha256(f"{scored.rules.draw_seed}\n{scored.lot_ids[lot]}\n".encode())
        for lot in set(lots)
    }
    ended = [scored.bidder_ids[bidder].encode() for bidder in bidders.tolist()]
    drawn = []
    for lot, bidder in zip(lots, which.tolist(), strict=True):
        number = begun[lot].copy()
        number.update(ended[bidder])
        drawn.append(number.digest())
    words = np.frombuffer(b"".join(drawn), ">u8").reshape(-1, 4).astype(np.uint64)
    places, order = np.empty(len(drawn), np.int64), np.argsort(words[:, 0])
    first = words[order, 0]
    places[order] = np.arange(len(drawn))
    if bool((first[1:] == first[:-1]).any()):  # two of 2^64 alike; the rest of the number parts them
        # the top bit turned, so that the order is the same
        signed = (words ^ np.uint64(2**63)).view(np.int64)
        order, begins = grouped(list(signed.T))
        places[order] = begins
    return places


def draw(seed: str, lot: str, bidder: str) -> str:
    """Return the number that a bidder draws in a lot: SHA-256 over the three joined by newlines, as hex."""
    return hashlib.sha256("\n".join((seed, lot, bidder)).encode()).hexdigest()


def _number(scored: Scored, bid: int, name: str) -> str:
    lot, bidder = (int(column[bid]) for column in (scored.bids.lot, scored.bids.bidder))
    return draw(scored.rules.draw_seed, scored.lot_ids[lot], scored.bidder_ids[bidder])


DRAW: Final = TieKey(
    name="draw",
    order=by_draw,
    sensitive_to=SensitiveTo.NO_MARK,
    drawn=True,
    formula="SHA-256 of seed, lot id and bidder id joined by newlines, lowest first",
    value_text=_number,
    description="a draw",
)

KEYS: Final[dict[str, TieKey]] = {row.name: row for row in (QUALITY, PRICE, QUESTION, DRAW)}
"""Every key, in the order in which pages offer them."""


def key_of(name: str) -> TieKey:
    """Return what is known of a key as rules name it. Raises KeyError where there is none."""
    return KEYS[name.partition(":")[0]]


def question_of(name: str) -> str:
    """Return the id of the question that a key as rules name it is about; empty where it is about none."""
    return name.partition(":")[2]


def names(questions: Iterable[str]) -> list[str]:
    """Return every key that rules with such questions may name, as they name it."""
    asked = list(questions)
    return [
        name
        for key in KEYS.values()
        for name in ([f"{key.name}:{question}" for question in asked] if key.of_question else [key.name])
    ]


def needs_seed(ties: Iterable[str]) -> bool:
    """Say whether any of some keys, as rules name them, needs the text of a draw."""
    return any(key_of(name).drawn for name in ties)


def description(name: str, titles: Mapping[str, str]) -> str:
    """Say what wins by a key as rules name it; `titles` are the questions' titles by their ids."""
    question = question_of(name)
    return key_of(name).description.format(question=f"{question} {titles.get(question, '')}".strip())
