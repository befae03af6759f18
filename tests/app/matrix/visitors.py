"""Who sends requests, and how: as a browser's, and as no browser would."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select
from werkzeug.test import TestResponse

from lots.person import Person
from tender.accounts.signed_in import begin_session
from tender.frame import context
from tests.app.client import _values
from tests.app.matrix.world import SIGNED_OUT

BOUNDARY = "a-boundary-of-ours"


@dataclass(frozen=True)
class Part:
    """One field of a form that is sent: a value, or a file where it has a name."""

    name: str
    value: bytes
    filename: str | None = None


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    seconds: float
    error: BaseException | None = None
    """What the application raised; a page for it is shown in use."""
    kind: str = ""
    location: str = ""
    """Where a redirect leads, on this site."""


class Visitor:
    """One identity with its cookie and form token."""

    def __init__(self, app: Flask, name: str, email: str) -> None:
        self.app, self.name, self.email = app, name, email
        self.person: Person | None = None
        self.roles: frozenset[str] = frozenset()
        self.enter()

    def enter(self) -> None:
        """Begin a session, whatever became of the one before."""
        self.raw = self.app.test_client()
        with self.app.test_request_context():
            context.begin()
            if self.email != SIGNED_OUT:
                person = context.db.session.scalars(select(Person).where(Person.email == self.email)).one()
                self.roles = person.roles if person.active else frozenset()
                begin_session(person)
                context.db.session.expunge_all()
                self.person = person
            self.token = generate_csrf()
            after = dict(session)
        with self.raw.session_transaction() as cookie:
            cookie.clear()
            cookie.update(after)
        self.cookie = self.raw.get_cookie(self.app.config["SESSION_COOKIE_NAME"]).value

    def get(self, path: str) -> Answer:
        return self._send(lambda: self.raw.get(path, buffered=True))

    def post(self, path: str, parts: Sequence[Part]) -> Answer:
        """Sends the parts as a form of several parts, exactly as they are."""
        body = encoded([Part("csrf_token", self.token.encode()), *parts])
        return self._send(
            lambda: self.raw.post(
                path,
                data=body,
                content_type=f"multipart/form-data; boundary={BOUNDARY}",
                buffered=True,
            )
        )

    def post_raw(self, path: str, kind: str, body: bytes) -> Answer:
        """Sends any content, with the form's token in a header."""
        return self._send(
            lambda: self.raw.post(
                path, data=body, content_type=kind, headers={"X-CSRFToken": self.token}, buffered=True
            )
        )

    def follow(self, answer: Answer) -> Answer:
        """Where a redirect leads, with the cookie that came with it."""
        return self._answer(lambda: self.raw.get(answer.location, buffered=True))

    def _send(self, send: Callable[[], TestResponse]) -> Answer:
        """With the cookie of the beginning, whatever came with answers since."""
        self.raw.set_cookie(self.app.config["SESSION_COOKIE_NAME"], self.cookie)
        return self._answer(send)

    def _answer(self, send: Callable[[], TestResponse]) -> Answer:
        began = time.monotonic()
        try:
            answer = send()
        except Exception as error:
            return Answer(500, "", time.monotonic() - began, error)
        text = answer.get_data(as_text=False)
        readable = answer.mimetype.startswith("text/") or answer.mimetype == "application/json"
        return Answer(
            answer.status_code,
            text.decode("utf-8", "replace") if readable else "",
            time.monotonic() - began,
            kind=answer.mimetype,
            location=answer.headers.get("Location", "").removeprefix("http://localhost"),
        )


def encoded(parts: Sequence[Part]) -> bytes:
    lines = []
    for part in parts:
        name = part.name.replace('"', "%22").encode()
        file = b"" if part.filename is None else b'; filename="%s"' % part.filename.encode()
        kind = b"" if part.filename is None else b"\r\nContent-Type: application/octet-stream"
        lines.append(
            b'--%s\r\nContent-Disposition: form-data; name="%s"%s%s\r\n\r\n%s\r\n'
            % (BOUNDARY.encode(), name, file, kind, part.value)
        )
    return b"".join(lines) + b"--%s--\r\n" % BOUNDARY.encode()


def forms_on(page: str) -> list[dict[str, list[str]]]:
    """The fields of each form of a page that is sent by POST, with what they hold; files and empty ticks
    have no values, and what offers a choice holds one that is on offer."""
    found = []
    for form in BeautifulSoup(page, "html.parser").find_all("form", attrs={"method": "post"}):
        values: dict[str, list[str]] = {}
        held: Mapping[str, Any] = _values(form)
        for tag in form.find_all(["input", "select", "textarea", "button"]):
            name = str(tag.get("name") or "")
            if not name or name == "csrf_token":
                continue
            value = held.get(name)
            values[name] = value if isinstance(value, list) else [] if value is None else [value]
            if not values[name] and tag.get("type") in {"radio", "checkbox"}:
                values[name] = [str(tag.get("value", "on"))]
            if tag.name == "button" and not values[name]:
                values[name] = [str(tag.get("value", "y"))]
        found.append({"": [str(form.get("action") or "")], **values})
    return found
