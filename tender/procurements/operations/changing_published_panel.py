"""Who judges, once a tender is published: somebody is stood down, comes in their place, or is added.

Nothing is overwritten. Marks that were given stay, and whether they count is decided with reasons.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lots import chain, event, states
from lots.mark import Mark
from lots.panel import (
    EVALUATOR,
    JOINED,
    MODERATOR,
    RETURNED,
    STOOD_DOWN,
    PanelChange,
    PanelMember,
    Place,
    places,
)
from lots.person import Person
from lots.reason import reason_given
from lots.refusal import Conflict, NotFound, Refusal
from lots.tender import Tender
from tender.frame.formats import long_datetime
from tender.procurements.operations.changing_panel import unfit
from tender.procurements.operations.holding import begin

CHANGES_AT = (states.PUBLISHED, states.CLOSED, states.OPENED, states.MARKING, states.MODERATION)
"""Until quality is locked: from then on no mark counts otherwise than it did."""


def add_to_panel(
    session: Session, *, actor: Person, now: datetime, tender: Tender, person: Person, reason: str
) -> PanelChange:
    """Add an evaluator, or take one back who was stood down. They declare conflicts, and mark what is not
    agreed yet. A moderator comes in another's place: see `stand_down`."""
    tender = begin(session, actor, tender)
    states.require(tender, now, *CHANGES_AT)
    reason = reason_given(reason)
    return _join(session, actor, now, tender, person, EVALUATOR, reason)


def stand_down(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    member: PanelMember,
    reason: str,
    marks_count: bool | None = None,
    successor: Person | None = None,
) -> PanelChange:
    """Take somebody off the panel, and put `successor` in their place if one is given.

    `marks_count` says whether the marks that an evaluator has given count; it must be said where there are
    any. A moderator, and the only evaluator, go only when somebody comes in their place.
    """
    tender = begin(session, actor, tender)
    states.require(tender, now, *CHANGES_AT)
    found = places(session, tender)
    place = place_of(found, member.id)
    if place.stood_down is not None:
        raise Conflict(f"{_when_and_who(place.stood_down)} stood {place.person.name} down.")
    reason = reason_given(reason)
    given = marks_given(session, place)
    if given and marks_count is None:
        raise Refusal(f"Say whether the marks that {place.person.name} gave count", "marks_count")
    alone = sum(1 for one in found if one.sits and one.role == place.role) == 1
    if alone and successor is None:
        raise Refusal(
            f"{place.person.name} is the only {place.role}. Choose who comes in their place", "successor"
        )
    entry = PanelChange(
        tender_id=tender.id,
        member_id=place.member.id,
        kind=STOOD_DOWN,
        reason=reason,
        marks_count=marks_count if given else None,
        by_id=actor.id,
        at=now,
    )
    chain.append(session, entry, after=place.last)
    _write(session, actor, now, tender, "panel.stood_down", place, entry, {"marks_given": given})
    if successor is not None:
        why = f"In the place of {place.person.name}: {reason}"
        _join(session, actor, now, tender, successor, place.role, why, "successor")
    return entry


def decide_marks(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    member: PanelMember,
    marks_count: bool,
    reason: str,
) -> PanelChange:
    """Decide otherwise on whether the marks of an evaluator who was stood down count."""
    tender = begin(session, actor, tender)
    states.require(tender, now, *CHANGES_AT)
    place = place_of(places(session, tender), member.id)
    before, given = place.stood_down, marks_given(session, place)
    if before is None or not given:
        raise NotFound("There are no marks of somebody stood down to decide on here.")
    reason = reason_given(reason)
    if before.marks_count == marks_count:
        counts = "count" if marks_count else "do not count"
        raise Conflict(f"{_when_and_who(before)} decided that these marks {counts}.")
    entry = PanelChange(
        tender_id=tender.id,
        member_id=member.id,
        kind=STOOD_DOWN,
        reason=reason,
        marks_count=marks_count,
        by_id=actor.id,
        at=now,
    )
    chain.append(session, entry, after=before)
    _write(session, actor, now, tender, "panel.marks_decided", place, entry, {"marks_given": given})
    return entry


def place_of(found: list[Place], member_id: int) -> Place:
    for place in found:
        if place.member.id == member_id:
            return place
    raise NotFound("There is no such person on the panel of this tender.")


def marks_given(session: Session, place: Place) -> int:
    """How many answers an evaluator has marked; nothing of what the marks are."""
    if place.role != EVALUATOR:
        return 0
    statement = select(func.count()).where(
        Mark.tender_id == place.member.tender_id,
        Mark.person_id == place.person.id,
        Mark.replaces_id.is_(None),
    )
    return session.scalar(statement) or 0


def _join(
    session: Session,
    actor: Person,
    now: datetime,
    tender: Tender,
    person: Person,
    role: str,
    reason: str,
    field: str = "person",
) -> PanelChange:
    found = places(session, tender)
    own = [place for place in found if place.person.id == person.id]
    if any(place.sits and place.role == role for place in own):
        raise Conflict(f"{person.name} is on the panel of this tender already.")
    if any(place.role != role for place in own):
        # whoever moderated has seen the marks, and whoever marked would settle their own
        raise Refusal(f"{person.name} cannot both mark and moderate in one tender", field)
    if role == MODERATOR and any(place.sits and place.role == MODERATOR for place in found):
        raise Refusal("This tender has a moderator. Stand them down first; a tender has one", field)
    fault = unfit(person, role)
    if fault:
        raise Refusal(fault, field)
    before = own[0] if own else None
    if before is None:
        before = Place(PanelMember(tender_id=tender.id, person=person, role=role, named_at=now))
        session.add(before.member)
        session.flush()
    entry = PanelChange(
        tender_id=tender.id,
        member_id=before.member.id,
        kind=RETURNED if own else JOINED,
        reason=reason,
        by_id=actor.id,
        at=now,
    )
    chain.append(session, entry, after=before.last)
    _write(session, actor, now, tender, "panel.returned" if own else "panel.joined", before, entry, {})
    return entry


def _write(
    session: Session,
    actor: Person,
    now: datetime,
    tender: Tender,
    action: str,
    place: Place,
    entry: PanelChange,
    more: dict[str, int],
) -> None:
    body = {
        "person": place.person.id,
        "role": place.role,
        "reason": entry.reason,
        "stage": states.stage(tender, now),
        "replaces": entry.replaces_id,
        **more,
    }
    if entry.marks_count is not None:
        body["marks_count"] = entry.marks_count
    subject = f"{place.person.name}, {place.role}"
    event.write(session, tender=tender, actor=actor, action=action, subject=subject, body=body, now=now)


def _when_and_who(change: PanelChange) -> str:
    return f"On {long_datetime(change.at)} {change.by.name}"
