"""How every change to a tender begins: hold it, see who asks, see that nobody changed it in between."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from lots import event, states
from lots.person import Person, require_role
from lots.refusal import Conflict, NotFound
from lots.tender import Lot, LotGroup, Question, Tender, lock_tender
from tender.frame.formats import clock_time, long_date


def begin(session: Session, actor: Person, tender: Tender) -> Tender:
    """Hold the tender for an officer."""
    require_role(actor, "officer")
    return lock_tender(session, tender)


def begin_draft(session: Session, actor: Person, now: datetime, tender: Tender, seen: int | None) -> Tender:
    """Hold a draft for an officer who looked at it at revision `seen` (None: did not look).

    Raises Conflict if the draft was changed since, or is a draft no longer.
    """
    tender = begin(session, actor, tender)
    states.require(tender, now, states.DRAFT)
    if seen is not None and seen != tender.revision:
        raise Conflict(f"{last_change(session, tender)} after you opened this page.")
    return tender


def last_change(session: Session, tender: Tender) -> str:
    """Who changed the tender last, and when: the beginning of a sentence."""
    latest = session.scalar(
        select(event.Event)
        .where(event.Event.log == event.log_of(tender))
        .order_by(event.Event.sequence.desc())
        .limit(1)
    )
    if latest is None:
        return "Somebody changed this tender"
    when = f"at {clock_time(latest.at)} on {long_date(latest.at)}"
    return f"{latest.actor_name} changed this tender {when} ({event.ACTIONS[latest.action].lower()})"


def note(
    session: Session,
    actor: Person,
    now: datetime,
    tender: Tender,
    action: str,
    subject: str,
    body: dict[str, Any],
) -> None:
    """Write the event of a change to the draft and count the revision."""
    tender.revision += 1
    event.write(session, tender=tender, actor=actor, action=action, subject=subject, body=body, now=now)
    session.flush()


def read_whole(session: Session, tender: Tender) -> None:
    """Read lots, groups and questions with their relationships, in a fixed number of queries."""
    session.scalars(
        select(Tender)
        .where(Tender.id == tender.id)
        .options(
            selectinload(Tender.lots),
            selectinload(Tender.groups).selectinload(LotGroup.lots),
            selectinload(Tender.questions).selectinload(Question.lots),
        )
    ).one()


def lot_of(tender: Tender, code: str) -> Lot:
    for lot in tender.lots:
        if lot.code == code:
            return lot
    raise NotFound(f"There is no lot {code[:20]} in this tender.")


def question_of(tender: Tender, code: str) -> Question:
    for question in tender.questions:
        if question.code == code:
            return question
    raise NotFound(f"There is no question {code[:20]} in this tender.")
