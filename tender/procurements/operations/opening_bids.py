"""Opening the sealed bids after the deadline, by two different officers; prices stay sealed."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from lots import bid as bids
from lots import event, states
from lots.bid import Bid, BidAnswer, BidLot, BidVersion, OpenedBid
from lots.person import Person
from lots.refusal import Conflict, NotPermitted, Refusal
from lots.seal import Seal
from lots.tender import Opening, Tender
from tender.bids import envelopes
from tender.frame.formats import long_datetime
from tender.procurements.operations.holding import begin

_DRAW = "draw:"
"""What version hashes are prefixed with to deal the letters, so that nobody's place is anybody's choice."""


def request_opening(session: Session, *, actor: Person, now: datetime, tender: Tender) -> Opening:
    """The first officer's part: asks for the bids to be opened."""
    tender = begin(session, actor, tender)
    states.require(tender, now, states.CLOSED)
    present = session.get(Opening, tender.id)
    if present is not None:
        when = long_datetime(present.first_at)
        if present.first_id == actor.id:
            raise Conflict(f"You asked for the opening on {when}. Another officer has to complete it.")
        raise Conflict(f"{present.first.name} asked for the opening on {when}. You can complete it.")
    opening = Opening(tender_id=tender.id, first_id=actor.id, first_at=now)
    session.add(opening)
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="opening.requested",
        subject=tender.reference,
        body={"first": actor.id},
        now=now,
    )
    return opening


def complete_opening(session: Session, *, actor: Person, now: datetime, seal: Seal, tender: Tender) -> int:
    """The second officer's part: opens the quality of every submitted bid and deals the letters.

    Returns how many bids were opened. If one envelope cannot be opened, or is not what was submitted, none
    is: raises Refusal with nothing changed.
    """
    tender = begin(session, actor, tender)
    states.require(tender, now, states.CLOSED)
    opening = require_second(session, tender, actor)
    versions = sorted(_submitted_versions(session, tender), key=_drawn)
    opened = [(version, envelopes.open_quality(seal, version)) for version in versions]
    for place, (version, quality) in enumerate(opened):
        version.bid.alias = bids.alias(place)
        session.add(_written_down(tender, version, quality))
    tender.opened_at = now
    opening.second_id, opening.second_at = actor.id, now
    states.move(tender, now, states.OPENED)
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="opening.completed",
        subject=tender.reference,
        body={
            "first": opening.first_id,
            "second": actor.id,
            "count": len(opened),
            "bids": [
                {"alias": version.bid.alias, "version_sha256": version.sha256, "lots": list(quality.lots)}
                for version, quality in opened
            ],
        },
        now=now,
    )
    return len(opened)


def require_second(session: Session, tender: Tender, actor: Person) -> Opening:
    """The opening that this person may complete. Raises a refusal where nobody asked, or they did."""
    opening = session.get(Opening, tender.id)
    if opening is None:
        raise Refusal("A first officer has to ask for the opening; then a second one completes it.")
    if opening.first_id == actor.id:
        raise NotPermitted("You asked for this opening. Another officer has to complete it.")
    return opening


def _submitted_versions(session: Session, tender: Tender) -> list[BidVersion]:
    """The current version of every bid that was submitted and not withdrawn."""
    current = (
        select(BidVersion.bid_id, func.max(BidVersion.number).label("number"))
        .join(Bid)
        .where(Bid.tender_id == tender.id, Bid.state == bids.SUBMITTED)
        .group_by(BidVersion.bid_id)
        .subquery()
    )
    statement = (
        select(BidVersion)
        .join(current, (BidVersion.bid_id == current.c.bid_id) & (BidVersion.number == current.c.number))
        .options(joinedload(BidVersion.bid).joinedload(Bid.tender))
    )
    return list(session.scalars(statement))


def _drawn(version: BidVersion) -> str:
    return hashlib.sha256(f"{_DRAW}{version.sha256}".encode()).hexdigest()


def _written_down(tender: Tender, version: BidVersion, quality: envelopes.QualityEnvelope) -> OpenedBid:
    lots = {lot.code: lot for lot in tender.lots}
    questions = {question.code: question for question in tender.questions}
    strange = [code for code in quality.lots if code not in lots]
    strange += [code for code in quality.answers if code not in questions]
    if strange:
        raise Refusal(f"A bid speaks of {strange[0]}, which this tender does not have. No bid was opened.")
    return OpenedBid(
        bid_id=version.bid_id,
        version_id=version.id,
        company=quality.company,
        preferences=list(quality.preferences),
        most_lots=quality.most_lots,
        hours_per_week=quality.hours_per_week,
        answers=[
            BidAnswer(question_id=questions[code].id, text=text) for code, text in quality.answers.items()
        ],
        lots=[BidLot(lot_id=lots[code].id) for code in quality.lots],
    )
