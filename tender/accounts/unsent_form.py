"""The form that somebody was sending when their session was gone: the page holds it until they sign in again.

Nothing is stored. The sign-in page carries the fields, encrypted and bound to the person and the address;
after the same person has signed in, a page with one button sends them again. Who typed them is told by the
form's own token, which is made for one person's session and outlives it: so it does not matter whether the
session ran out, was ended in another tab, or went with its cookie. Should the token have been made under
another SECRET_KEY, the browser must say besides that the form was on a page of ours.

Passwords, files and forms that no page of ours has sent are never kept.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app, request, session
from itsdangerous import BadData, URLSafeTimedSerializer

from lots.refusal import Refusal
from lots.seal import Seal
from tender.frame.context import now
from tender.frame.forms import is_secret

TOKEN = "csrf_token"  # noqa: S105  a field's name, and the session's
LIFE = timedelta(hours=2)
OLDEST_PAGE = 26 * 60 * 60
"""Seconds that a page may have been open: as long as a session can last, and LIFE."""
MOST_BYTES = 1024 * 1024
"""Of what is kept: many times the longest answers, and a third of the largest form that is read."""
PLACE = "a form kept over signing in"


@dataclass(frozen=True)
class UnsentForm:
    person_id: int | None
    """Who typed it; None for a page that needs no account."""
    address: str
    fields: list[tuple[str, str]]
    had_file: bool
    had_secret: bool


def mark_session(person_id: int) -> None:
    """Have the tokens of the session's forms tell whose they are, even when the session is gone."""
    session[TOKEN] = f"{person_id}:{secrets.token_hex(20)}"


def take() -> UnsentForm | None:
    """What this request sends; None where no page of ours sent it, nothing is in it, or it is too much."""
    given = request.form.get(TOKEN, "")
    own = _typed_by(given)
    if own is None:
        return None
    texts = [(name, value) for name, value in request.form.items(multi=True) if name != TOKEN]
    fields = [(name, value) for name, value in texts if not is_secret(name)]
    if not fields or sum(len(name) + len(value.encode()) for name, value in fields) > MOST_BYTES:
        return None
    return UnsentForm(
        own[0],
        request.full_path.rstrip("?"),
        fields,
        had_file=any(file.filename for file in request.files.values()),
        had_secret=len(fields) < len(texts),
    )


def kept(unsent: UnsentForm) -> str:
    """The form as a text that only `read` can read, for the sign-in page to hold."""
    until = int((now() + LIFE).timestamp())
    content = [
        unsent.person_id, unsent.address, unsent.fields, unsent.had_file, unsent.had_secret, until,
    ]  # fmt: skip
    plain = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
    return base64.urlsafe_b64encode(_seal().close(plain, about=PLACE)).decode()


def read(text: str | None) -> UnsentForm | None:
    """The form that `kept` holds, if it is unaltered and not too old."""
    if not text:
        return None
    try:
        plain = _seal().open(base64.urlsafe_b64decode(text), about=PLACE)
    except (Refusal, ValueError, binascii.Error):
        return None
    person_id, address, fields, had_file, had_secret, until = json.loads(plain)
    if now().timestamp() > until:
        return None
    return UnsentForm(person_id, address, [(name, value) for name, value in fields], had_file, had_secret)


def _typed_by(token: str) -> tuple[int | None] | None:
    """In a tuple, whose page the token was on; None where it was on no page of ours."""
    if len(token) > 500:
        return None
    signer = URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="wtf-csrf-token")
    try:
        mark = signer.loads(token, max_age=OLDEST_PAGE)
    except BadData:
        if not _came_from_here():
            return None
        mark = _unsigned(signer, token)
    if not isinstance(mark, str):
        return None
    person, colon, _ = mark.partition(":")
    if not colon:
        # a page for everybody: anybody can have such a token, so the browser has to vouch for it
        return (None,) if _came_from_here() else None
    return (int(person),) if person.isascii() and person.isdecimal() and len(person) < 11 else None


def _unsigned(signer: URLSafeTimedSerializer, token: str) -> Any:
    """What a token says that was signed with another key."""
    try:
        return signer.loads_unsafe(token)[1]
    except ValueError:
        return None


def _came_from_here() -> bool:
    """Whether the browser says that a page of this site sent the form: no page can make it say so."""
    return (
        request.headers.get("Origin") == request.host_url.rstrip("/")
        or request.headers.get("Sec-Fetch-Site") == "same-origin"
    )


def _seal() -> Seal:
    key = f"{PLACE}\n{current_app.config['SECRET_KEY']}".encode()
    return Seal(hashlib.sha256(key).digest())
