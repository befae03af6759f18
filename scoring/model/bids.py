"""The bids of a record as columns of integers.

Each bid has one position in every column, so that a million bids are a few arrays. Marks are
[question, bid] in the order of the rules' questions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from scoring.exact import Integers
from scoring.model.rules import Line, Question, Scale

NO_PRICE: Final = 0
"""A bid out of assessment whose price is not in the record; a real price is never nought."""


def unsealed() -> npt.NDArray[np.uint8]:
    """Return the column of hashes of a record that has none."""
    return np.zeros((0, 0), np.uint8)


@dataclass(frozen=True, eq=False)
class Bids:
    """Columns, one position for each bid in the order of the record. Prices in pence."""

    bidder: Integers
    """The position of the bidder among the record's bidders."""
    lot: Integers
    """The position of the lot among the record's lots."""
    price: Integers
    """What is compared: the price, or the sum of line price x volume; NO_PRICE where there is none."""
    line_prices: Integers
    """[line, bid]; no rows where the rules have no lines."""
    marks: Marks
    """[question, bid]: the mark, UNMARKED or NOT_ASKED."""
    without_marks: frozenset[int] = frozenset()
    """Positions of bids out of assessment that have no `marks` field at all."""
    sealed: npt.NDArray[np.uint8] = field(default_factory=unsealed)
    """[bid, byte]: the hash of each sealed bid; no bytes where the record has none."""

    def __len__(self) -> int:
        """Return how many bids there are."""
        return len(self.bidder)

    def sealed_hash(self, at: int) -> str:
        """Return the hash of a sealed bid, as hexadecimal digits; empty where the record has none."""
        return "" if self.sealed.shape[1] == 0 else self.sealed[at].tobytes().hex()

    def portion(self, start: int, end: int) -> Bids:
        """Return some of the bids, from `start` to before `end`."""
        without = frozenset(at - start for at in self.without_marks if start <= at < end)
        lines, marks = self.line_prices[:, start:end], self.marks[:, start:end]
        sealed = self.sealed[start:end]
        return Bids(
            self.bidder[start:end], self.lot[start:end], self.price[start:end], lines, marks, without, sealed
        )


@dataclass(frozen=True)
class Around:
    """What the bids refer to, so far as the rest of the record could be read."""

    bidders: dict[str, int]
    lots: dict[str, int]
    questions: tuple[Question, ...] | None
    scale: Scale | None
    lines: tuple[Line, ...] | None
    out: dict[int, frozenset[int] | None]
    """Bidders out of assessment, by position: in these lots, or None for all of them."""
    sealed: bool = False
    """Whether each bid carries the hash of what was sealed, because the rules draw by it."""

    @property
    def is_known(self) -> bool:
        """Say whether the rules about marks and prices could be read."""
        return self.questions is not None and self.scale is not None and self.lines is not None

    def excuses(self, bidder: int, lot: int) -> bool:
        """Say whether a bid may leave out its marks and its price."""
        lots = self.out.get(bidder, frozenset())
        return lots is None or lot in lots


Marks = npt.NDArray[np.int16]

UNMARKED: Final = -1
"""A question of the bid's lot that has no mark."""

NOT_ASKED: Final = -2
"""A question that the bid's lot does not ask."""
