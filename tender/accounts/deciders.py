"""Accounts of people who decide: a second administrator, a mark on each tender, and word to the person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from lots import event, states
from lots.account import AccountAnswer, AccountRequest, PersonNotice, open_requests
from lots.panel import PanelMember
from lots.person import DECIDING, Person, PersonRole, require_role
from lots.refusal import Conflict, NotFound, NotPermitted
from lots.tender import Tender
from tender.frame.formats import long_datetime, sentence_list

OVER = (states.AWARDED, states.SIGNED, states.CANCELLED)
"""Stages at which nobody decides any more."""


def needs_second(session: Session, actor: Person | None, person: Person | None) -> bool:
    """Whether another administrator is there to confirm what this one does to the person's account. The
    command line, which whoever keeps the server alone can use, asks nobody."""
    if actor is None:
        return False
    others = select(Person.id).where(
        Person.active,
        Person.password_hash.is_not(None),
        Person.id.not_in([one.id for one in (actor, person) if one is not None]),
        exists().where(PersonRole.person_id == Person.id, PersonRole.role == "administrator"),
    )
    return session.scalar(others.limit(1)) is not None


def ask(
    session: Session, *, actor: Person, person: Person, kind: str, roles: set[str], now: datetime
) -> AccountRequest:
    """Have another administrator confirm it; nothing else is changed."""
    for waiting in open_requests(session, now, person):
        if waiting.kind == kind and set(waiting.roles) == roles:
            raise Conflict(
                f"{waiting.by.name} asked for this on {long_datetime(waiting.at)}. Another administrator has "
                "to confirm it."
            )
    request = AccountRequest(person_id=person.id, kind=kind, roles=sorted(roles), by_id=actor.id, at=now)
    session.add(request)
    session.flush()
    _note(session, actor, now, "account.asked", person, {"kind": kind, "roles": sorted(roles)})
    return request


def answer(
    session: Session, *, actor: Person, request_id: int, confirmed: bool, now: datetime
) -> AccountRequest:
    """Another administrator's word. The caller does what was asked for."""
    require_role(actor, "administrator")
    request = next((one for one in open_requests(session, now) if one.id == request_id), None)
    if request is None:
        raise NotFound("Nothing waits to be confirmed here: it was answered, or is older than seven days.")
    if actor.id in {request.by_id, request.person_id}:
        raise NotPermitted("Another administrator has to answer this: you asked for it, or it is about you.")
    session.add(AccountAnswer(request_id=request.id, confirmed=confirmed, by_id=actor.id, at=now))
    session.flush()
    action = "account.confirmed" if confirmed else "account.refused"
    body = {"kind": request.kind, "roles": request.roles, "asked_by": request.by_id}
    _note(session, actor, now, action, request.person, body)
    return request


def tell(session: Session, person: Person, text: str, now: datetime) -> None:
    """Have it shown to the person when they come next. The event that follows carries it."""
    session.add(PersonNotice(person_id=person.id, text=text, at=now))
    session.flush()


def mark_tenders(
    session: Session,
    *,
    actor: Person | None,
    person: Person,
    action: str,
    body: dict[str, object],
    roles: frozenset[str] | set[str],
    now: datetime,
) -> None:
    """An entry in the log of each tender on which the person decides with these roles."""
    deciding = set(roles) & DECIDING
    for tender in session.scalars(_decided_by(person, deciding)) if deciding else ():
        event.write(
            session,
            tender=tender,
            actor=actor,
            action=action,
            subject=person.name,
            body={"person": person.id, "roles": sorted(deciding), **body},
            now=now,
        )


def _decided_by(person: Person, roles: set[str]) -> Select[Tender]:
    """Published tenders that are not over: all of them for officers and approvers, their own for whoever
    sits on a panel or sat on it."""
    running = select(Tender).where(Tender.rules_text.is_not(None), Tender.state.not_in(OVER))
    if not roles & {"officer", "approver"}:
        running = running.where(
            exists().where(
                PanelMember.tender_id == Tender.id,
                PanelMember.person_id == person.id,
                PanelMember.role.in_(roles),
            )
        )
    return running.order_by(Tender.id)


def by_whom(actor: Person | None, confirmed_by: Person | None) -> str:
    """`Ada Smith`, `Ada Smith and Bo Lee`, or the command line."""
    names = [one.name for one in (actor, confirmed_by) if one is not None]
    return sentence_list(names) if names else "whoever keeps the server"


def _note(
    session: Session, actor: Person, now: datetime, action: str, person: Person, body: dict[str, object]
) -> None:
    event.write(
        session,
        tender=None,
        actor=actor,
        action=action,
        subject=person.name,
        body={"person": person.id, **body},
        now=now,
    )
