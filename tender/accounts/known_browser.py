"""Browsers with which somebody has signed in before. From them, a stranger's wrong guesses lock nobody out.

A signed cookie names up to MOST people and, for each, a number of the browser's own. It lets nobody in: a
password is still needed. It is void for a person whose password has changed since.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from lots.person import Person
from tender.frame.context import now

LIFE = timedelta(days=180)
MOST = 5
"""People who share a browser and are all remembered."""
LONGEST = 2000
"""Characters of the cookie; ours is shorter."""


def cookie_name() -> str:
    return f"{'__Host-' if current_app.config['SESSION_COOKIE_SECURE'] else ''}tender-known"


def number(person: Person | None) -> str | None:
    """The browser's number, if this person has signed in with it; else None."""
    if person is None:
        return None
    return next((entry[1] for entry in _entries() if _is_of(entry, person)), None)


def remember(person: Person) -> None:
    """Send the cookie that makes this browser known with the answer to this request."""
    others = [entry for entry in _entries() if entry[0] != person.id]
    own = number(person) or secrets.token_urlsafe(9)
    until = int((now() + LIFE).timestamp())
    entries = [[person.id, own, _mark(person), until], *others][:MOST]

    @after_this_request
    def send(response: Response) -> Response:
        if response.status_code < 400:
            response.set_cookie(
                cookie_name(),
                _text(entries),
                max_age=LIFE,
                secure=current_app.config["SESSION_COOKIE_SECURE"],
                httponly=True,
                samesite="Lax",
            )
        return response


def _entries() -> list[list[Any]]:
    """Person's id, browser's number, mark and last second of each that the cookie holds."""
    given = request.cookies.get(cookie_name(), "")
    if not given or len(given) > LONGEST:
        return []
    try:
        entries = _signer().loads(given)
    except BadSignature:
        return []
    return [entry for entry in entries if entry[3] > now().timestamp()]


def _is_of(entry: list[Any], person: Person) -> bool:
    return entry[0] == person.id and hmac.compare_digest(str(entry[2]), _mark(person))


def _mark(person: Person) -> str:
    """Changes with the password."""
    return hashlib.sha256(f"{person.id}\n{person.password_hash}".encode()).hexdigest()[:16]


def _text(entries: list[list[Any]]) -> str:
    signed = _signer().dumps(entries)
    return signed.decode() if isinstance(signed, bytes) else signed


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="a browser that is known")
