"""What changes accounts. Each checks, changes, writes the event and flushes; the request commits."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lots import event, text
from lots.account import LINK as LINK_KIND
from lots.account import ROLES as ROLES_KIND
from lots.account import AccountRequest, PasswordLink, last_link, unread
from lots.person import DECIDING, HOLDERS, ROLES, Person, PersonRole, require_role
from lots.provider import Provider
from lots.refusal import NotFound, Refusal
from lots.tender import LARGEST_ID
from tender.accounts import deciders, links
from tender.accounts.attempts import AttemptLimits, Guesser
from tender.accounts.passwords import Passwords, check_new

STAFF_ROLES = tuple(role for role in ROLES if role != "provider")


@dataclass(frozen=True)
class Registration:
    """What a provider says about itself."""

    company: str
    name: str
    email: str
    password: str


def sign_in(
    session: Session,
    *,
    email: str,
    password: str,
    guesser_of: Callable[[Person | None], Guesser],
    limits: AttemptLimits,
    passwords: Passwords,
    now: datetime,
) -> Person | None:
    """The person whose e-mail and password these are; None, with the failure noted, if there is none.

    `guesser_of` tells who tries, given whose e-mail it is. Raises TooManyAttempts. Takes as long for an
    unknown e-mail as for a wrong password.
    """
    email = tidy_email(email)
    limits.queue(session, email)
    person = session.scalar(select(Person).where(Person.email == email))
    guesser = guesser_of(person)
    limits.check(session, email=email, guesser=guesser, now=now)
    right = passwords.is_right(person.password_hash if person else None, password)
    if person is None or not right or not person.active:
        limits.failed(session, email=email, guesser=guesser, now=now)
        return None
    limits.succeeded(session, email=email, guesser=guesser)
    if person.password_hash and passwords.is_outdated(person.password_hash):
        person.password_hash = passwords.hash(password)
        _note(session, person, "person.password_rehashed", person, {}, now)
    session.flush()
    return person


def end_sessions(session: Session, *, person: Person) -> None:
    """Sign the person out of every browser."""
    person.session_token = _new_token()
    session.flush()


def register_provider(
    session: Session, registration: Registration, *, passwords: Passwords, now: datetime
) -> Person:
    """Make a provider and the person who acts for it. Raises Refusal where the e-mail is in use."""
    email = tidy_email(registration.email)
    check_new(registration.password, email)
    _refuse_used_email(session, email, "Sign in instead, or use another address.")
    provider = Provider(name=text.line(registration.company), contact_email=email, created_at=now)
    session.add(provider)
    session.flush()
    person = _add(session, email, registration.name, {"provider"}, now)
    person.provider_id = provider.id
    person.password_hash = passwords.hash(registration.password)
    session.flush()
    event.write(
        session,
        tender=None,
        actor=person,
        action="provider.registered",
        subject=provider.name,
        body={"provider": provider.id, "person": person.id},
        now=now,
    )
    return person


def add_person(
    session: Session, *, actor: Person | None, email: str, name: str, roles: set[str], now: datetime
) -> Person:
    """Add somebody who works on tenders, without a password yet. `actor` is None for the command line."""
    _check_manages(actor)
    _check_roles(roles)
    email = tidy_email(email)
    _refuse_used_email(session, email, "They may already be in the list of people.")
    waits = roles & DECIDING if deciders.needs_second(session, actor, None) else set()
    person = _add(session, email, name, roles - waits, now)
    _note(session, actor, "person.added", person, {"roles": sorted(roles - waits)}, now)
    if waits and actor is not None:
        deciders.ask(session, actor=actor, person=person, kind=ROLES_KIND, roles=roles, now=now)
    else:
        _mark_roles(session, actor, person, roles, None, now)
    return person


def change_roles(
    session: Session, *, actor: Person | None, person: Person, roles: set[str], now: datetime
) -> bool:
    """Give the person exactly these roles. False where another administrator has to confirm that first."""
    _check_manages(actor)
    _check_not_oneself(actor, person, "change your own roles")
    if person.provider_id is not None:
        raise Refusal("Somebody who acts for a provider can have no other role.", "roles")
    _check_roles(roles)
    before = person.roles
    if before == roles:
        return True
    if actor is not None and (roles - before) & DECIDING and deciders.needs_second(session, actor, person):
        deciders.ask(session, actor=actor, person=person, kind=ROLES_KIND, roles=roles, now=now)
        return False
    _set_roles(session, actor, person, roles, None, now)
    return True


def _set_roles(
    session: Session,
    actor: Person | None,
    person: Person,
    roles: set[str],
    asked_by: Person | None,
    now: datetime,
) -> None:
    before = person.roles
    person.role_rows = [row for row in person.role_rows if row.role in roles]
    # taken away before any is given: nobody holds both keys, not even for a moment
    session.flush()
    person.role_rows += [PersonRole(role=role) for role in sorted(roles - before)]
    who = deciders.by_whom(asked_by or actor, actor if asked_by else None)
    given = ", ".join(HOLDERS[role] for role in sorted(roles))
    deciders.tell(session, person, f"{who} changed your roles: you are {given}.", now)
    body: dict[str, object] = {"roles": sorted(roles), "were": sorted(before)}
    _note(session, actor, "person.changed", person, body, now)
    _mark_roles(session, actor, person, roles - before, asked_by, now)


def _mark_roles(
    session: Session,
    actor: Person | None,
    person: Person,
    gained: set[str],
    asked_by: Person | None,
    now: datetime,
) -> None:
    deciders.mark_tenders(
        session,
        actor=actor,
        person=person,
        action="account.roles_given",
        body={"asked_by": None if asked_by is None else asked_by.name},
        roles=gained,
        now=now,
    )


def confirm_request(
    session: Session, *, actor: Person, request_id: int, key: str, hours: int, now: datetime
) -> tuple[AccountRequest, str | None]:
    """Confirm what another administrator asked for, and do it. Gives the secret part of a link, if it is
    about one."""
    request = deciders.answer(session, actor=actor, request_id=request_id, confirmed=True, now=now)
    if request.kind == LINK_KIND:
        return request, _link(session, actor, request.person, key, hours, request.by, now)
    _check_roles(set(request.roles))
    _set_roles(session, actor, request.person, set(request.roles), request.by, now)
    return request, None


def set_active(
    session: Session, *, actor: Person | None, person: Person, active: bool, now: datetime
) -> None:
    """Take away or give back a person's access. Their part in the record stays as it is."""
    _check_manages(actor)
    _check_not_oneself(actor, person, "take away your own access")
    if person.active == active:
        return
    person.active = active
    person.session_token = _new_token()
    session.flush()
    _note(session, actor, "person.changed", person, {"active": active}, now)
    deciders.mark_tenders(
        session,
        actor=actor,
        person=person,
        action="account.access_given" if active else "account.access_taken",
        body={},
        roles=person.roles,
        now=now,
    )


