"""What officers find out about a location that the file of ratings does not settle."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lots import chain, event, states
from lots.bid import Bid
from lots.person import Person, require_role
from lots.rating_decisions import LocationCheck, LocationCheckAnswer
from lots.reason import reason_faults, reason_given
from lots.refusal import Conflict, NotFound, NotPermitted, Refusals
from lots.relevant_location import RelevantLocation
from lots.tender import Tender, lock_tender
from tender.eligibility.assessment import BidderEligibility, assessment
from tender.eligibility.blindness import keep_blind
from tender.eligibility.operations.dealing_letters import deal_letters
from tender.eligibility.operations.returning import refuse_unmarked_return
from tender.frame.formats import long_datetime

WHEN = (
    states.OPENED,
    states.MARKING,
    states.MODERATION,
    states.QUALITY_LOCKED,
    states.PRICES_OPENED,
    states.APPROVED,
    states.STANDSTILL,
)
CANNOT_COUNT = (
    "Decide on the bid instead, with the reason; if it should have been marked, cancel the lot or the tender."
)


def record_check(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    bid: Bid,
    location_id: str,
    reason: str,
    evidence: str,
) -> LocationCheck:
    """Record what was found of a location, with its evidence. It counts once another officer confirms it."""
    tender = lock_tender(session, tender)
    bidder, location = _unsettled(session, actor, now, tender, bid, location_id)
    before = location.check
    if before is not None and before.answer is None:
        raise Conflict(
            f"{before.by.name} recorded on {long_datetime(before.at)} what was found of {location_id}. "
            "Another officer confirms or refuses that first."
        )
    faults = [
        *reason_faults(reason, name="what you found"),
        *reason_faults(evidence, "evidence", "where you found it"),
    ]
    if faults:
        raise Refusals(faults)
    reason, evidence = reason.strip(), evidence.strip()
    if bidder.source is None:
        raise Conflict("No ratings are pinned yet. Pin a file first: it may hold the location.")
    entry = LocationCheck(
        tender_id=tender.id,
        at=now,
        bid_id=bid.id,
        location_id=location_id,
        file_id=bidder.source.id,
        reason=reason,
        evidence=evidence,
        by_id=actor.id,
    )
    chain.append(session, entry, after=before)
    body = {
        "why": location.not_checked,
        "reason": reason,
        "evidence": evidence,
        "replaces": entry.replaces_id,
    }
    _tell(session, tender, actor, now, "location.checked", bidder, location_id, body)
    return entry


def answer_check(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    bid: Bid,
    location_id: str,
    agreed: bool,
    reason: str = "",
) -> LocationCheckAnswer:
    """Confirm what another officer found, so that the location counts; or refuse it, with a reason."""
    tender = lock_tender(session, tender)
    bidder, location = _unsettled(session, actor, now, tender, bid, location_id)
    check = location.check
    if check is None or check.answer is not None:
        raise Conflict("Nothing about this location waits for a second officer.")
    if check.by_id == actor.id:
        raise NotPermitted("You recorded what was found. Another officer has to confirm or refuse it.")
    if not agreed:
        reason = reason_given(reason, name="why you refuse it")
    earlier = assessment(session, tender)
    entry = LocationCheckAnswer(
        check_id=check.id, agreed=agreed, reason=reason.strip(), by_id=actor.id, at=now
    )
    session.add(entry)
    session.flush()
    session.expire(check, ["answer"])
    if agreed:
        refuse_unmarked_return(session, tender, earlier, assessment(session, tender), CANNOT_COUNT)
    body = {"check": check.id, "agreed": agreed, "reason": entry.reason, "found_by": check.by.name}
    _tell(session, tender, actor, now, "location.check_answered", bidder, location_id, body)
    deal_letters(session, actor=actor, now=now, tender=tender)
    return entry


def _unsettled(
    session: Session, actor: Person, now: datetime, tender: Tender, bid: Bid, location_id: str
) -> tuple[BidderEligibility, RelevantLocation]:
    """The bidder and its location, if this officer may settle it now."""
    require_role(actor, "officer")
    keep_blind(session, tender, actor)
    states.require(tender, now, *WHEN)
    for bidder in assessment(session, tender, only=bid):
        for location in bidder.locations:
            if location.location_id == location_id and location.not_checked:
                return bidder, location
    raise NotFound("There is nothing to check about this location.")


def _tell(
    session: Session,
    tender: Tender,
    actor: Person,
    now: datetime,
    action: str,
    bidder: BidderEligibility,
    location_id: str,
    body: dict[str, Any],
) -> None:
    source = bidder.source
    about = {
        "bid": bidder.alias,
        "location": location_id,
        "ratings_sha256": "" if source is None else source.sha256,
    }
    event.write(
        session,
        tender=tender,
        actor=actor,
        action=action,
        subject=bidder.name,
        body={**about, **body},
        now=now,
    )
