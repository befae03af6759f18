"""A page for every status, and a health address that tells the truth."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import text

from tender import create_app
from tender.frame.context import db, one_change
from tests.app.conftest import CHEAP, PASSWORD
from tests.reaching import as_owner


def test_an_address_that_does_not_exist_has_a_page(client, database):
    seen = client.get("/tenders-of-yesteryear", status=404)
    assert seen.heading == "Page not found"
    assert seen.links()["Go to the start page"] == "/"


def test_a_page_opened_the_wrong_way_says_so(client, database):
    seen = client.get("/sign-out", status=405)
    assert seen.heading == "This page cannot be opened that way"
    assert seen.headers["Allow"] == "OPTIONS, POST"


def test_a_form_without_its_token_is_refused_with_a_way_back(client, people, sign_in, read):
    sign_in("administrator@example.org")
    answer = client.raw.post(
        "/people/add",
        data={"name": "X", "email": "x@example.org", "roles": "officer"},
        headers={"Referer": "http://localhost/people/add"},
    )
    seen = client.follow(answer, "/people/add")
    assert seen.status == 400
    assert "Go back, reload the page and send it again" in seen.text
    assert seen.links()["Go back to the page before"] == "/people/add"
    assert "X x@example.org" not in client.get("/people/").text


def test_a_way_back_never_leads_elsewhere(client, database):
    answer = client.raw.post("/register", data={}, headers={"Referer": "https://evil.example/people"})
    assert "evil" not in answer.text


def test_too_large_an_upload_is_refused_by_its_page(app, client, database):
    app.config["MAX_CONTENT_LENGTH"] = 1000
    client.get("/register")
    answer = client.raw.post("/register", data={"file": (io.BytesIO(b"x" * 2000), "big.csv")})
    seen = client.follow(answer, "/register")
    assert seen.status == 413
    assert "64MB" in seen.text


def test_a_fault_shows_a_reference_and_nothing_of_itself(app, client, database, capsys, monkeypatch):
    app.testing = False

    def fails(*_arguments, **_named):
        raise ValueError("secret from a bid")

    monkeypatch.setattr("tender.frame.home.render_template", fails)
    seen = client.get("/help", status=500)
    assert seen.heading == "Sorry, something went wrong"
    assert seen.headers["X-Request-ID"] in seen.text
    logged = capsys.readouterr().out
    assert seen.headers["X-Request-ID"] in logged
    assert "ValueError" in logged
    assert "secret from a bid" not in seen.html.get_text() + logged


@pytest.fixture
def no_tables(app):
    """The database as it is when somebody forgot to make the tables, or it is away."""
    with app.app_context(), one_change() as session, as_owner(session) as connection:
        connection.execute(text("ALTER TABLE person RENAME TO person_away"))


def test_health_is_good_while_the_database_can_be_read(client, database):
    seen = client.get("/health")
    assert seen.response.json == {"status": "ok"}
    assert "Set-Cookie" not in seen.headers


def test_health_is_bad_when_the_database_cannot_be_read(client, no_tables):
    seen = client.get("/health", status=503)
    assert seen.response.json == {"status": "the database cannot be read"}


def test_a_database_that_is_away_is_told_as_503(app, client, people, sign_in, clock, tmp_path):
    browser = sign_in("officer@example.org")
    away = create_app(
        {
            "DATABASE_URL": f"postgresql://nobody@/nothing?host={tmp_path}",
            "TENDER_EXAMPLE": "1",
            **CHEAP,
        },
        clock,  # the one by which the session began: by today's it would be over
    )
    cookie = browser.raw.get_cookie("tender").value
    stranded = away.test_client()
    stranded.set_cookie("tender", cookie)
    answer = stranded.get("/account")
    assert answer.status_code == 503
    assert "The database does not answer" in answer.text
    with away.app_context():
        db.engine.dispose()
    assert PASSWORD not in answer.text
