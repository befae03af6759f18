"""One-time links to set a password: signed, good until their hour, void once a password was set or another
link was made."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from lots.account import last_link
from lots.person import Person
from lots.refusal import Refusal

USELESS = (
    "This link has been used, has run out, has been replaced by a newer one, or is incomplete. "
    "Ask an administrator for a new one."
)


def make(key: str, person: Person, link_id: int, *, now: datetime, hours: int) -> str:
    """The secret part of the link's address. It works while no later link was made for the person."""
    until = int((now + timedelta(hours=hours)).timestamp())
    return _signer(key).dumps([person.id, link_id, _mark(person), until])


def person_for(key: str, secret: str, session: Session, *, now: datetime) -> Person:
    """Whose password the link sets. Raises Refusal where it sets nobody's."""
    try:
        person_id, link_id, mark, until = _signer(key).loads(secret)
    except (BadSignature, ValueError, TypeError):
        raise Refusal(USELESS) from None
    person = session.get(Person, person_id)
    last = None if person is None else last_link(session, person)
    if (
        person is None
        or last is None
        or last.id != link_id
        or not person.active
        or not hmac.compare_digest(mark, _mark(person))
        or now.timestamp() >= until
    ):
        raise Refusal(USELESS)
    return person


def _signer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt="set a password")


def _mark(person: Person) -> str:
    """Changes whenever a password is set, since the session token does."""
    return hashlib.sha256(f"{person.session_token}\n{person.password_hash}".encode()).hexdigest()[:24]
