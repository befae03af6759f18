"""The limits under which lots are awarded, and how the places of one lot are filled.

Limits: a lot's places, a bidder's own number of lots, a group's number of lots for one bidder, and the weekly
hours that a bidder declares (hundredths of an hour). Every method of allocation keeps all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from scoring.exact import Integers

if TYPE_CHECKING:
    from scoring.model.record import Record

NO_LIMIT: Final = 2**62
"""The value of a limit that does not exist: above every count and every sum of hours."""


class Ranking(NamedTuple):
    """The ranked bids of one lot, in rank order; within a shared rank by bidder id."""

    bidders: Integers
    """Positions among the record's bidders."""
    ranks: Integers
    totals: Integers
    """Units of 10^-places points."""


@dataclass(frozen=True)
class LotAwards:
    """The awards of one lot. Everything is a position in the lot's ranking, which is in rank order."""

    awarded: tuple[tuple[int, int], ...]
    """(position, place), places from 1."""
    passed_over: tuple[int, ...]
    """Ranked above an award, or above a place that stays free, but at a limit."""
    undecided: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    """(positions, places): a shared rank, and the places that wait until a person breaks the tie."""
    reserves: Sequence[int]
    """Ascending."""


class Holdings:
    """What each bidder has been awarded so far, and whether one more lot would break a limit."""

    def __init__(self, record: Record) -> None:
        """Begin with nobody holding anything."""
        bidders, groups = record.bidders, record.rules.groups
        self._hours_of = [lot.hours for lot in record.lots]
        self._most = np.array([b.most_lots or NO_LIMIT for b in bidders], np.int64)
        self._hours_left = np.array([NO_LIMIT if b.hours is None else b.hours for b in bidders], np.int64)
        self._lots = np.zeros(len(bidders), np.int64)
        self._has_most = np.zeros(len(bidders), np.bool_)
        # Only bidders that hold something are counted by group: groups x bidders would not fit in memory.
        self._in_group: list[Counter[int]] = [Counter() for _ in groups]
        self._full: list[list[int]] = [[] for _ in groups]
        self._most_in_group = [group.most_lots for group in groups]
        lot_at = {lot.id: at for at, lot in enumerate(record.lots)}
        self._groups_of: list[list[int]] = [[] for _ in record.lots]
        for at, group in enumerate(groups):
            for lot in group.lots:
                self._groups_of[lot_at[lot]].append(at)

    def at_limit(self, bidders: Integers, lot: int) -> npt.NDArray[np.bool_]:
        """Say of each bidder whether awarding it the lot would break a limit."""
        full: npt.NDArray[np.bool_] = self._has_most[bidders]
        full |= self._hours_left[bidders] < self._hours_of[lot]
        for group in self._groups_of[lot]:
            if self._full[group]:
                full |= np.isin(bidders, self._full[group])
        return full

    def award(self, bidder: int, lot: int) -> None:
        """Note that a bidder has been awarded a lot."""
        self._lots[bidder] += 1
        self._has_most[bidder] = self._lots[bidder] >= self._most[bidder]
        self._hours_left[bidder] -= self._hours_of[lot]
        for group in self._groups_of[lot]:
            self._in_group[group][bidder] += 1
            if self._in_group[group][bidder] == self._most_in_group[group]:
                self._full[group].append(bidder)


def award_lot(ranks: Integers, at_limit: npt.NDArray[np.bool_], places: int) -> LotAwards:
    """Fill the places of one lot, best rank first; a rank shared by several who could win fills none.

    They take up a place each, as far as there are places, until a person decides.
    """
    able = np.flatnonzero(~at_limit)
    awarded: list[tuple[int, int]] = []
    undecided: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    at, place = 0, 1
    while at < len(able) and place <= places:
        end = at + 1
        while end < len(able) and ranks[able[end]] == ranks[able[at]]:
            end += 1
        if end == at + 1:
            awarded.append((int(able[at]), place))
        else:
            tied = tuple(able[at:end].tolist())
            undecided.append((tied, tuple(range(place, min(place + len(tied), places + 1)))))
        place += end - at
        at = end
    # By rank, not by position: where two share a rank, their ids must not decide who was passed over.
    reached = len(ranks)
    if place > places:
        reached = int(np.searchsorted(ranks, ranks[able[at - 1]], side="right"))
    passed_over = tuple(np.flatnonzero(at_limit[:reached]).tolist())
    # Every bid before that was awarded, waits or is at a limit; every bid after it is a reserve.
    return LotAwards(tuple(awarded), passed_over, tuple(undecided), range(reached, len(ranks)))
