"""Who will mark and moderate: named before publication, with the conflicts that already show."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lots.panel import EVALUATOR, MODERATOR, PanelMember, members, places
from lots.person import Person, PersonRole
from lots.refusal import Conflict, NotFound, Refusal
from lots.tender import Tender
from tender.frame.formats import sentence_list
from tender.procurements.operations.holding import begin_draft, note

SEES_BIDDERS = {"officer": "procurement officer", "approver": "approver", "auditor": "auditor"}
"""Roles that see bidders' names beside what evaluators see without names."""


def name_panel_member(
    session: Session, *, actor: Person, now: datetime, tender: Tender, person: Person, role: str
) -> PanelMember:
    """Name an evaluator or the moderator of this tender."""
    tender = begin_draft(session, actor, now, tender, None)
    if role not in {EVALUATOR, MODERATOR}:
        raise Refusal("Choose evaluator or moderator", "role")
    present = members(session, tender)
    if any(one.person_id == person.id and one.role == role for one in present):
        raise Conflict(f"{person.name} is {_article(role)} of this tender already.")
    fault = unfit(person, role)
    if fault:
        raise Refusal(fault, "person")
    if any(one.person_id == person.id for one in present):
        raise Refusal(f"{person.name} cannot both mark and moderate in one tender", "person")
    seated = next((one for one in present if one.role == MODERATOR), None)
    if role == MODERATOR and seated is not None:
        raise Refusal(
            f"{seated.person.name} is the moderator already. Remove them first; a tender has one", "person"
        )
    member = PanelMember(tender_id=tender.id, person=person, role=role, named_at=now)
    session.add(member)
    session.flush()
    body = {"person": person.id, "role": role}
    note(session, actor, now, tender, "panel.named", f"{person.name}, {role}", body)
    return member


def remove_panel_member(
    session: Session, *, actor: Person, now: datetime, tender: Tender, person: Person, role: str | None = None
) -> None:
    """Take a person off the panel of a draft."""
    tender = begin_draft(session, actor, now, tender, None)
    sitting = [
        one
        for one in members(session, tender)
        if one.person_id == person.id and (role is None or one.role == role)
    ]
    if not sitting:
        raise NotFound("This person is not on the panel of this tender.")
    for member in sitting:
        session.delete(member)
        session.flush()
        subject = f"{person.name}, {member.role}"
        body = {"person": person.id, "role": member.role}
        note(session, actor, now, tender, "panel.removed", subject, body)


def unfit(person: Person, role: str) -> str:
    """Why the person cannot have this part in a panel; "" where nothing speaks against it.

    Anyone who influences a decision counts for conflicts of interest (Procurement Act 2023 ss.81-83).
    """
    if not person.active:
        return f"{person.name} has no access any more"
    if person.provider_id is not None or "provider" in person.roles:
        return f"{person.name} acts for a provider and cannot judge bids"
    if role not in person.roles:
        return f"{person.name} does not have the role of {role}. An administrator can give it"
    seeing = [name for key, name in SEES_BIDDERS.items() if key in person.roles]
    if role == EVALUATOR and seeing:
        return (
            f"{person.name} is also {sentence_list(seeing)} and would see who the bidders are. "
            "Evaluators mark without names"
        )
    return ""


def candidates(session: Session, tender: Tender, role: str) -> list[Person]:
    """Active people with the role who may still be named, by name: nobody who sits, nor anybody who ever had
    the other part in this tender."""
    seated = {one.person.id for one in places(session, tender) if one.sits or one.role != role}
    people = session.scalars(
        select(Person)
        .join(PersonRole)
        .where(PersonRole.role == role, Person.active)
        .order_by(Person.name, Person.id)
    )
    return [person for person in people if person.id not in seated and not unfit(person, role)]


def _article(role: str) -> str:
    return "the moderator" if role == MODERATOR else "an evaluator"