def change_password(
    session: Session, *, actor: Person, present: str, new: str, passwords: Passwords, now: datetime
) -> None:
    """Change one's own password, which signs out every other browser."""
    if not passwords.is_right(actor.password_hash, present):
        raise Refusal("Present password is not right", "present_password")
    if present == new:
        raise Refusal("New password must differ from the present one", "password")
    set_password(session, actor=actor, person=actor, password=new, passwords=passwords, now=now)


def set_password(
    session: Session,
    *,
    actor: Person | None,
    person: Person,
    password: str,
    passwords: Passwords,
    now: datetime,
) -> None:
    """Set a password and end every session that the old one began."""
    check_new(password, person.email)
    person.password_hash = passwords.hash(password)
    person.session_token = _new_token()
    session.flush()
    _note(session, actor, "person.password_set", person, {}, now)


def set_password_by_link(
    session: Session, *, person: Person, password: str, passwords: Passwords, now: datetime
) -> None:
    """Set the password that a link allows. Whoever had the link could sign in as this person: so it is told
    in the log of each tender on which they decide."""
    link = last_link(session, person)
    set_password(session, actor=person, person=person, password=password, passwords=passwords, now=now)
    made_by = None if link is None or link.by is None else link.by.name
    deciders.mark_tenders(
        session,
        actor=person,
        person=person,
        action="account.password_set",
        body={"link_made_by": made_by},
        roles=person.roles,
        now=now,
    )


