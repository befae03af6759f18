"""Opening the sealed bids after the deadline, by two different officers; prices stay sealed."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from lots import bid as bids
from lots import draw, event, states
from lots.bid import Bid, BidAnswer, BidLot, BidVersion, OpenedBid
from lots.person import Person
from lots.refusal import Conflict, NotPermitted, Refusal
from lots.seal import Seal
from lots.tender import Opening, Tender
from scoring.methods.draw import letter
from tender.bids import envelopes
from tender.frame.formats import long_datetime
from tender.procurements import wording
from tender.procurements.operations.holding import begin
from tender.whole import requiring

PUBLIC = "public"
"""The field in which an officer types what the public source of chance showed."""


def request_opening(
    session: Session, *, actor: Person, now: datetime, tender: Tender, public: str | None = None
) -> Opening:
    """The first officer's part: asks for the bids to be opened.

    `public`: what the public source of chance showed, where the published rules name one.
    """
    tender = begin(session, actor, tender)
    states.require(tender, now, states.CLOSED)
    present = session.get(Opening, tender.id)
    if present is not None:
        when = long_datetime(present.first_at)
        if present.first_id == actor.id:
            raise Conflict(f"You asked for the opening on {when}. Another officer has to complete it.")
        raise Conflict(f"{present.first.name} asked for the opening on {when}. You can complete it.")
    typed = _typed(session, actor, now, tender, public)
    opening = Opening(tender_id=tender.id, first_id=actor.id, first_at=now)
    session.add(opening)
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="opening.requested",
        subject=tender.reference,
        body={"first": actor.id, **({} if typed is None else _hidden(typed))},
        now=now,
    )
    return opening


def type_public(session: Session, *, actor: Person, now: datetime, tender: Tender, public: str) -> None:
    """Type in what the public source of chance showed: the first officer anew, any other as the second.

    Raises Refusal with both where a second officer types something else than the first.
    """
    tender = begin(session, actor, tender)
    states.require(tender, now, states.CLOSED)
    opening = session.get(Opening, tender.id)
    if opening is None:
        raise Refusal("A first officer has to ask for the opening; then a second one types it in too.")
    typed = _typed(session, actor, now, tender, public)
    if typed is None:
        raise Refusal("The published rules name no public source of chance.")
    if opening.first_id != actor.id:
        _require_same(session, tender, opening, typed)
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="draw.typed",
        subject=tender.reference,
        body=_hidden(typed),
        now=now,
    )


def complete_opening(session: Session, *, actor: Person, now: datetime, seal: Seal, tender: Tender) -> int:
    """The second officer's part: opens the quality of every submitted bid, and deals the letters by a draw.

    Returns how many bids were opened. If one envelope cannot be opened, or is not what was submitted, none
    is: raises Refusal with nothing changed. Where the rules name a public source of chance, both officers
    have typed the same before (`type_public`).
    """
    tender = begin(session, actor, tender)
    states.require(tender, now, states.CLOSED)
    opening = require_second(session, tender, actor)
    _require_what_was_submitted(session, tender)
    shown = _agreed(session, actor, tender, opening)
    drawn = draw.draw(session, tender, seal, shown, now)
    versions = sorted(
        _submitted_versions(session, tender), key=lambda version: letter(drawn.seed, version.sha256)
    )
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
            "draw": {**drawn.parts(), "seed": drawn.seed},
            "bids": [
                {"alias": version.bid.alias, "version_sha256": version.sha256, "lots": list(quality.lots)}
                for version, quality in opened
            ],
        },
        now=now,
    )
    return len(opened)


def _require_what_was_submitted(session: Session, tender: Tender) -> None:
    """Refuse unless the bids at hand are those that the log counts, and nothing of the tender was altered."""
    step = "The bids cannot be opened"
    present = {
        version.bid_id: requiring.Submitted(version.bid.provider.name, version.number, version.sha256)
        for version in _submitted_versions(session, tender)
    }
    requiring.require_all_bids(session, tender, present, step)
    requiring.require_whole(session, tender, step)


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
        .options(
            joinedload(BidVersion.bid).joinedload(Bid.tender),
            joinedload(BidVersion.bid).joinedload(Bid.provider),
        )
    )
    return list(session.scalars(statement))


def _typed(session: Session, actor: Person, now: datetime, tender: Tender, public: str | None) -> str | None:
    """Write down what an officer typed of the public source; None where the rules name none."""
    source = draw.source_of(tender)
    if source is None:
        return None
    value = wording.one_line(public or "", PUBLIC, f"what this showed: {source}", 200)
    session.add(draw.DrawEntry(tender_id=tender.id, value=value, by_id=actor.id, at=now))
    session.flush()
    return value


def _hidden(typed: str) -> dict[str, str]:
    """What the log shows of it before the other officer has typed it too."""
    return {"public_sha256": hashlib.sha256(typed.encode()).hexdigest()}


def _agreed(session: Session, actor: Person, tender: Tender, opening: Opening) -> str | None:
    """What both officers typed of the public source; None where the rules name none."""
    if draw.source_of(tender) is None:
        return None
    mine = draw.entries(session, tender).get(actor.id)
    if mine is None:
        raise Refusal("Type in first what the public source of chance showed.", PUBLIC)
    return _require_same(session, tender, opening, mine.value)


def _require_same(session: Session, tender: Tender, opening: Opening, value: str) -> str:
    first = draw.entries(session, tender)[opening.first_id].value
    if value != first:
        raise Refusal(
            f"You typed “{value}”, and {opening.first.name} typed “{first}”. Look it up again: both must be "
            f"the same, to the letter. {opening.first.name} can correct theirs on this page.",
            PUBLIC,
        )
    return value


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
