"""One whole number for each bid, the larger the higher it stands: how scenarios are ranked by the thousand.

A bid's key is its total, then the tie-break keys in turn, packed into fields of bits from the highest to the
lowest, and last a number that tells its row. Of two keys the greater one ranks higher; keys that
differ in the row alone share a rank. What marks add to a key is a sum over questions, so that a key is
made by looking up and adding. Keys are 64-bit integers, or Python's own where the fields need more.

A bid that is out has a key below 0: a mark under a minimum subtracts more than all the fields together hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from scoring.exact import Integers

if TYPE_CHECKING:
    from scoring.model.record import Record

Keys: TypeAlias = npt.NDArray[Any]
"""[bid, scenario], int64, or objects that are Python integers."""
Flags: TypeAlias = npt.NDArray[np.bool_]
OUT: Final = -1


@dataclass(frozen=True, eq=False)
class LotKeys:
    """The bids of one lot that marks alone could keep in or put out, in the order of bidder ids."""

    record: Record
    lot: int
    price_weight: int
    bids: Integers
    """Positions in the record; row n of every matrix of keys is bids[n]."""
    asked: tuple[int, ...]
    """The rows of the lot's questions in the rules."""
    mark_adds: tuple[Keys, ...]
    """For each question asked, what each mark adds to a key; by mark, from 0."""
    fixed: Keys
    """What each bid's key has whatever its marks: the tie-break keys that do not move, and its row."""
    at_total: int
    """The lowest bit of the total."""
    limit: int
    """Keys below it, before prices are added, miss the minimum quality."""
    lost: int
    """A key so far below 0 that no price brings it back."""
    row_bits: int
    row_of: Integers
    """The row of a bid by the lowest `row_bits` bits of its key."""
    no_shared_ranks: bool
    """Whether no two bids can share a rank."""

    @cached_property
    def bidders(self) -> Integers:
        """The position in the record of each row's bidder."""
        return self.record.bids.bidder[self.bids]

    @cached_property
    def bidder_ids(self) -> list[str]:
        """The id of each row's bidder."""
        return [self.record.bidders[bidder].id for bidder in self.bidders.tolist()]

    @cached_property
    def prices(self) -> Integers:
        """Each row's price, in pence."""
        return self.record.bids.price[self.bids]

    @cached_property
    def by_price(self) -> list[int]:
        """The rows, cheapest first."""
        found: list[int] = np.argsort(self.prices, kind="stable").tolist()
        return found

    @cached_property
    def marks(self) -> Integers:
        """The agreed marks, [question asked, bid]."""
        found: Integers = self.record.bids.marks[list(self.asked)][:, self.bids].astype(np.int64)
        return found

    @cached_property
    def base(self) -> Keys:
        """Each bid's key by the agreed marks, before prices."""
        keys = self.fixed.copy()
        for adds, marks in zip(self.mark_adds, self.marks, strict=True):
            keys += adds[marks]
        return keys

    def without_row(self, keys: Keys) -> Keys:
        """Take the row out of keys, so that equal means a shared rank."""
        return keys if self.no_shared_ranks else keys >> self.row_bits

    def rows(self, keys: Keys) -> npt.NDArray[np.intp]:
        """Return the row that each key belongs to."""
        low = (keys & ((1 << self.row_bits) - 1)).astype(np.intp)
        return self.row_of[low].astype(np.intp)

    def totals(self, keys: Keys) -> Keys:
        """Return the totals in finished keys, units of 10^-places."""
        return keys >> self.at_total
