"""The result of an evaluation as columns and positions: the figures alone, before they become texts.

Inside, bids, lots and bidders are known by their positions in the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from scoring.errors import NotInRecord
from scoring.exact import Integers, decimal
from scoring.methods.eligibility import FLAGS
from scoring.model.bids import NOT_ASKED
from scoring.result.names import Names, lot_names, names_of

if TYPE_CHECKING:
    from scoring.allocate.limits import LotAwards
    from scoring.methods.tie_keys import Scored
    from scoring.model.reasons import LevelTotal
    from scoring.model.record import Bidder, Record

NOT_SCORED = -1
"""In a column of points: the bid was not assessed as far as this figure."""


class PointsTexts(dict[int, str | None]):
    """Points as they are printed, each made once; NOT_SCORED is None."""

    def __init__(self, places: int) -> None:
        """Begin with no text."""
        super().__init__({NOT_SCORED: None})
        self._places = places

    def __missing__(self, points: int) -> str:
        """Make the text of points at the first request."""
        self[points] = text = decimal(points, self._places)
        return text


@dataclass(frozen=True, eq=False)
class Columns:
    """One position for each bid, in the record's order; points in units of 10^-places."""

    table: Integers
    """Points of every mark, [question, mark + 2]; see `quality.points_table`."""
    states: npt.NDArray[np.int8]
    flags: npt.NDArray[np.int8]
    quality: Integers
    price: Integers
    total: Integers


@dataclass(frozen=True)
class BidInLot:
    """A bid in its lot: the positions of both in the record, its position in the lot's ranking, its rank."""

    bid: int
    lot: int
    where: int
    rank: int | None


@dataclass(frozen=True, eq=False)
class Outcome:
    """The figures of one record: scores, states, ranks and awards."""

    record: Record
    columns: Columns
    scored: Scored
    order: Integers
    """Ranked bids by lot, then rank, then bidder id."""
    ranks: Integers
    bounds: Integers
    """Lot n has order[bounds[n]:bounds[n + 1]]."""
    unranked: Integers
    unranked_bounds: Integers
    awards: tuple[LotAwards, ...]

    def bids_in(self, lot: int) -> list[BidInLot]:
        """Return the bids of a lot by position: ranked ones by rank and bidder id, then the others by id."""
        start, end = int(self.bounds[lot]), int(self.bounds[lot + 1])
        left = self.unranked[self.unranked_bounds[lot] : self.unranked_bounds[lot + 1]].tolist()
        ranked = zip(self.order[start:end].tolist(), self.ranks[start:end].tolist(), strict=True)
        listed = [*ranked, *((bid, None) for bid in left)]
        return [BidInLot(bid, lot, where, rank) for where, (bid, rank) in enumerate(listed)]

    def ranked_in(self, lot: int) -> Integers:
        """Return the ranked bids of a lot, by rank and bidder id."""
        return self.order[self.bounds[lot] : self.bounds[lot + 1]]

    def sorted_prices(self, lot: int) -> Integers:
        """Return the ranked prices of a lot in pence, lowest first; sorted once."""
        if lot not in self._sorted_prices:
            self._sorted_prices[lot] = np.sort(self.record.bids.price[self.ranked_in(lot)])
        return self._sorted_prices[lot]

    @cached_property
    def _sorted_prices(self) -> dict[int, Integers]:
        return {}

    @cached_property
    def level_totals(self) -> dict[int, list[LevelTotal]]:
        """What `levels` found, by lot."""
        return {}

    def bidder_at(self, lot: int, where: int) -> Bidder:
        """Return the bidder at a position of a lot's ranking."""
        return self.record.bidders[int(self.record.bids.bidder[self.ranked_in(lot)[where]])]

    def rank_at(self, lot: int, where: int) -> int:
        """Return the rank at a position of a lot's ranking."""
        return int(self.ranks[int(self.bounds[lot]) + where])

    def lot_at(self, lot_id: str) -> int:
        """Return the position of a lot in the record. Raises NotInRecord where the record has no such lot."""
        if lot_id not in self.lot_positions:
            raise NotInRecord(f"the record has no lot {lot_id}")
        return self.lot_positions[lot_id]

    @cached_property
    def lot_positions(self) -> dict[str, int]:
        """The position of each lot in the record, by id."""
        return {lot.id: at for at, lot in enumerate(self.record.lots)}

    @cached_property
    def lot_names(self) -> list[str]:
        """What each lot is called in sentences."""
        return lot_names(self.record.lots)

    @cached_property
    def names(self) -> Names:
        """What bidders, lots and questions are called in sentences, by id."""
        return names_of(self.record)

    @cached_property
    def bidder_positions(self) -> dict[str, int]:
        """The position of each bidder in the record, by id."""
        return {bidder.id: at for at, bidder in enumerate(self.record.bidders)}

    @cached_property
    def held(self) -> dict[int, list[int]]:
        """The lots that each bidder was awarded, in the order of the record."""
        return self._lots_by_bidder([[where for where, _ in awards.awarded] for awards in self.awards])

    @cached_property
    def waiting(self) -> dict[int, list[int]]:
        """The lots in which each bidder is in a tie that waits for a decision, in the order of the record."""
        return self._lots_by_bidder(
            [[w for tied, _ in awards.undecided for w in tied] for awards in self.awards]
        )

    def _lots_by_bidder(self, positions: list[list[int]]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for lot, wheres in enumerate(positions):
            for bidder in self.record.bids.bidder[self.ranked_in(lot)[wheres]].tolist():
                found.setdefault(bidder, []).append(lot)
        return found

    def points_text(self, points: int) -> str | None:
        """Write points with the published decimals; None where there are none."""
        return self.points_texts[int(points)]

    @cached_property
    def points_texts(self) -> PointsTexts:
        """Points as they are printed, each made once."""
        return PointsTexts(self.record.rules.places)

    def question_points(self, bid: int) -> list[tuple[int, int, int]]:
        """Return (row of the question, mark, points) for each question that the bid's lot asks.

        Points are NOT_SCORED where there is no mark, which is a mark below 0.
        """
        marks = enumerate(self.record.bids.marks[:, bid].tolist())
        table = self.columns.table
        return [
            (row, mark, int(table[row, mark + 2]) if mark >= 0 else NOT_SCORED)
            for row, mark in marks
            if mark != NOT_ASKED
        ]

    def flags(self, bid: int) -> list[str]:
        """Return the names of the bid's flags, in alphabetical order."""
        bits = int(self.columns.flags[bid])
        return sorted(name for at, name in enumerate(FLAGS) if bits >> at & 1)
