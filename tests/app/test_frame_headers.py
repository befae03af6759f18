"""What the browser is told to allow."""

from __future__ import annotations

import pytest

from tender import create_app
from tests.app.conftest import CHEAP, PASSWORD

REAL = {
    "TENDER_EXAMPLE": "0",
    "SECRET_KEY": "k7Jq2mXw9ZbT4vRc8NpL1sYd6FgH3aEu",
    "BID_KEY": "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ_u3cuqmHZUM=",
    "PASSWORD_MEMORY_KIB": "19456",
    "PASSWORD_ROUNDS": "1",
}


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere", "/health", "/static/tender.css"])
def test_every_answer_forbids_what_these_pages_do_not_need(client, database, path):
    headers = client.raw.get(path, buffered=True).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_pages_of_somebody_signed_in_are_stored_nowhere(client, people, sign_in):
    sign_in("officer@example.org")
    assert client.get("/account").headers["Cache-Control"] == "no-store"
    assert client.get("/nowhere", status=404).headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_for_ever_under_the_address_of_their_content(client, database):
    page = client.get("/")
    address = page.html.find("link", rel="stylesheet")["href"]
    assert "immutable" in client.get(address).headers["Cache-Control"]
    assert client.get("/static/tender.css").headers["Cache-Control"] == "no-cache"


def test_the_style_sheet_has_no_font_that_only_central_government_may_use(client, database):
    css = client.get("/static/tender.css").response.text
    assert "GDS Transport" not in css
    assert "@font-face" not in css
    assert "Helvetica Neue" in css


def test_in_real_use_the_cookie_is_only_for_this_host_over_https(database):
    app = create_app({"DATABASE_URL": database, **REAL})
    client = app.test_client()
    answer = client.get("/sign-in", base_url="https://tenders.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-tender=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    close(app)


def test_a_trusted_proxy_tells_of_https_and_of_the_visitors_address(database):
    app = create_app({"DATABASE_URL": database, **REAL, "TRUSTED_PROXIES": "1"})
    forwarded = {"X-Forwarded-Proto": "https", "X-Request-ID": "proxy-gave-this-1"}
    answer = app.test_client().get("/", headers=forwarded)
    assert "Strict-Transport-Security" in answer.headers
    assert answer.headers["X-Request-ID"] == "proxy-gave-this-1"
    close(app)


def test_without_a_trusted_proxy_forwarded_headers_count_for_nothing(database):
    app = create_app({"DATABASE_URL": database, **REAL})
    forwarded = {"X-Forwarded-Proto": "https", "X-Request-ID": "proxy-gave-this-1"}
    answer = app.test_client().get("/", headers=forwarded)
    assert "Strict-Transport-Security" not in answer.headers
    assert answer.headers["X-Request-ID"] != "proxy-gave-this-1"
    close(app)


def test_only_trusted_host_names_are_answered(database):
    app = create_app({"DATABASE_URL": database, **REAL, "TRUSTED_HOSTS": "tenders.example, localhost"})
    client = app.test_client()
    assert client.get("/", base_url="https://tenders.example").status_code == 200
    refused = client.get("/", base_url="https://evil.example")
    assert (refused.status_code, refused.text) == (400, "This host name is not served here.")
    close(app)


def test_the_example_answers_no_other_machine(client, people):
    answer = client.raw.get("/", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code == 403
    assert "to the machine it runs on" in answer.text
    assert client.raw.get("/", base_url="http://tenders.example").status_code == 403
    assert client.raw.get("/", base_url="http://127.0.0.1:5000").status_code == 200
    assert client.raw.get("/", base_url="http://[::1]:5000").status_code == 200


def test_a_form_from_another_site_is_refused_over_https(database):
    app = create_app({"DATABASE_URL": database, **REAL})
    client = app.test_client()
    page = client.get("/sign-in", base_url="https://tenders.example")
    token = page.text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    answer = client.post(
        "/sign-in",
        base_url="https://tenders.example",
        data={"csrf_token": token, "email": "a@example.org", "password": PASSWORD},
        headers={"Referer": "https://evil.example/"},
    )
    assert answer.status_code == 400
    close(app)


def close(app) -> None:
    from tender.frame.context import db

    with app.app_context():
        db.engine.dispose()


def test_the_cheap_hashes_of_tests_are_refused_in_real_use():
    from tender.settings import SettingsRefused

    with pytest.raises(SettingsRefused, match="PASSWORD_MEMORY_KIB"):
        create_app({**REAL, **CHEAP})
