"""What an evaluation came to: columns, and format `evaluation-result/1`, built from them on demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from scoring.allocate.methods import METHODS, Goes, LotAwards
from scoring.exact import Integers
from scoring.methods import eligibility
from scoring.methods.bid_states import LOW_PRICE
from scoring.methods.eligibility import FLAGS, RANKED, STATES
from scoring.methods.tie_keys import Scored
from scoring.model.bids import NOT_ASKED
from scoring.result import explain, reasons, reasons_limits, rows
from scoring.result.explain import Explanation
from scoring.result.rows import NOT_SCORED
from scoring.result.stability import Check

if TYPE_CHECKING:
    from scoring.model.record import Record

FORMAT: Final = "evaluation-result/1"


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
class Standing:
    """Where a bid stands: its position in the record, its lot's, its place in the lot's ranking, its rank."""

    bid: int
    lot: int
    where: int
    rank: int | None


@dataclass(frozen=True, eq=False)
class Result:
    """The result of one record. Inside, bids, lots and bidders are known by their positions in it."""

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

    def as_object(self) -> dict[str, Any]:
        """Return the whole result in format evaluation-result/1."""
        lots = [self.lot(lot.id) for lot in self.record.lots]
        return {"format": FORMAT, "record_sha256": self.record.sha256, "lots": lots}

    def lot(self, lot_id: str) -> dict[str, Any]:
        """Return one lot of the result. Raises KeyError where the record has no such lot."""
        at = self.lot_positions[lot_id]
        ranking = rows.of_lot(self, at)
        awards = self.awards[at]
        lot: dict[str, Any] = {
            "id": lot_id,
            "ranking": ranking,
            "awards": [
                {
                    "bidder": ranking[where]["bidder"],
                    "place": place,
                    "reason": reasons.awarded(self, at, where),
                }
                for where, place in awards.awarded
            ],
            "reserves": [ranking[where]["bidder"] for where in awards.reserves],
            "passed_over": [
                {"bidder": ranking[where]["bidder"], "reason": reasons.passed_over(self, at, where)}
                for where in awards.passed_over
            ],
        }
        if awards.undecided:
            lot["undecided"] = [
                {
                    "places": list(places),
                    "bidders": [ranking[where]["bidder"] for where in tied],
                    "reason": reasons.undecided(self, at, tied, places),
                }
                for tied, places in awards.undecided
            ]
        empty = reasons_limits.unfilled(self, at)
        if empty is not None:
            lot["unfilled"] = {"places": empty[0], "reason": empty[1]}
        goes = METHODS[self.record.rules.allocation].goes
        claims = self.check.claims(at) if goes is Goes.BY_PREFERENCE else []
        if claims:
            lot["claims"] = [
                {"bidder": ranking[claim.where]["bidder"], "reason": reasons.claim(self, claim)}
                for claim in claims
            ]
        return lot

    def explain(self, lot_id: str, bidder_id: str) -> Explanation:
        """Return the working of every figure of one bid. Raises KeyError where there is no such bid."""
        lot, bidder = self.lot_positions[lot_id], self.bidder_positions[bidder_id]
        for standing in self.standings(lot):
            if self.record.bids.bidder[standing.bid] == bidder:
                return explain.bid(self, standing)
        raise KeyError(f"{bidder_id} has no bid for {lot_id}")

    def explain_lot(self, lot_id: str) -> Iterator[Explanation]:
        """Yield the working of every bid of a lot, as ranked. Nothing is evaluated again."""
        return (explain.bid(self, standing) for standing in self.standings(self.lot_positions[lot_id]))

    def standings(self, lot: int) -> list[Standing]:
        """Return the bids of a lot by position: ranked ones by rank and bidder id, then the others by id."""
        start, end = int(self.bounds[lot]), int(self.bounds[lot + 1])
        left = self.unranked[self.unranked_bounds[lot] : self.unranked_bounds[lot + 1]].tolist()
        ranked = zip(self.order[start:end].tolist(), self.ranks[start:end].tolist(), strict=True)
        listed = [*ranked, *((bid, None) for bid in left)]
        return [Standing(bid, lot, where, rank) for where, (bid, rank) in enumerate(listed)]

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
    def lot_positions(self) -> dict[str, int]:
        """Where each lot stands in the record."""
        return {lot.id: at for at, lot in enumerate(self.record.lots)}

    @cached_property
    def lot_names(self) -> list[str]:
        """What each lot is called in sentences."""
        return reasons.lot_names(self.record.lots)

    @cached_property
    def bidder_positions(self) -> dict[str, int]:
        """Where each bidder stands in the record."""
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

    @cached_property
    def check(self) -> Check:
        """The awards seen from the side of the bidders: who has a better claim."""
        return Check(self)

    def written(self, points: int) -> str | None:
        """Write points with the published decimals; None where there are none."""
        return self.texts[int(points)]

    @cached_property
    def texts(self) -> rows.Written:
        """Points as they are printed, each written once."""
        return rows.Written(self.record.rules.places)

    def question_points(self, bid: int) -> list[tuple[int, int, int]]:
        """Return (row of the question, mark, points) for each question that the bid's lot asks.

        Points are NOT_SCORED where the mark is below 0, which is to say that there is none.
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

    def reasons(self, bid: int) -> list[tuple[str, str]]:
        """Return (state or flag, reason): what keeps the bid from being ranked, then what flags it."""
        bidder = self.record.bidders[int(self.record.bids.bidder[bid])]
        points = int(self.columns.quality[bid])
        found: list[tuple[str, str]] = []
        if self.columns.states[bid] != STATES.index(RANKED):  # of a ranked bid nothing was found
            found = eligibility.reasons(self.record, bid, points, marked=points != NOT_SCORED)
        found += [(finding.kind, finding.reason) for finding in bidder.findings if not finding.refused]
        if LOW_PRICE.name in self.flags(bid):
            found += [(LOW_PRICE.name, reason) for reason in reasons.abnormally_low(self, bid)]
        return found
