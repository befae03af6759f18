"""Starting to mark, and giving and changing marks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lots import chain, event, panel, states
from lots.bid import Bid, OpenedBid
from lots.letters import letters
from lots.mark import Mark
from lots.person import Person, require_role
from lots.reason import doubt_faults, reason_faults
from lots.record import pinned_file
from lots.refusal import NotPermitted, Refusal, Refusals
from lots.tender import Question, Tender, lock_tender
from tender.eligibility.assessment import assessment
from tender.eligibility.operations.dealing_letters import deal_letters, first_agreed
from tender.eligibility.to_mark import Item, MarkScale, plan
from tender.eligibility.unchecked import what_is_not_checked, what_withdrew
from tender.frame.formats import long_datetime
from tender.marking.seats import Seat, seat_of, seats

DECLARE_FIRST = "Declare for every bidder whether you have a conflict before you see any bid."


def start(session: Session, *, actor: Person, now: datetime, tender: Tender) -> None:
    """Let marking begin: the ratings are pinned, the panel is complete, and some bid is in the assessment."""
    tender = lock_tender(session, tender)
    require_role(actor, "officer")
    states.require(tender, now, states.OPENED)
    faults = missing_for_marking(session, tender)
    if faults:
        raise Refusals([Refusal(fault) for fault in faults])
    bidders = plan(session, tender).bidders
    ratings = pinned_file(session, tender)
    states.move(tender, now, states.MARKING)
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="marking.started",
        subject=tender.title,
        body={
            "ratings_sha256": "" if ratings is None else ratings.sha256,
            "in_assessment": [one.alias for one in bidders if one.in_assessment],
            "out": {one.alias: dict(sorted(one.states.items())) for one in bidders if not one.in_assessment},
        },
        now=now,
    )
    deal_letters(session, actor=actor, now=now, tender=tender)


def missing_for_marking(session: Session, tender: Tender) -> list[str]:
    """What must be done before marking can start, a sentence each."""
    any_bid = select(OpenedBid.bid_id).join(Bid).where(Bid.tender_id == tender.id).limit(1)
    if session.scalar(any_bid) is None:
        return ["No bids were received, so there is nothing to mark. Cancel the tender."]
    missing = []
    ratings = pinned_file(session, tender)
    if ratings is None:
        missing.append("Pin a file of CQC ratings: it decides which bids stay in the assessment.")
    else:
        marking_plan = plan(session, tender)
        waiting = [*what_withdrew(ratings), *what_is_not_checked(marking_plan.bidders)]
        missing += waiting
        if not marking_plan.bids and not waiting:
            missing.append("No bid is in the assessment, so there is nothing to mark. Cancel the tender.")
    roles = {member.role for member in panel.members(session, tender)}
    if panel.EVALUATOR not in roles:
        missing.append("Name at least one evaluator.")
    if panel.MODERATOR not in roles:
        missing.append("Name a moderator.")
    return missing


def record_mark(  # noqa: PLR0913 - a mark is as many things, and callers name each
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    bid: Bid,
    question: Question,
    mark: int,
    rationale: str,
    change_reason: str = "",
    sure: bool = False,
    seen: int | None = None,
) -> Mark:
    """Give or change the actor's own mark.

    `seen` is the id of the actor's mark that the page showed, None for none. Once moderation is open an
    evaluator's own marks stand; only what is still missing, for a bid that came back, can be given.
    `sure`: the actor means a rationale that seems to compare bidders or to average marks.
    """
    tender = lock_tender(session, tender)
    require_role(actor, "evaluator")
    states.require(tender, now, states.MARKING, states.MODERATION)
    marking_plan = plan(session, tender, assessment(session, tender, only=bid))
    seat = seat_of(seats(session, tender), actor)
    item = marking_plan.item(bid, question)
    require_may_mark(seat, item)
    if not seat.is_asked(item.key, first_agreed(session, tender)):
        raise Refusal("The panel agreed this mark before you joined it, so nobody asks you for yours.")
    before = own_mark(session, actor, item)
    chain.require_seen(before, seen, _marked_meanwhile)
    if before is not None and tender.state == states.MODERATION:
        raise Refusal(
            "Moderation is open, so your own mark stands. Say what you think now in the panel’s discussion."
        )
    rationale, change_reason = rationale.strip(), change_reason.strip()
    _check(marking_plan.scale, before, mark, rationale, change_reason, sure)
    entry = Mark(
        tender_id=tender.id,
        bid_id=bid.id,
        question_id=question.id,
        person_id=actor.id,
        mark=mark,
        rationale=rationale,
        at=now,
        change_reason=change_reason if before is not None else "",
    )
    chain.append(session, entry, after=before)
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="mark.given" if before is None else "mark.changed",
        subject=f"Provider {item.alias}, {question.code}",
        body={
            "bid": item.alias,
            "letter": letters(session, tender, actor).get((actor.id, bid.id), item.alias),
            "question": question.code,
            "mark": mark,
            "rationale": rationale,
            "change_reason": entry.change_reason,
            "sure": sure,
            "replaces": entry.replaces_id,
        },
        now=now,
    )
    return entry


def require_may_mark(seat: Seat, item: Item) -> None:
    """Refuse an evaluator who has not declared on everybody, or whom a conflict bars from this bid."""
    if not seat.declared:
        raise NotPermitted(DECLARE_FIRST)
    if item.opened.bid_id in seat.kept_off:
        raise NotPermitted("You declared a conflict with this bidder, so you are kept off this bid.")


def own_mark(session: Session, person: Person, item: Item) -> Mark | None:
    """The person's current mark on the item."""
    bid_id, question_id = item.key
    return session.scalar(
        select(Mark)
        .where(Mark.bid_id == bid_id, Mark.question_id == question_id, Mark.person_id == person.id)
        .order_by(Mark.id.desc())
        .limit(1)
    )


def _marked_meanwhile(before: Mark | None) -> str:
    if before is None:
        return "The mark that your page showed is not yours. Open the page again."
    return (
        f"You saved this mark in another window on {long_datetime(before.at)}: {before.mark}. "
        "What you have typed here is not saved."
    )


def _check(
    scale: MarkScale, before: Mark | None, mark: int, rationale: str, change_reason: str, sure: bool
) -> None:
    faults = []
    if mark not in scale:
        faults.append(Refusal(f"Give a whole mark from {scale.lowest} to {scale.highest}.", "mark"))
    faults += reason_faults(rationale, "rationale", "why you give this mark")
    if before is not None:
        if (before.mark, before.rationale) == (mark, rationale):
            faults.append(Refusal("Nothing is changed: mark and rationale are as they were."))
        else:
            faults += reason_faults(change_reason, "change_reason", "why you change the mark")
    faults += doubt_faults(sure, rationale)
    if faults:
        raise Refusals(faults)
