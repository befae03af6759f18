"""Whether the ratings that an award rests on still say the same: asked again at each of its last steps."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from lots.rating import RatingsFile, newest_file
from lots.record import pinned_file
from lots.tender import Tender
from scoring.result import sentences
from scoring.result.names import NO_NAMES
from tender.eligibility.assessment import BidderEligibility, assessment
from tender.eligibility.unchecked import what_is_not_checked, what_withdrew
from tender.frame.formats import long_date


def what_stops(session: Session, tender: Tender, way_out: str) -> list[str]:
    """Every reason why the ratings stop a step, each with its way out. A fixed number of queries.

    The file that the tender rests on must be there and not withdrawn, every bidder must be checked, and the
    newest file must say nothing else about anybody in the assessment. `way_out` says how a newer file comes
    to count at this step.
    """
    pinned = pinned_file(session, tender)
    if pinned is None:
        return ["No CQC ratings are pinned to this tender. Pin a ratings file first."]
    now = assessment(session, tender)
    stops = [*what_withdrew(pinned), *what_is_not_checked(now)]
    newest = newest_file(session)
    if newest is not None and _is_newer(newest, pinned):
        stops += _told(now, assessment(session, tender, newest), newest, way_out)
    return stops


def _is_newer(newest: RatingsFile, pinned: RatingsFile) -> bool:
    return newest.id != pinned.id and (newest.dated, newest.id) > (pinned.dated, pinned.id)


def _told(
    now: Iterable[BidderEligibility], then: Iterable[BidderEligibility], newest: RatingsFile, way_out: str
) -> list[str]:
    later = {bidder.alias: bidder for bidder in then}
    return [
        f"{bidder.name}: the ratings of {long_date(newest.dated)} say something else than those pinned "
        f"({'; '.join(_why(later[bidder.alias])) or 'what is found has changed'}). {way_out} If that file "
        "was loaded by mistake, withdraw it."
        for bidder in now
        if _differs(bidder, later[bidder.alias])
    ]


def _differs(now: BidderEligibility, then: BidderEligibility) -> bool:
    """Whether a bidder in the assessment stands differently, or something else is found about it."""
    return now.in_assessment and (now.states != then.states or _found(now) != _found(then))


def _found(bidder: BidderEligibility) -> set[tuple[str, bool, str]]:
    return {(one.kind, one.refused, str(one.reason.get("location"))) for one in bidder.findings}


def _why(bidder: BidderEligibility) -> list[str]:
    return [sentences.sentence_of(one.reason, NO_NAMES) for one in bidder.findings]
