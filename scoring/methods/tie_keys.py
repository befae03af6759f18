"""The published keys that break ties: a function for each, and a row that says all there is to know of it.

Rules name a key by its name, or, where it is about one question, as `question:` and the question's id.
A further key is a further row here, and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from scoring.exact import Integers, decimal, pounds
from scoring.methods import draw as drawing
from scoring.methods.sorting import grouped
from scoring.model.bids import Bids
from scoring.model.draw import TieDecision
from scoring.model.rules import Rules

if TYPE_CHECKING:
    from scoring.model.record import Record


@dataclass(frozen=True)
class Scored:
    """What ranking needs: the bids with, for each, lot, bidder, quality and total (units of 10^-places)."""

    rules: Rules
    bids: Bids
    lot_ids: Sequence[str]
    bidder_ids: Sequence[str]
    quality: Integers
    total: Integers
    seed: str | None = None
    """The seed of the draw; None where the rules publish none with a secret."""
    decisions: Sequence[TieDecision] = ()
    """How people decided ties."""

    @property
    def ties(self) -> tuple[str, ...]:
        """The published keys in turn, and after them a person's decision where there is any."""
        return (*self.rules.ties, *([DECISION.name] if self.decisions else ()))

    @cached_property
    def decided_places(self) -> Integers:
        """For each bid its place, from 1, in the decision about its tie; nought where none is about it."""
        places = {
            (decision.lot, bidder): place
            for decision in self.decisions
            for place, bidder in enumerate(decision.bidders, 1)
        }
        found = np.zeros(len(self.bids), np.int64)
        lots = {decision.lot for decision in self.decisions}
        concerned = np.isin(self.bids.lot, [at for at, lot in enumerate(self.lot_ids) if lot in lots])
        for bid in np.flatnonzero(concerned).tolist():
            lot, bidder = self.lot_ids[self.bids.lot[bid]], self.bidder_ids[self.bids.bidder[bid]]
            found[bid] = places.get((lot, bidder), 0)
        return found


def seed_of(record: Record) -> str | None:
    """Return the seed of a record's draw; None where its rules publish none with a secret."""
    return None if record.draw is None else drawing.seed(record.draw)


class SensitiveTo(Enum):
    """Which marks of a bid a key is sensitive to; robustness moves marks, and follows what they change."""

    NO_MARK = "no_mark"
    ALL_MARKS = "all_marks"
    """The quality points, and so every mark."""
    ONE_MARK = "one_mark"
    """The mark of the question that it is about."""


Order: TypeAlias = Callable[[Scored, Integers, str], Integers]
"""Gives the values of a key for some bids; the lowest wins."""


@dataclass(frozen=True)
class TieKey:
    """One published way to break a tie."""

    name: str
    """What rules call it; where it is about a question, the part before the colon."""
    order: Order
    sensitive_to: SensitiveTo
    formula: str
    """What is compared, and which end is first."""
    value_text: Callable[[Scored, int, str], str]
    """The text of one bid's value."""
    description: str
    """What wins, for officers, bidders and the report: part of a sentence, {question} for the question."""
    drawn: bool = False
    """Whether it needs the published seed of a draw. It costs most, so it is made only for bids in a tie."""

    @property
    def of_question(self) -> bool:
        """Say whether it is about one question."""
        return self.sensitive_to is SensitiveTo.ONE_MARK


def highest_first(values: Integers) -> Integers:
    """Negate values in place, so that the highest becomes the lowest."""
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
    """Order by the number that each bid draws, lowest first."""
    lots = scored.bids.lot[at].tolist()
    begun = {lot: hashlib.sha256(_before_entrant(scored, scored.lot_ids[lot])) for lot in set(lots)}
    drawn = []
    for lot, entrant in zip(lots, _entrants(scored, at), strict=True):
        number = begun[lot].copy()
        number.update(entrant)
        drawn.append(number.digest())
    words = np.frombuffer(b"".join(drawn), ">u8").reshape(-1, 4).astype(np.uint64)
    places, order = np.empty(len(drawn), np.int64), np.argsort(words[:, 0])
    first = words[order, 0]
    places[order] = np.arange(len(drawn))
    if bool((first[1:] == first[:-1]).any()):  # two of 2^64 are equal, and the rest of the number orders them
        # the top bit is flipped, so that signed numbers keep the order
        signed = (words ^ np.uint64(2**63)).view(np.int64)
        order, begins = grouped(list(signed.T))
        places[order] = begins
    return places


