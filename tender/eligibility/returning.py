"""Who comes back into the assessment by other ratings: refused by those known so far, and no longer."""

from __future__ import annotations

import json
from collections.abc import Iterable

from lots.rating import RatingsPin
from tender.eligibility.assessment import BidderEligibility


def refused_so_far(pinned: RatingsPin | None, earlier: Iterable[BidderEligibility]) -> set[str]:
    """The letters of those whom the published rule has refused, by the last ratings that said anything of
    them: a file that does not hold them at all makes nobody's refusal forgotten."""
    kept = set(json.loads(pinned.refused)) if pinned is not None else set()
    return kept | {bidder.alias for bidder in earlier if bidder.refused_by_cqc}


def still_refused(before: set[str], later: Iterable[BidderEligibility]) -> set[str]:
    """The same after a change of ratings."""
    return {
        bidder.alias
        for bidder in later
        if bidder.refused_by_cqc or (bidder.alias in before and bidder.not_checked)
    }


def coming_back(before: set[str], later: Iterable[BidderEligibility]) -> list[BidderEligibility]:
    """Those whom a change of ratings lets back in, whatever else a person may have decided on them."""
    later = list(later)
    still = still_refused(before, later)
    return [bidder for bidder in later if bidder.alias in before - still]
