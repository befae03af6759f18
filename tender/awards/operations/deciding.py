"""Recommending an award, and the other person's answer to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lots import event, states
from lots.award import Award, Recommendation, current_evaluation, current_recommendation
from lots.person import Person, require_role
from lots.reason import reason_given
from lots.record import opened_bids
from lots.refusal import Conflict, NotPermitted, Refusal, Refusals
from lots.tender import Tender, lock_tender
from scoring.result.sentences import sentence_of
from tender.awards import readiness
from tender.awards.operations.evaluating import judge, winners_by_lot
from tender.awards.outcome.names import names_in_record
from tender.whole.requiring import require_whole


def recommend(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    reason: str,
    seen: int | None = None,
) -> Recommendation:
    """Propose the award by the current evaluation. `seen`: the number of the evaluation that was read."""
    tender = lock_tender(session, tender)
    require_role(actor, "officer")
    states.require(tender, now, states.PRICES_OPENED)
    evaluation = current_evaluation(session, tender)
    if evaluation is None:
        raise Refusal("The results have not been worked out yet. Work them out first.")
    if seen is not None and seen != evaluation.number:
        raise Conflict(
            f"{evaluation.made_by.name} worked out the results again since you opened this page. "
            "Read them again before you recommend."
        )
    reason = reason_given(reason, name="why you recommend this award")
    if not judge(session, tender).is_that_of(evaluation):
        raise Conflict(
            "Something that the results depend on has changed since they were worked out. "
            "Work them out again, and read them before you recommend."
        )
    require_whole(session, tender, "The award cannot be recommended")
    faults = readiness.what_bars_recommendation(session, tender, evaluation)
    if faults:
        raise Refusals([Refusal(fault) for fault in faults])
    recommendation = Recommendation(
        tender_id=tender.id, evaluation_id=evaluation.id, reason=reason, by_id=actor.id, at=now
    )
    session.add(recommendation)
    states.move(tender, now, states.RECOMMENDED)
    session.flush()
    ratings = readiness.ratings(session, tender)
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="award.recommended",
        subject=f"Evaluation {evaluation.number}",
        body={
            "evaluation": evaluation.number,
            "record_sha256": evaluation.record_sha256,
            "reason": reason,
            "awards": winners_by_lot(evaluation),
            "ratings": None
            if ratings.pinned is None
            else {"sha256": ratings.pinned.sha256, "as_at": ratings.pinned.dated.isoformat()},
        },
        now=now,
    )
    return recommendation


def approve(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    reason: str,
    seen: int | None = None,
) -> list[Award]:
    """Approve the waiting recommendation. `seen`: the id of the recommendation that was read."""
    tender = lock_tender(session, tender)
    recommendation = _waiting(session, actor=actor, now=now, tender=tender, seen=seen)
    reason = reason_given(reason, name="why you decide so")
    evaluation = recommendation.evaluation
    if not judge(session, tender).is_that_of(evaluation):
        raise Conflict(
            "Something that the results depend on has changed since the award was recommended. "
            "Send the recommendation back, so that the results are worked out again."
        )
    require_whole(session, tender, "The award cannot be approved")
    stops = readiness.what_bars_approval(session, tender)
    if stops:
        raise Refusals([Refusal(stop) for stop in stops])
    _answer(recommendation, "approved", actor=actor, now=now, reason=reason)
    awards = _write_awards(session, tender, recommendation)
    states.move(tender, now, states.APPROVED)
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="award.approved",
        subject=f"Evaluation {evaluation.number}",
        body={
            "evaluation": evaluation.number,
            "record_sha256": evaluation.record_sha256,
            "recommended_by": recommendation.by.name,
            "reason": reason,
            "awards": winners_by_lot(evaluation),
        },
        now=now,
    )
    return awards


def return_(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    reason: str,
    seen: int | None = None,
) -> Recommendation:
    """Send the waiting recommendation back with the reason; the tender is at “prices opened” again."""
    tender = lock_tender(session, tender)
    recommendation = _waiting(session, actor=actor, now=now, tender=tender, seen=seen)
    reason = reason_given(reason, name="why you decide so")
    _answer(recommendation, "returned", actor=actor, now=now, reason=reason)
    states.move(tender, now, states.PRICES_OPENED)
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="award.returned",
        subject=f"Evaluation {recommendation.evaluation.number}",
        body={
            "evaluation": recommendation.evaluation.number,
            "recommended_by": recommendation.by.name,
            "reason": reason,
        },
        now=now,
    )
    return recommendation


def _waiting(
    session: Session, *, actor: Person, now: datetime, tender: Tender, seen: int | None
) -> Recommendation:
    """The recommendation that waits, if this person may decide on it and has read this one."""
    require_role(actor, "approver")
    current = current_recommendation(session, tender)
    if seen is not None and current is not None and (current.id != seen or current.decided_by is not None):
        raise Conflict(_what_happened_since(current))
    states.require(tender, now, states.RECOMMENDED)
    if current is None or current.outcome != "waiting":
        raise Conflict("No recommendation waits for a decision.")
    if current.by_id == actor.id:
        raise NotPermitted(
            "You recommended this award. Somebody else has to decide on it: the person who approves is not "
            "the person who recommends."
        )
    return current


def _answer(
    recommendation: Recommendation, outcome: str, *, actor: Person, now: datetime, reason: str
) -> None:
    recommendation.outcome = outcome
    recommendation.decision_reason = reason
    recommendation.decided_by_id = actor.id
    recommendation.decided_at = now


def _what_happened_since(current: Recommendation) -> str:
    if current.decided_by is None:
        return "Another recommendation was made since you opened this page. Read it before you decide."
    done = "approved the award" if current.outcome == "approved" else "sent the recommendation back"
    return f"{current.decided_by.name} {done} since you opened this page."


def _write_awards(session: Session, tender: Tender, recommendation: Recommendation) -> list[Award]:
    bid_ids = {opened.bid.alias: opened.bid_id for opened in opened_bids(session, tender)}
    lot_ids = {lot.code: lot.id for lot in tender.lots}
    names = names_in_record(recommendation.evaluation.record)
    awards = [
        Award(
            tender_id=tender.id,
            recommendation_id=recommendation.id,
            lot_id=lot_ids[lot["id"]],
            bid_id=bid_ids[award["bidder"]],
            place=award["place"],
            reason=sentence_of(award["reason"], names),
        )
        for lot in recommendation.evaluation.result["lots"]
        for award in lot["awards"]
    ]
    session.add_all(awards)
    return awards
