"""Whether anybody has a better claim: the promise of `preference`, checked on the result alone.

A bidder has a claim to a lot when both would rather have each other than what they have:

- the bidder would: the lot fits within its limits beside those lots that it holds and prefers to it (the
  others it would give up where need be); and
- the lot would: it has a place free, or an award, or a tie that waits for a decision, ranked below it.

A bidder that holds the lot, or is in a tie that waits there, has no claim. What waits fills its places and
counts towards nobody's limit. A result without claims, within all limits, is stable.

Where every bidder's limits are nested (its own number of lots, and groups that are apart or one inside the
other), `preference` always gives a stable outcome, and without shared ranks no bidder could do better in any
other (A. Roth, "Stability and polarization of interests in job matching", 1984; for such limits T. Fleiner,
"A fixed-point approach to stable matchings and some applications", 2003). Declared hours, and groups that
overlap otherwise, allow records in which every possible award leaves somebody a claim. There the method is
the same, no claim is left that would cost the bidder none of the lots that it holds, and those that are left
are listed with the outcome.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scoring.allocate.bidder_limits import BidderLimits, Grouped

if TYPE_CHECKING:
    from scoring.model.record import Bidder, Record
    from scoring.result.data import Outcome


@dataclass(frozen=True)
class Claim:
    """A bidder and a lot that would rather have each other. All by position in the record."""

    lot: int
    bidder: int
    where: int
    """The bidder's place in the lot's ranking."""
    for_it: tuple[int, ...]
    """The lots that the bidder holds and would rather give up, so far as it has to."""


def is_stable(outcome: Outcome) -> bool:
    """Say whether all limits are kept and nobody has a claim. Meant for `preference`, true of any method."""
    check = Check(outcome)
    return check.within_limits() and not any(check.claims(lot) for lot in range(len(outcome.record.lots)))


def is_certain(outcome: Outcome) -> bool:
    """Say whether the bidders' limits are such that `preference` is sure to give a stable outcome."""
    return Check(outcome).nested()


def rather(record: Record, bidder: Bidder) -> dict[int, int]:
    """Return every lot's place in a bidder's order: its preferences, then the others as in the record."""
    lot_at = {lot.id: at for at, lot in enumerate(record.lots)}
    listed = dict.fromkeys(lot_at[name] for name in bidder.preferences)
    rest = (lot for lot in range(len(record.lots)) if lot not in listed)
    return {lot: place for place, lot in enumerate([*listed, *rest])}


class Check:
    """A result looked at from the side of its bidders. Computed from ranks and awards only."""

    def __init__(self, outcome: Outcome) -> None:
        """Note who bids for what and who holds what."""
        self._outcome = outcome
        self._grouped = Grouped(outcome.record)
        self._limits: dict[int, BidderLimits] = {}
        self._order: dict[int, dict[int, int]] = {}
        self._held = outcome.held
        bids = outcome.record.bids
        by_bidder = outcome.order[np.argsort(bids.bidder[outcome.order], kind="stable")]
        self._bidders, self._lots = bids.bidder[by_bidder], bids.lot[by_bidder]

    def within_limits(self) -> bool:
        """Say whether no lot has more awards than places and no bidder holds more than its limits allow."""
        lots = zip(self._outcome.record.lots, self._outcome.awards, strict=True)
        return all(len(awards.awarded) <= lot.places for lot, awards in lots) and all(
            self._limits_of(bidder).allow(lots) and len(set(lots)) == len(lots)
            for bidder, lots in self._held.items()
        )

    def nested(self) -> bool:
        """Say whether every ranked bidder's limits are nested."""
        return all(self._limits_of(one).nested for one in set(self._bidders.tolist()))

    def claims(self, lot: int) -> list[Claim]:
        """Return the claims to one lot, best-ranked bidder first."""
        awards, outcome = self._outcome.awards[lot], self._outcome
        bidders = outcome.record.bids.bidder[outcome.ranked_in(lot)].tolist()
        ranks = outcome.ranks[outcome.bounds[lot] : outcome.bounds[lot + 1]].tolist()
        settled = {where for where, _ in awards.awarded}
        waiting = [places for _, places in awards.undecided]
        for tied, _ in awards.undecided:
            settled.update(tied)
        taken = len(awards.awarded) + sum(map(len, waiting))
        lowest = max((ranks[where] for where in settled), default=0)
        free = taken < outcome.record.lots[lot].places
        found = []
        for where, (bidder, rank) in enumerate(zip(bidders, ranks, strict=True)):
            if not free and rank >= lowest:
                break
            if where not in settled:
                claim = self.claim(lot, where, bidder)
                found += [claim] if claim is not None else []
        return found

    def claim(self, lot: int, where: int, bidder: int) -> Claim | None:
        """Return the claim of a bidder that the lot would rather have; None where the bidder would not."""
        if bidder not in self._order:
            self._order[bidder] = rather(self._outcome.record, self._outcome.record.bidders[bidder])
        order, held = self._order[bidder], self._held.get(bidder, [])
        dearer = [other for other in held if order[other] < order[lot]]
        if not self._limits_of(bidder).allow([*dearer, lot]):
            return None
        return Claim(lot, bidder, where, tuple(other for other in held if order[other] > order[lot]))

    def _limits_of(self, bidder: int) -> BidderLimits:
        if bidder not in self._limits:
            start, end = np.searchsorted(self._bidders, [bidder, bidder + 1])
            lots = self._lots[start:end].tolist()
            self._limits[bidder] = self._grouped.limits(self._outcome.record.bidders[bidder], lots)
        return self._limits[bidder]