def make_password_link(
    session: Session, *, actor: Person | None, person: Person, key: str, hours: int, now: datetime
) -> str | None:
    """The secret part of a link with which the person sets a password once; any earlier link works no more.

    None where the person decides on tenders and another administrator has to confirm it first.
    """
    _check_manages(actor)
    _check_not_oneself(actor, person, "make a link for yourself")
    if not person.active:
        raise Refusal(f"{person.name} cannot sign in. Give them access first.")
    if actor is not None and person.roles & DECIDING and deciders.needs_second(session, actor, person):
        deciders.ask(session, actor=actor, person=person, kind=LINK_KIND, roles=set(person.roles), now=now)
        return None
    return _link(session, actor, person, key, hours, None, now)


def _link(
    session: Session,
    actor: Person | None,
    person: Person,
    key: str,
    hours: int,
    asked_by: Person | None,
    now: datetime,
) -> str:
    maker = asked_by or actor
    confirmer = actor if asked_by else None
    link = PasswordLink(
        person_id=person.id,
        by_id=None if maker is None else maker.id,
        confirmed_by_id=None if confirmer is None else confirmer.id,
        at=now,
    )
    session.add(link)
    session.flush()
    who = deciders.by_whom(maker, confirmer)
    told = f"{who} made a link with which your password could be set. If you did not ask for it, say so."
    deciders.tell(session, person, told, now)
    _note(session, actor, "person.changed", person, {"password_link_hours": hours}, now)
    deciders.mark_tenders(
        session,
        actor=actor,
        person=person,
        action="account.link_made",
        body={"asked_by": None if asked_by is None else asked_by.name},
        roles=person.roles,
        now=now,
    )
    return links.make(key, person, link.id, now=now, hours=hours)


def read_notices(session: Session, *, actor: Person, now: datetime) -> None:
    """The person has read what was done to their account."""
    found = unread(session, actor)
    for notice in found:
        notice.read_at = now
    if found:
        session.flush()
        _note(session, actor, "person.notice_read", actor, {"count": len(found)}, now)


def person_of(session: Session, person_id: int) -> Person:
    """The person with this id. Raises NotFound."""
    person = session.get(Person, person_id) if person_id <= LARGEST_ID else None
    if person is None:
        raise NotFound("There is no such person.")
    return person


def people_with(session: Session, emails: list[str]) -> dict[str, Person]:
    """Who has an account with one of these e-mails, by e-mail."""
    return {
        person.email: person for person in session.scalars(select(Person).where(Person.email.in_(emails)))
    }


def tidy_email(email: str) -> str:
    return text.code(email).lower()


def _add(session: Session, email: str, name: str, roles: set[str], now: datetime) -> Person:
    person = Person(
        email=email, name=text.line(name), session_token=_new_token(), created_at=now, password_hash=None
    )
    person.role_rows = [PersonRole(role=role) for role in sorted(roles)]
    session.add(person)
    try:
        session.flush()
    except IntegrityError as error:  # somebody else used the e-mail a moment ago
        raise Refusal("Email address is already in use. Try again.", "email") from error
    return person


def _note(
    session: Session,
    actor: Person | None,
    action: str,
    person: Person,
    body: dict[str, object],
    now: datetime,
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


def _check_manages(actor: Person | None) -> None:
    if actor is not None:
        require_role(actor, "administrator")


def _check_not_oneself(actor: Person | None, person: Person, what: str) -> None:
    if actor is not None and actor.id == person.id:
        raise Refusal(f"You cannot {what}. Ask another administrator.")


def _check_roles(roles: set[str]) -> None:
    if not roles:
        raise Refusal("Select at least one role", "roles")
    if not roles <= set(STAFF_ROLES):
        raise Refusal(f"Roles can be {', '.join(STAFF_ROLES)}", "roles")
    both = sorted(roles & DECIDING)
    if "administrator" in roles and both:
        raise Refusal(
            f"An administrator cannot also be {HOLDERS[both[0]]}: whoever gives roles must not hold one that "
            "decides. Give one of them to somebody else",
            "roles",
        )


def _refuse_used_email(session: Session, email: str, hint: str) -> None:
    if session.scalar(select(Person.id).where(Person.email == email)) is not None:
        raise Refusal(f"Email address is already in use. {hint}", "email")


def _new_token() -> str:
    return secrets.token_urlsafe(32)
