"""Taking back a tender, or one of its lots, with the reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lots import event, states
from lots.person import Person
from lots.reason import MOST_CHARACTERS, reason_given
from lots.refusal import Conflict, NotFound, Refusal
from lots.tender import Cancellation, Lot, Tender
from tender.frame.formats import long_datetime
from tender.procurements import wording
from tender.procurements.operations.holding import begin, last_change

LOT_STAGES = (
    states.PUBLISHED,
    states.CLOSED,
    states.OPENED,
    states.MARKING,
    states.MODERATION,
    states.QUALITY_LOCKED,
    states.PRICES_OPENED,
)
"""When a lot alone can be cancelled: not in a draft, where it is removed, nor once an award lies before
the approver, which would then be about other lots than those that were evaluated."""


def cancel(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    reason: str,
    asked_by: Person | None = None,
) -> None:
    """Cancel the whole tender."""
    tender = begin(session, actor, tender)
    at = states.stage(tender, now)
    if at == states.CANCELLED:
        raise Conflict(f"{last_change(session, tender)}. It is cancelled.")
    if states.CANCELLED not in states.STAGES[at].moves:
        raise Refusal(f"A tender at “{states.NAMES[at]}” cannot be cancelled.")
    reason = reason_given(wording.prose(reason, "reason", "the reason", MOST_CHARACTERS, needed=False))
    states.move(tender, now, states.CANCELLED)
    session.add(Cancellation(tender_id=tender.id, reason=reason, by_id=actor.id, at=now))
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="tender.cancelled",
        subject=f"{tender.reference} {tender.title}",
        body={"reason": reason, "stage": at, "asked_by": None if asked_by is None else asked_by.id},
        now=now,
    )


def cancel_lot(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    lot: Lot,
    reason: str,
    asked_by: Person | None = None,
) -> None:
    """Cancel one lot and let the others go on."""
    tender = begin(session, actor, tender)
    states.require(tender, now, *LOT_STAGES)
    if lot.tender_id != tender.id:
        raise NotFound("There is no such lot in this tender.")
    if lot.cancelled_at is not None:
        raise Conflict(f"Lot {lot.code} was cancelled on {long_datetime(lot.cancelled_at)}.")
    if not any(other.cancelled_at is None for other in tender.lots if other.id != lot.id):
        raise Refusal("This is the last lot. Cancel the whole tender instead.")
    reason = reason_given(wording.prose(reason, "reason", "the reason", MOST_CHARACTERS, needed=False))
    lot.cancelled_at = now
    session.add(Cancellation(tender_id=tender.id, lot_id=lot.id, reason=reason, by_id=actor.id, at=now))
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="lot.cancelled",
        subject=f"Lot {lot.code} {lot.title}",
        body={
            "lot": lot.code,
            "reason": reason,
            "stage": states.stage(tender, now),
            "asked_by": None if asked_by is None else asked_by.id,
        },
        now=now,
    )


def cancellations(session: Session, tender: Tender) -> list[Cancellation]:
    """What was cancelled of the tender, oldest first."""
    statement = select(Cancellation).where(Cancellation.tender_id == tender.id).order_by(Cancellation.id)
    return list(session.scalars(statement))
