"""Which lots together are worth most to one bidder under its limits: by trying, with bounds, and exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scoring.allocate.bidder_limits import BidderLimits

STEPS: Final = 20_000
"""After so many sets the search gives up: by number, never by time, so that it ends alike everywhere."""
_DEEPEST: Final = 200


class TooMany(Exception):
    """There are more sets to look at than STEPS allows; `best` is the best so far."""

    def __init__(self, best: tuple[int, tuple[int, ...]]) -> None:
        """Keep the best so far, as (worth, lots)."""
        super().__init__("too many sets of lots")
        self.best = best


def best_set(limits: BidderLimits, worth: Mapping[int, int]) -> tuple[int, tuple[int, ...]]:
    """Return (worth, lots) of a set that is worth most, or (0, ()) if none is worth anything."""
    search = _SetSearch(limits, {lot: value for lot, value in worth.items() if value > 0})
    search.best_only = True
    search.go(0, 0, ())
    return search.best


def sets_within(
    limits: BidderLimits, worth: Mapping[int, int], least: int, most: int
) -> list[tuple[int, ...]]:
    """Return every allowed set of lots that is worth at least so much; or raise TooMany, above `most`."""
    search = _SetSearch(limits, worth)
    search.least, search.most = least, most
    search.go(0, 0, ())
    return search.found


class _SetSearch:
    def __init__(self, limits: BidderLimits, worth: Mapping[int, int]) -> None:
        items = sorted((-value, lot) for lot, value in worth.items() if lot in limits.lots)
        self.lots, self.worth = [lot for _, lot in items], [-value for value, _ in items]
        self.count = len(items)
        self.hours = [limits.hours_of.get(lot, 0) for lot in self.lots]
        self.left = limits.capacity
        self.limits_of_item = [
            [n for n, limit in enumerate(limits.lot_limits) if lot in limit.lots] for lot in self.lots
        ]
        self.room = [limit.most for limit in limits.lot_limits]
        self.widest = next(
            (n for n, limit in enumerate(limits.lot_limits) if limit.lots >= set(self.lots)), None
        )
        self.hour_price = _hour_price(self.worth, self.hours, self.left)
        self.beyond, self.up_to = [0] * (self.count + 1), [0] * (self.count + 1)
        for at in reversed(range(self.count)):
            above = max(0, self.worth[at] - self.hour_price * self.hours[at])
            self.beyond[at] = self.beyond[at + 1] + above
        for at in range(self.count):
            self.up_to[at + 1] = self.up_to[at] + max(0, self.worth[at])
        self.least, self.most = 0, 0
        self.best_only = False
        self.best: tuple[int, tuple[int, ...]] = (0, ())
        self.found: list[tuple[int, ...]] = []
        self.steps = 0

    def go(self, at: int, value: int, chosen: tuple[int, ...]) -> None:
        """Look at a set, and at all that add later items to it."""
        self.steps += 1
        if self.steps > STEPS or len(chosen) > _DEEPEST:
            raise TooMany(self.best)
        if self.best_only:
            if value > self.best[0]:
                self.best = (value, chosen)
        elif chosen and value >= self.least:
            if len(self.found) == self.most:
                raise TooMany(self.best)
            self.found.append(chosen)
        for item in range(at, self.count):
            most = value + self._most_from(item)
            if most < self.least or (self.best_only and most <= self.best[0]):
                return
            if self.hours[item] > self.left or any(
                not self.room[limit] for limit in self.limits_of_item[item]
            ):
                continue
            self._hold(item, -1)
            self.go(item + 1, value + self.worth[item], (*chosen, self.lots[item]))
            self._hold(item, 1)

    def _hold(self, item: int, by: int) -> None:
        self.left += by * self.hours[item]
        for limit in self.limits_of_item[item]:
            self.room[limit] += by

    def _most_from(self, item: int) -> int:
        """Return a bound on what the items from here on can add: by their number, and by their hours."""
        by_hours = self.hour_price * self.left + self.beyond[item]
        room = self.count if self.widest is None else self.room[self.widest]
        return min(by_hours, self.up_to[min(self.count, item + room)] - self.up_to[item])


def _hour_price(worth: list[int], hours: list[int], capacity: int) -> int:
    """Return what a hundredth of an hour is worth where it runs out; any price would give a true bound."""
    timed = [(value, used) for value, used in zip(worth, hours, strict=True) if value > 0 and used]
    for value, used in sorted(timed, key=lambda item: item[0] * -(10**12) // item[1]):
        if used > capacity:
            return value // used
        capacity -= used
    return 0
