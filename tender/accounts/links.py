"""One-time links to set a password: signed, good until their hour, void once a password was set or another
link was made."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from lots.person import Person
from lots.refusal import Refusal

USELESS = (
    "This link has been used, has run out, has been replaced by a newer one, or is incomplete. "
    "Ask an administrator for a new one."
)


def make(key: str, person: Person, *, now: datetime, hours: int) -> str:
    """The secret part of a new link's address. Any link made before stops working."""
    until = int((now + timedelta(hours=hours)).timestamp())
    person.password_link = secrets.token_urlsafe(18)
    return _signer(key).dumps([person.id, person.password_link, until])


def person_for(key: str, secret: str, session: Session, *, now: datetime) -> Person:
    """Whose password the link sets. Raises Refusal where it sets nobody's."""
    try:
        person_id, mark, until = _signer(key).loads(secret)
    except (BadSignature, ValueError, TypeError):
        raise Refusal(USELESS) from None
    person = session.get(Person, person_id)
    if (
        person is None
        or not person.active
        or person.password_link is None
        or not hmac.compare_digest(str(mark), person.password_link)
        or now.timestamp() >= until
    ):
        raise Refusal(USELESS)
    return person


def _signer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt="set a password")
