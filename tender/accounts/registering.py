"""Registering a provider in two steps: somebody asks, and whoever reads the e-mail given confirms.

Nobody learns from it who has an account: the answer is the same whether or not the e-mail is in use, and its
owner is told that somebody tried.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lots import event
from lots.person import Person, require_role
from lots.refusal import NotFound, Refusal
from lots.registration import Registration
from tender.accounts import operations
from tender.accounts.attempts import Guesser
from tender.accounts.passwords import Passwords

USELESS = (
    "This link has been used, has run out, has been replaced by a newer one, or is incomplete. "
    "If you cannot sign in yet, register again."
)
MOST_WAITING = 2000
"""Registrations that wait at a time, all in all: so many that only an attack reaches it."""
MOST_LETTERS = 3
"""To one e-mail while its registrations wait: nobody's letter box is filled through this page."""


class TooManyRegistrations(Refusal):
    pass


@dataclass(frozen=True)
class Asked:
    """What somebody says who wants to register."""

    company: str
    name: str
    email: str


@dataclass(frozen=True)
class RegistrationLimits:
    """`for_address` registrations an hour from one address. Each waits `hours`; `key` keys the hashes."""

    key: bytes
    hours: int
    for_address: int


@dataclass(frozen=True)
class Asking:
    """What came of it, for the letter alone."""

    secret: str
    owner: Person | None
    """Who has this e-mail already."""
    letter: bool
    """Whether one more may be written to it."""


def ask(
    session: Session, asked: Asked, *, guesser: Guesser, limits: RegistrationLimits, now: datetime
) -> Asking:
    """Keep the registration until it is confirmed. Raises TooManyRegistrations."""
    place = hmac.new(limits.key, f"registers:{guesser.place}".encode(), hashlib.sha256).hexdigest()
    email = operations.tidy_email(asked.email)
    session.execute(delete(Registration).where(Registration.at <= now - timedelta(hours=limits.hours)))
    _check_limits(session, place, limits, now)
    before = _count(session, Registration.email == email)
    secret = secrets.token_urlsafe(24)
    session.add(
        Registration(
            company=asked.company,
            name=asked.name,
            email=email,
            secret_hash=_hash(secret),
            address_hash=place,
            at=now,
        )
    )
    session.flush()
    owner = session.scalar(select(Person).where(Person.email == email))
    return Asking(secret, owner, letter=before < MOST_LETTERS)


def _check_limits(session: Session, place: str, limits: RegistrationLimits, now: datetime) -> None:
    recent = (Registration.address_hash == place, Registration.at > now - timedelta(hours=1))
    if _count(session, *recent) >= limits.for_address:
        raise TooManyRegistrations(
            "Several registrations came from your network within an hour. Wait an hour, then try again, "
            "or ask the council for help."
        )
    if _count(session) >= MOST_WAITING:
        raise TooManyRegistrations(
            "Too many registrations wait to be confirmed. Try again tomorrow, or ask the council for help."
        )


def waiting(session: Session, secret: str, *, hours: int, now: datetime) -> Registration:
    """The registration that a link confirms. Raises Refusal where it confirms none any more."""
    found = session.scalar(
        select(Registration).where(
            Registration.secret_hash == _hash(secret), Registration.at > now - timedelta(hours=hours)
        )
    )
    if found is None or not _is_last(session, found) or _is_used(session, found.email):
        raise Refusal(USELESS)
    return found


def confirm(
    session: Session, registration: Registration, *, password: str, passwords: Passwords, now: datetime
) -> Person:
    """Make the provider and the person who acts for it, with the password that they chose."""
    given = operations.Registration(registration.company, registration.name, registration.email, password)
    person = operations.register_provider(session, given, passwords=passwords, now=now)
    session.execute(delete(Registration).where(Registration.email == person.email))
    return person


def all_waiting(session: Session, *, hours: int, now: datetime) -> list[Registration]:
    """Those that an administrator may pass on: the last of each e-mail, newest first."""
    last = select(func.max(Registration.id)).group_by(Registration.email)
    return list(
        session.scalars(
            select(Registration)
            .where(Registration.id.in_(last), Registration.at > now - timedelta(hours=hours))
            .order_by(Registration.id.desc())
        )
    )


def count_waiting(session: Session) -> int:
    """How many e-mails wait to be confirmed, those included that have run out since the last came."""
    return session.scalar(select(func.count(Registration.email.distinct()))) or 0


def pass_on(
    session: Session, registration_id: int, *, actor: Person, now: datetime
) -> tuple[Registration, str]:
    """A new link for a registration, and no other works. That it was made is an event: whoever passes it on
    vouches for the e-mail. Raises NotFound; Refusal where the e-mail has an account."""
    require_role(actor, "administrator")
    registration = session.get(Registration, registration_id)
    if registration is None:
        raise NotFound("There is no such registration. It may have been confirmed, or have run out.")
    if _is_used(session, registration.email):
        raise Refusal(
            f"{registration.email} has an account already. Find it in the list of people, and make a link "
            "to set its password there."
        )
    secret = secrets.token_urlsafe(24)
    registration.secret_hash, registration.at = _hash(secret), now
    session.flush()
    event.write(
        session,
        tender=None,
        actor=actor,
        action="registration.passed_on",
        subject=registration.company,
        body={"company": registration.company, "name": registration.name},
        now=now,
    )
    return registration, secret


def _is_last(session: Session, registration: Registration) -> bool:
    last = select(func.max(Registration.id)).where(Registration.email == registration.email)
    return session.scalar(last) == registration.id


def _is_used(session: Session, email: str) -> bool:
    return session.scalar(select(Person.id).where(Person.email == email)) is not None


def _count(session: Session, *which: object) -> int:
    return session.scalar(select(func.count()).select_from(Registration).where(*which)) or 0  # type: ignore[arg-type]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
