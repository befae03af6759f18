"""One commit a request; none on a GET; nothing half-done after a refusal."""

from __future__ import annotations

import json

import pytest
from flask import Blueprint, g, redirect, render_template_string
from flask import session as browser_session
from flask_wtf import FlaskForm
from sqlalchemy import create_engine, func, insert, select, text
from sqlalchemy.exc import DBAPIError, TimeoutError
from wtforms import StringField

from lots.person import Person, SignInAttempt
from lots.refusal import Conflict, NotFound, NotPermitted, Refusal, Refusals
from tender.frame import permissions
from tender.frame.context import CommitRefused, db, now, refusals
from tests.postgresql import SUPERUSER, by


class NoteForm(FlaskForm):
    note = StringField("Note")


def note() -> SignInAttempt:
    """Any row will do."""
    row = SignInAttempt(email_hash="e", address_hash="a", at=now())
    db.session.add(row)
    db.session.flush()
    return row


@pytest.fixture
def routes(app):
    """Adds views to the application: `routes("/path", function)`, for GET and POST."""
    app.config["WTF_CSRF_ENABLED"] = False
    blueprint = Blueprint("trial", __name__)

    def add(path, view):
        blueprint.add_url_rule(path, path.strip("/"), permissions.public(view), methods=["GET", "POST"])

    def finish():
        app.register_blueprint(blueprint)
        return app.test_client()

    return add, finish


@pytest.fixture
def notes(read):
    def count():
        with read() as session:
            return session.scalar(select(func.count()).select_from(SignInAttempt))

    return count


def test_a_post_commits_once_at_its_end(routes, notes):
    add, finish = routes
    add("/note", lambda: (note(), "noted")[1])
    assert finish().post("/note").status_code == 200
    assert notes() == 1


@pytest.mark.parametrize(
    "step",
    [
        lambda: db.session.execute(insert(SignInAttempt).values(email_hash="e", address_hash="a", at=now())),
        lambda: db.session.execute(text("UPDATE person SET name = 'Mallory'")),
        lambda: db.session.execute(text("DELETE FROM person")),
        note,
    ],
    ids=["insert", "update", "delete", "flush"],
)
def test_a_get_cannot_change_anything_because_the_database_refuses(routes, people, step, read):
    add, finish = routes
    add("/change", lambda: (step(), "changed")[1])
    with pytest.raises(DBAPIError):
        finish().get("/change")
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 10
        assert session.scalar(select(Person.name).where(Person.name == "Mallory")) is None


def test_a_connection_that_served_a_get_can_write_for_the_next_request(routes, notes):
    add, finish = routes
    add("/read", lambda: str(db.session.scalar(select(func.count()).select_from(Person))))
    add("/note", lambda: (note(), "noted")[1])
    browser = finish()
    for _ in range(3):
        assert browser.get("/read").status_code == 200
        assert browser.post("/note").status_code == 200
    assert notes() == 3


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_view_cannot_commit_by_itself(routes, method, notes):
    add, finish = routes
    add("/commit", lambda: (db.session.commit(), "committed")[1])
    with pytest.raises(CommitRefused):
        getattr(finish(), method)("/commit")
    assert notes() == 0


@pytest.mark.parametrize(
    ("refusal", "status", "heading"),
    [
        (NotFound("There is no such tender."), 404, "Page not found"),
        (NotPermitted("Only the moderator may."), 403, "You cannot see or do this"),
        (Conflict("Oscar opened it a moment ago."), 409, "Somebody else was first"),
        (Refusal("The deadline has passed."), 400, "This could not be done"),
    ],
)
def test_a_refusal_undoes_the_change_and_says_why(routes, notes, refusal, status, heading):
    add, finish = routes

    def view():
        note()
        raise refusal

    add("/refused", view)
    answer = finish().post("/refused")
    assert answer.status_code == status
    assert heading in answer.text
    assert refusal.message in answer.text
    assert notes() == 0


def test_a_refusal_caught_for_a_form_undoes_the_change_and_answers_400(routes, notes):
    add, finish = routes

    def view():
        form = NoteForm()
        if form.validate_on_submit():
            with refusals(form):
                note()
                raise Refusals([Refusal("Too long", "note"), Refusal("Too late"), Refusal("Odd", "nowhere")])
            return render_template_string("{{ form.errors }}", form=form)
        return redirect("/")

    add("/form", view)
    answer = finish().post("/form", data={"note": "kept"})
    assert answer.status_code == 400
    assert all(message in answer.text for message in ("Too long", "Too late", "Odd"))
    assert notes() == 0


def test_a_refused_step_is_not_saved_even_if_the_view_redirects(routes, notes):
    add, finish = routes

    def view():
        form = NoteForm()
        with refusals(form):
            note()
            raise Refusal("No")
        note()
        return redirect("/")

    add("/careless", view)
    finish().post("/careless")
    assert notes() == 0


def test_a_fault_undoes_the_change(routes, notes, app):
    add, finish = routes
    app.testing = False

    def view():
        note()
        raise RuntimeError("a bug with a secret in it")

    add("/bug", view)
    answer = finish().post("/bug")
    assert answer.status_code == 500
    assert "Nothing was saved" in answer.text
    assert "secret" not in answer.text
    assert notes() == 0


def test_an_answer_with_an_error_status_undoes_the_change(routes, notes):
    add, finish = routes
    add("/teapot", lambda: (note(), ("no", 422))[1])
    finish().post("/teapot")
    assert notes() == 0


def test_every_rule_in_one_request_sees_the_same_moment(routes, clock):
    add, finish = routes

    def view():
        first = now()
        clock.forward(seconds=5)
        return str(first == now() == g.now)

    add("/now", view)
    assert finish().get("/now").text == "True"


@pytest.fixture
def lose(database):
    """Takes the database away from the session in the middle of its transaction: PostgreSQL ends the
    connection, and SQLite finds its disk full."""

    def run():
        if database.startswith("sqlite"):
            pages = db.session.scalar(text("PRAGMA page_count"))
            db.session.execute(text(f"PRAGMA max_page_count = {pages}"))
            db.session.execute(
                insert(SignInAttempt).values(email_hash="e" * 9**6, address_hash="a", at=now())
            )
            return
        number = db.session.scalar(text("SELECT pg_backend_pid()"))
        superuser = create_engine(by(SUPERUSER, database))
        with superuser.connect() as connection:
            connection.execute(text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number})
        superuser.dispose()

    return run


def test_a_database_lost_at_the_commit_is_told_as_503_with_a_line_in_the_log_and_no_cookie(
    routes, notes, app, lose, capsys
):
    add, finish = routes
    app.testing = False

    def view():
        note()
        browser_session["word"] = "kept"
        lose()
        return redirect("/")

    add("/lost", view)
    answer = finish().post("/lost")
    assert answer.status_code == 503
    assert "The database does not answer" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert "Location" not in answer.headers
    assert answer.headers["Content-Security-Policy"]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert [line["event"] for line in lines] == ["fault", "request"]
    assert lines[1]["status"] == 503
    assert notes() == 0


def test_when_every_connection_is_taken_for_too_long_the_answer_is_503(routes, app):
    add, finish = routes
    app.testing = False

    def view():
        raise TimeoutError("QueuePool limit of size 5 overflow 10 reached, connection timed out")

    add("/busy", view)
    assert finish().get("/busy").status_code == 503
