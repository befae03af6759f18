"""The session: who is signed in with this browser, since when, and until when.

The cookie carries the person's id, the person's session token, and two moments; it is signed, so only
this application can make one. The token changes with the password, at deactivation and at signing out, so
that a cookie copied earlier is worth nothing afterwards.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask, current_app, g, render_template, request, session
from flask_wtf.csrf import CSRFError

from lots.person import Person
from tender.accounts import unsent_form
from tender.accounts.forms import SignInForm
from tender.accounts.unsent_form import UnsentForm
from tender.frame import errors
from tender.frame.context import db, now
from tender.frame.permissions import PUBLIC

NO_SESSION_NEEDED = frozenset({"static", "health.health"})


def init_app(app: Flask) -> None:
    app.before_request(load_person)
    errors.give_back(app, sent_in_vain)


def begin_session(person: Person) -> None:
    """Sign the browser in. Whatever the session held before is dropped, its form token included."""
    session.clear()
    g.pop("csrf_token", None)  # it was made for the session that has just ended
    moment = int(now().timestamp())
    session.update(person=person.id, token=person.session_token, since=moment, seen=moment)
    unsent_form.mark_session(person.id)
    _be(person)


def end_session() -> None:
    session.clear()
    g.person = None


def load_person() -> tuple[str, int] | None:
    """Set `g.person` from the session if it still holds. Answers itself where it is gone over a form."""
    g.person = None
    if request.endpoint in NO_SESSION_NEEDED:
        return None
    if "person" not in session:
        return _ask_again()
    if _is_over():
        g.session_expired = True
        return _ask_again()
    person = db.session.get(Person, session["person"])
    if person is None or not person.active or person.session_token != session.get("token"):
        session.clear()
        return _ask_again()
    _be(person)
    seen = now().timestamp()
    if seen - session["seen"] >= 30:  # seconds; spares a new cookie for each of a burst of requests
        session["seen"] = int(seen)
    return None


def session_expired() -> bool:
    """Whether this request came with a session that had run out."""
    return bool(g.get("session_expired"))


def _ask_again() -> tuple[str, int] | None:
    """The sign-in page with the unsent form in it; None where nothing was being sent, or anybody may."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or getattr(view, "permission", PUBLIC) == PUBLIC:
        return None
    unsent = unsent_form.take()
    return None if unsent is None else ask_to_sign_in(unsent)


def ask_to_sign_in(unsent: UnsentForm) -> tuple[str, int]:
    """The sign-in page, with a form in it that goes on once the person who typed it has signed in."""
    page = render_template(
        "accounts/sign_in.html",
        form=SignInForm(formdata=None),
        unsent=unsent_form.kept(unsent),
        expired=session_expired(),
        signed_in=g.person is not None,
    )
    return page, 401


def sent_in_vain(error: CSRFError) -> tuple[str, int] | None:
    """Where a form is refused because its page was opened in another session: the page that gives back what
    was typed, to whoever typed it. None where no page of ours sent the form."""
    unsent = unsent_form.take()
    if unsent is None:
        return None
    g.refused = True
    if unsent.person_id == (g.person.id if g.person is not None else None):
        return render_template("accounts/unsent_form.html", unsent=unsent, again=True), 400
    return ask_to_sign_in(unsent)


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
