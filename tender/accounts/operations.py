"""What changes accounts. Each checks, changes, writes the event and flushes; the request commits."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lots import event, text
from lots.person import ROLES, Person, PersonRole, require_role
from lots.provider import Provider
from lots.refusal import NotFound, Refusal
from lots.tender import LARGEST_ID
from tender.accounts import links
from tender.accounts.attempts import AttemptLimits
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
    address: str,
    limits: AttemptLimits,
    passwords: Passwords,
    now: datetime,
) -> Person | None:
    """The person whose e-mail and password these are; None, with the failure noted, if there is none.

    Raises TooManyAttempts. Takes as long for an unknown e-mail as for a wrong password.
    """
    email = tidy_email(email)
    # the row lock makes guesses at one account queue, so that each counts before the next is tried
    person = session.scalar(select(Person).where(Person.email == email).with_for_update())
    limits.check(session, email=email, address=address, now=now)
    right = passwords.is_right(person.password_hash if person else None, password)
    if person is None or not right or not person.active:
        limits.failed(session, email=email, address=address, now=now)
        return None
    limits.succeeded(session, email=email)
    if person.password_hash and passwords.is_outdated(person.password_hash):
        person.password_hash = passwords.hash(password)
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
    person = _add(session, email, name, roles, now)
    _note(session, actor, "person.added", person, {"roles": sorted(roles)}, now)
    return person


def change_roles(
    session: Session, *, actor: Person | None, person: Person, roles: set[str], now: datetime
) -> None:
    """Give the person exactly these roles."""
    _check_manages(actor)
    _check_not_oneself(actor, person, "change your own roles")
    if person.provider_id is not None:
        raise Refusal("Somebody who acts for a provider can have no other role.", "roles")
    _check_roles(roles)
    before = person.roles
    if before == roles:
        return
    person.role_rows = [row for row in person.role_rows if row.role in roles] + [
        PersonRole(role=role) for role in sorted(roles - before)
    ]
    session.flush()
    _note(session, actor, "person.changed", person, {"roles": sorted(roles), "were": sorted(before)}, now)


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


def change_password(
    session: Session, *, actor: Person, present: str, new: str, passwords: Passwords, now: datetime
) -> None:
    """Change one's own password, which signs out every other browser."""
    if not passwords.is_right(actor.password_hash, present):
        raise Refusal("Present password is not right", "present")
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


def make_password_link(
    session: Session, *, actor: Person | None, person: Person, key: str, hours: int, now: datetime
) -> str:
    """The secret part of a link with which the person sets a password once. That it was made is an event,
    since whoever holds it could sign in as that person."""
    _check_manages(actor)
    _check_not_oneself(actor, person, "make a link for yourself")
    if not person.active:
        raise Refusal(f"{person.name} cannot sign in. Give them access first.")
    _note(session, actor, "person.changed", person, {"password_link_hours": hours}, now)
    return links.make(key, person, now=now, hours=hours)


def person_of(session: Session, person_id: int) -> Person:
    """The person with this id. Raises NotFound."""
    person = session.get(Person, person_id) if person_id <= LARGEST_ID else None
    if person is None:
        raise NotFound("There is no such person.")
    return person


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


def _refuse_used_email(session: Session, email: str, hint: str) -> None:
    if session.scalar(select(Person.id).where(Person.email == email)) is not None:
        raise Refusal(f"Email address is already in use. {hint}", "email")


def _new_token() -> str:
    return secrets.token_urlsafe(32)
