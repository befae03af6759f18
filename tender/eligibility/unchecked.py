"""Locations that could not be checked: they stop each step that would count on the bid, until they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lots.rating import RatingsFile
from scoring.methods.cqc import NOT_CHECKED
from scoring.result import sentences
from scoring.result.names import NO_NAMES
from tender.eligibility.assessment import BidderEligibility
from tender.frame.formats import long_date

WAY_OUT = (
    "Pin a file of ratings that settles it, have two officers record what they found of it, or decide "
    "on the bid."
)


@dataclass(frozen=True)
class Named:
    """How many of the locations that bids name a file of ratings does not hold."""

    missing: int
    named: int

    def __str__(self) -> str:
        if self.missing == 0:
            return f"All {self.named:,} named locations are in this file."
        verb = "is" if self.missing == 1 else "are"
        return f"{self.missing:,} of {self.named:,} named locations {verb} not in this file."


def named_locations(bidders: Iterable[BidderEligibility]) -> Named:
    """Count over every bid, whatever else was decided on it."""
    named = [
        location
        for bidder in bidders
        for location in bidder.locations
        if location.location_id in bidder.opened.company["locations"]
    ]
    return Named(sum(location.rating is None for location in named), len(named))


def what_withdrew(file: RatingsFile) -> list[str]:
    """A sentence where the file that a tender rests on was withdrawn, with what can be done."""
    gone = file.withdrawal
    if gone is None:
        return []
    return [
        f"The file of CQC ratings pinned, {file.filename}, was withdrawn by {gone.by.name} on "
        f"{long_date(gone.at)}: {gone.reason} Pin another file."
    ]


def what_is_not_checked(bidders: Iterable[BidderEligibility]) -> list[str]:
    """A sentence or two for each bidder that waits for a check, with what can be done."""
    return [
        f"{bidder.name}: {'; '.join(_locations(bidder))}. {WAY_OUT}"
        for bidder in bidders
        if bidder.waits_for_a_check
    ]


def _locations(bidder: BidderEligibility) -> list[str]:
    return [
        sentences.sentence_of(finding.reason, NO_NAMES)
        for finding in bidder.findings
        if finding.kind == NOT_CHECKED and finding.refused
    ]
