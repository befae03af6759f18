"""The first of two people asks for a step."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lots import event, states
from lots.confirmation import StepRequest, step_requests
from lots.person import Person
from lots.refusal import NotPermitted
from lots.tender import Tender, lock_tender
from tender.confirming.steps import STEPS
from tender.frame.formats import long_datetime


def ask(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    step: str,
    subject: str,
    shown_sha256: str,
    reason: str,
) -> StepRequest:
    """Ask for a step that a second person has to confirm. Changes nothing else."""
    tender = lock_tender(session, tender)
    stage = states.stage(tender, now)
    request = StepRequest(
        tender_id=tender.id,
        step=step,
        subject=subject,
        stage=stage,
        shown_sha256=shown_sha256,
        reason=reason,
        by_id=actor.id,
        at=now,
    )
    session.add(request)
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="step.asked",
        subject=f"{STEPS[step]} {subject}".strip(),
        body={
            "step": step,
            "subject": subject,
            "stage": stage,
            "shown_sha256": shown_sha256,
            "reason": reason,
        },
        now=now,
    )
    return request


def waiting(
    session: Session, tender: Tender, step: str, subject: str, shown_sha256: str, now: datetime
) -> StepRequest | None:
    """What somebody asked for that this page still says, if anybody did."""
    for request in step_requests(session, tender, states.stage(tender, now), now):
        if (request.step, request.subject, request.shown_sha256) == (step, subject, shown_sha256):
            return request
    return None


def require_another(request: StepRequest, actor: Person) -> None:
    """Raises NotPermitted where whoever asked would confirm it too."""
    if request.by_id == actor.id:
        raise NotPermitted(
            f"You asked for this on {long_datetime(request.at)}. Somebody else has to confirm it."
        )