def _before_entrant(scored: Scored, lot: str) -> bytes:
    if scored.seed is None:
        return f"{scored.rules.draw_seed}\n{lot}\n".encode()
    return "".join(f"{line}\n" for line in drawing.before_sealed(scored.seed, lot)).encode()


def _entrants(scored: Scored, at: Integers) -> list[bytes]:
    """Return what bids enter the draw by: their sealed hashes; without a secret, bidders' ids."""
    if scored.seed is not None:
        return [f"{scored.bids.sealed_hash(bid)}\n".encode() for bid in at.tolist()]
    bidders, which = np.unique(scored.bids.bidder[at], return_inverse=True)
    ids = [scored.bidder_ids[bidder].encode() for bidder in bidders.tolist()]
    return [ids[bidder] for bidder in which.tolist()]


def draw(seed: str, lot: str, bidder: str) -> str:
    """Return the number that a bidder draws by a published text: SHA-256 of the three joined by newlines."""
    return hashlib.sha256("\n".join((seed, lot, bidder)).encode()).hexdigest()


def _number(scored: Scored, bid: int, name: str) -> str:
    lot, bidder = (int(column[bid]) for column in (scored.bids.lot, scored.bids.bidder))
    if scored.seed is not None:
        return drawing.place(scored.seed, scored.lot_ids[lot], scored.bids.sealed_hash(bid))
    return draw(scored.rules.draw_seed, scored.lot_ids[lot], scored.bidder_ids[bidder])


DRAW: Final = TieKey(
    name="draw",
    order=by_draw,
    sensitive_to=SensitiveTo.NO_MARK,
    drawn=True,
    formula="SHA-256 of the draw's seed, the lot and the sealed bid, lowest first",
    value_text=_number,
    description="a draw",
)


def by_decision(scored: Scored, at: Integers, name: str) -> Integers:
    """Order as people decided; whoever no decision names comes after those that one does, all alike."""
    places = scored.decided_places[at]
    return np.where(places == 0, scored.decided_places.max(initial=0) + 1, places)


def _decided(scored: Scored, bid: int, name: str) -> str:
    place = int(scored.decided_places[bid])
    return f"decided place {place}" if place else "not decided"


DECISION: Final = TieKey(
    name="decision",
    order=by_decision,
    sensitive_to=SensitiveTo.NO_MARK,
    formula="the order that a person decided, with a second person's approval",
    value_text=_decided,
    description="a person's decision",
)
"""What comes after the published keys. Rules cannot name it, so it is none of KEYS."""

KEYS: Final[dict[str, TieKey]] = {row.name: row for row in (QUALITY, PRICE, QUESTION, DRAW)}
"""Every key, in the order in which pages offer them."""


def key_of(name: str) -> TieKey:
    """Return the row of a key as rules name it, or DECISION. Raises KeyError where there is none."""
    return DECISION if name == DECISION.name else KEYS[name.partition(":")[0]]


def question_of(name: str) -> str:
    """Return the id of the question that a key is about, as rules name it; empty where it is about none."""
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
    """Say whether any of these keys, as rules name them, needs the seed of a draw."""
    return any(key_of(name).drawn for name in ties)


def description(name: str, titles: Mapping[str, str]) -> str:
    """Say what wins by a key as rules name it; `titles` are the questions' titles by their ids."""
    question = question_of(name)
    return key_of(name).description.format(question=f"{question} {titles.get(question, '')}".strip())
