"""What one request works with: its session, its moment, the person who asks.

A safe request (GET, HEAD, OPTIONS) gets a read-only transaction, which the database itself enforces; any
other gets a transaction that may write, committed once when the answer is ready, or rolled back whole if
the answer is an error or the change was refused. Nobody else commits.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import Flask, Response, current_app, g, has_request_context, request
from flask_wtf import FlaskForm
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from lots import explained
from lots.log_key import IN_SESSION, LogKey
from lots.person import Person
from lots.refusal import Conflict, NotFound, NotPermitted, Refusal, Refusals
from lots.seal import Seal
from tender.frame.database import Database

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

db = Database()
"""`db.session` is the request's database session."""


class CommitRefused(RuntimeError):
    """A programming error: code tried to commit on its own, or to change something while reading."""


def now() -> datetime:
    """The one moment (UTC) of this request; every rule in it sees the same."""
    if "now" not in g:
        g.now = current_app.extensions["clock"]()
    return g.now


def current_person() -> Person:
    """The person signed in. Only for views behind `requires(...)`; otherwise use `person_or_none`."""
    person = person_or_none()
    if person is None:
        raise NotPermitted("You need to sign in first.")
    return person


def person_or_none() -> Person | None:
    return g.get("person")


def seal() -> Seal:
    """What closes and opens bids, under the installation's BID_KEY."""
    return Seal(base64.urlsafe_b64decode(current_app.config["BID_KEY"]))


def init_app(app: Flask, clock: Callable[[], datetime]) -> None:
    app.extensions["clock"] = clock
    key = base64.urlsafe_b64decode(app.config["BID_KEY"])
    sessions = sessionmaker(info={IN_SESSION: LogKey(key)})
    event.listen(sessions, "before_commit", _refuse_commit)
    explained.hold(sessions)
    db.init_app(app, sessions)
    # registered first, so it runs as the last of the after_request functions
    app.after_request(_finish)


def begin() -> None:
    """Choose the transaction that the request's method allows. The first thing done in every request."""
    if request.method in SAFE_METHODS:
        db.only_read()
    else:
        db.write()


def after_commit(act: Callable[[], None]) -> None:
    """Have this done once the request's change is in the database; never if it is not."""
    g.setdefault("after_commit", []).append(act)


def _refuse_commit(_session: Session) -> None:
    if has_request_context() and not g.get("finishing"):
        raise CommitRefused(
            "a request commits once, at its end, and only if it is not a GET; operations flush instead"
        )


def _finish(response: Response) -> Response:
    if request.method in SAFE_METHODS or not db.is_used():
        return response
    if g.get("refused"):
        db.session.rollback()
        if response.status_code == 200:
            response.status_code = 400
    elif response.status_code < 400:
        g.finishing = True
        db.session.commit()
        for act in g.pop("after_commit", []):
            act()
    else:
        db.session.rollback()
    return response


@contextmanager
def aside() -> Iterator[None]:
    """For what takes long and needs no record, such as reading an upload: no transaction runs meanwhile, so
    that nobody waits for SQLite's one writer. Before any change; what was read before is read anew after it.
    """
    session = db.session
    if session.new or session.dirty or session.deleted:
        raise CommitRefused("what takes long comes before the first change of a request")
    session.rollback()
    yield


@contextmanager
def refusals(form: FlaskForm) -> Iterator[None]:
    """Turn a refusal raised inside into an error of the form, undo the change, and go on after the block.

    The message lands on the field that it names, otherwise above the whole form. The page is then
    answered with status 400, what was typed still in it. `NotFound`, `NotPermitted` and `Conflict` are
    not the form's business and pass through to their pages.
    """
    try:
        yield
    except (NotFound, NotPermitted, Conflict):
        raise
    except Refusal as refusal:
        refuse(form, refusal)


def refuse(form: FlaskForm, refusal: Refusal) -> None:
    """Put a refusal on a form, and have everything of this request rolled back."""
    db.session.rollback()
    g.refused = True
    for fault in refusal.faults if isinstance(refusal, Refusals) else [refusal]:
        if fault.field and fault.field in form:
            field = form[fault.field]
            field.errors = [*field.errors, fault.message]
        else:
            form.form_errors.append(fault.message)


@contextmanager
def one_change() -> Iterator[Session]:
    """For commands: a session that may write, committed at the end or rolled back on any error."""
    db.write()
    try:
        yield db.session
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
