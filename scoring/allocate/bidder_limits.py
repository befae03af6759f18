"""The limits of one bidder over the lots that it bids for, without those that can never bind.

Where they are nested (a matroid, as the theory calls it), taking lots greedily is best and deferred
acceptance is stable. Hours, and groups that overlap without one holding the other, can break that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scoring.model.record import Bidder, Record


@dataclass(frozen=True)
class LotLimit:
    """At most so many of these lots, which are given by position."""

    lots: frozenset[int]
    most: int


@dataclass(frozen=True)
class BidderLimits:
    """What one bidder may hold together."""

    lots: frozenset[int]
    """The lots that it bids for and could hold alone, by position in the record."""
    lot_limits: tuple[LotLimit, ...]
    hours_of: dict[int, int]
    """Weekly hours of each lot, in hundredths; empty where hours do not matter."""
    capacity: int

    @property
    def nested(self) -> bool:
        """Say whether all limits are numbers of lots, and any two are apart or one inside the other."""
        return not self.hours_of and all(
            one.lots <= other.lots or other.lots <= one.lots or not one.lots & other.lots
            for one, other in combinations(self.lot_limits, 2)
        )

    def allow(self, lots: Collection[int]) -> bool:
        """Say whether the bidder may hold these lots together."""
        if not self.lots.issuperset(lots):
            return False
        if self.hours_of and sum(self.hours_of[lot] for lot in lots) > self.capacity:
            return False
        return all(len(limit.lots.intersection(lots)) <= limit.most for limit in self.lot_limits)


class Grouped:
    """The groups of a record by lot, so that each bidder's are found quickly."""

    def __init__(self, record: Record) -> None:
        """Look the lots up once."""
        self._hours = [lot.hours for lot in record.lots]
        lot_at = {lot.id: at for at, lot in enumerate(record.lots)}
        self._groups = record.rules.groups
        self._of_lot: list[list[int]] = [[] for _ in record.lots]
        for at, group in enumerate(self._groups):
            for lot in group.lots:
                self._of_lot[lot_at[lot]].append(at)

    def limits(self, bidder: Bidder, lots: Iterable[int]) -> BidderLimits:
        """Return what holds for a bidder that bids for these lots, given by position."""
        hours = self._hours
        able = frozenset(lot for lot in lots if bidder.hours is None or hours[lot] <= bidder.hours)
        within: dict[int, set[int]] = {}
        for lot in able:
            for group in self._of_lot[lot]:
                within.setdefault(group, set()).add(lot)
        lot_limits = {frozenset(found): self._groups[group].most_lots for group, found in within.items()}
        for group, found in within.items():
            lot_limits[frozenset(found)] = min(lot_limits[frozenset(found)], self._groups[group].most_lots)
        most = bidder.most_lots if bidder.most_lots is not None else len(able)
        hours_of: dict[int, int] = {}
        if bidder.hours is not None:
            count = count_for(sorted(hours[lot] for lot in able), bidder.hours)
            if count is None:
                hours_of = {lot: hours[lot] for lot in able}
            else:
                most = min(most, count)
        lot_limits[able] = min(lot_limits.get(able, most), most)
        bind = tuple(LotLimit(found, most) for found, most in lot_limits.items() if most < len(found))
        return BidderLimits(able, bind, hours_of, bidder.hours or 0)


def count_for(hours: Sequence[int], capacity: int) -> int | None:
    """Return how many lots fit, if that depends on their number alone: any so many do, and no more ever do.

    `hours` ascending; None where it depends on which lots they are.
    """
    count, used = 0, 0
    while count < len(hours) and used + hours[count] <= capacity:
        used += hours[count]
        count += 1
    return count if sum(hours[len(hours) - count :]) <= capacity else None
