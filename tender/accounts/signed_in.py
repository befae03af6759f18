"""The session: who is signed in with this browser, since when, and until when.

The cookie carries the person's id, the person's session token, and two moments; it is signed, so only
this application can make one. The token changes with the password, at deactivation and at signing out, so
that a cookie copied earlier is worth nothing afterwards.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask, current_app, g, render_template, request, session

from lots.person import Person
from tender.accounts import unsent_form
from tender.accounts.forms import SignInForm
from tender.frame.context import db, now
from tender.frame.permissions import PUBLIC

NO_SESSION_NEEDED = frozenset({"static", "health.health"})


def init_app(app: Flask) -> None:
    app.before_request(load_person)


def begin_session(person: Person) -> None:
    """Sign the browser in. Whatever the session held before is dropped, its form token included."""
    session.clear()
    g.pop("csrf_token", None)  # it was made for the session that has just ended
    moment = int(now().timestamp())
    session.update(person=person.id, token=person.session_token, since=moment, seen=moment)
    _be(person)


def end_session() -> None:
    session.clear()
    g.person = None


def load_person() -> tuple[str, int] | None:
    """Set `g.person` from the session if it still holds. Answers itself where it ran out over a form."""
    g.person = None
    if request.endpoint in NO_SESSION_NEEDED or "person" not in session:
        return None
    if _is_over():
        g.session_expired = True
        return _ask_again()
    person = db.session.get(Person, session["person"])
    if person is None or not person.active or person.session_token != session.get("token"):
        session.clear()
        return None
    _be(person)
    seen = now().timestamp()
    if seen - session["seen"] >= 30:  # seconds; spares a new cookie for each of a burst of requests
        session["seen"] = int(seen)
    return None


def session_expired() -> bool:
    """Whether this request came with a session that had run out."""
    return bool(g.get("session_expired"))


def _ask_again() -> tuple[str, int] | None:
    """The sign-in page with the unsent form in it; None where nothing was being sent."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or getattr(view, "permission", PUBLIC) == PUBLIC:
        return None
    text = unsent_form.keep()
    if text is None:
        return None
    page = render_template("accounts/sign_in.html", form=SignInForm(formdata=None), unsent=text, expired=True)
    return page, 401


def _be(person: Person) -> None:
    g.person = person
    g.person_id = person.id


def _is_over() -> bool:
    moment = now()
    seen, since = _moment(session.get("seen")), _moment(session.get("since"))
    return (
        seen is None
        or since is None
        or moment - seen > timedelta(minutes=current_app.config["IDLE_MINUTES"])
        or moment - since > timedelta(hours=current_app.config["SESSION_HOURS"])
    )


def _moment(seconds: object) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
