"""The form that somebody was sending when their session ran out: the page holds it until they sign in again.

Nothing is stored. The sign-in page carries the fields, signed and bound to the person and the address;
after the same person has signed in, a page with one button sends them again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, request, session
from flask_wtf.csrf import validate_csrf
from itsdangerous import BadSignature, URLSafeSerializer
from wtforms.validators import ValidationError

from tender.frame.context import now

TOKEN = "csrf_token"  # noqa: S105  a field's name
LIFE = timedelta(hours=2)


@dataclass(frozen=True)
class UnsentForm:
    person_id: int
    address: str
    fields: list[tuple[str, str]]
    had_file: bool


def keep() -> str | None:
    """The request's form as a signed text; None where it is not a form of ours in this person's session."""
    try:
        validate_csrf(request.form.get(TOKEN))
    except ValidationError:
        return None
    fields = [[name, value] for name, value in request.form.items(multi=True) if name != TOKEN]
    had_file = any(file.filename for file in request.files.values())
    until = int((now() + LIFE).timestamp())
    signed = _signer().dumps([session["person"], request.full_path.rstrip("?"), fields, had_file, until])
    return signed.decode() if isinstance(signed, bytes) else signed


def read(text: str | None) -> UnsentForm | None:
    """The form that `keep` signed, if it is unaltered and not too old."""
    if not text:
        return None
    try:
        person_id, address, fields, had_file, until = _signer().loads(text)
    except (BadSignature, ValueError, TypeError):
        return None
    if now().timestamp() > until:
        return None
    return UnsentForm(person_id, address, [(name, value) for name, value in fields], had_file)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="a form kept over signing in")
