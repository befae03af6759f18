"""Who is at a moderation meeting: said once for the meeting, and nobody is there until somebody says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lots import chain, event, panel, states
from lots.moderation import Attendance, current_attendance
from lots.person import Person
from lots.refusal import Refusal
from lots.tender import Tender, lock_tender
from tender.frame.formats import long_date


def record_attendance(
    session: Session, *, actor: Person, now: datetime, tender: Tender, present: Sequence[Person]
) -> Attendance:
    """Say who is at the meeting now, beside the moderator. It counts for the day, or until said anew."""
    tender = lock_tender(session, tender)
    panel.require_moderator(session, tender, actor)
    states.require(tender, now, states.MODERATION)
    evaluators = {
        member.person_id for member in panel.members(session, tender) if member.role == panel.EVALUATOR
    }
    strangers = sorted(person.name for person in present if person.id not in evaluators)
    if strangers:
        raise Refusal(f"{' and '.join(strangers)} is not an evaluator on this tender’s panel.", "present")
    if not present:
        raise Refusal("Select at least one evaluator who is at the meeting.", "present")
    people = sorted({person.id: person for person in (*present, actor)}.values(), key=lambda one: one.id)
    entry = Attendance(tender_id=tender.id, by_id=actor.id, at=now, people=people)
    chain.append(session, entry, after=current_attendance(session, tender))
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="moderation.attended",
        subject=tender.title,
        body={"present": [person.id for person in people], "replaces": entry.replaces_id},
        now=now,
    )
    return entry


def attendance_today(session: Session, tender: Tender, now: datetime) -> Attendance | None:
    """Who is at the meeting, if that was said today."""
    said = current_attendance(session, tender)
    return said if said is not None and long_date(said.at) == long_date(now) else None
