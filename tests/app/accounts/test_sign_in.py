"""Signing in and out, and what keeps strangers out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lots.person import Person, SignInAttempt
from tender.accounts import operations
from tender.accounts.passwords import Passwords
from tests.app.conftest import PASSWORD

NO_MATCH = ["Email address and password do not match an account"]


def test_a_person_signs_in_with_email_and_password(client, people):
    seen = client.post_form("/sign-in", {"email": " Officer@Example.org ", "password": PASSWORD})
    assert seen.heading == "Start"
    assert "Olive Officer" in seen.html.header.get_text()


def test_a_wrong_password_and_an_unknown_email_are_told_alike(client, people):
    wrong = client.post_form("/sign-in", {"email": "officer@example.org", "password": "no"})
    unknown = client.post_form("/sign-in", {"email": "nobody@example.org", "password": "no"})
    assert wrong.errors == unknown.errors == NO_MATCH
    assert wrong.value("email") == "officer@example.org"
    assert wrong.value("password") == ""


def test_signing_in_with_an_unknown_email_costs_a_hash(client, people, monkeypatch):
    checked = []
    is_right = Passwords.is_right
    monkeypatch.setattr(
        Passwords, "is_right", lambda self, kept, given: checked.append(kept) or is_right(self, kept, given)
    )
    client.post_form("/sign-in", {"email": "nobody@example.org", "password": "the password of nobody at all"})
    assert checked == [None]


def test_the_hash_used_for_unknown_emails_accepts_no_password():
    assert not Passwords(8, 1).is_right(None, "the password of nobody at all")


def test_signing_in_asks_for_email_and_password(client, people):
    seen = client.post_form("/sign-in", {})
    assert seen.errors == ["Enter your email address", "Enter your password"]


def test_after_five_failures_the_page_says_how_long_to_wait(client, people, clock):
    for _ in range(5):
        assert (
            client.post_form("/sign-in", {"email": "officer@example.org", "password": "no"}).errors
            == NO_MATCH
        )
        clock.forward(minutes=1)
    seen = client.post_form("/sign-in", {"email": "officer@example.org", "password": PASSWORD}, status=429)
    assert seen.errors[0].startswith("There have been too many failed attempts. Wait 10 minutes, then try")
    clock.forward(minutes=9, seconds=59)
    client.post_form("/sign-in", {"email": "officer@example.org", "password": PASSWORD}, status=429)
    clock.forward(seconds=1)
    assert (
        client.post_form("/sign-in", {"email": "officer@example.org", "password": PASSWORD}).heading
        == "Start"
    )


def test_guesses_at_one_account_do_not_lock_another(client, people):
    for _ in range(5):
        client.post_form("/sign-in", {"email": "officer@example.org", "password": "no"})
    assert (
        client.post_form("/sign-in", {"email": "auditor@example.org", "password": PASSWORD}).heading
        == "Start"
    )


def test_an_address_that_tries_many_accounts_has_to_wait(client, people):
    for number in range(20):
        client.post_form("/sign-in", {"email": f"guess{number}@example.org", "password": "no"})
    client.post_form("/sign-in", {"email": "officer@example.org", "password": PASSWORD}, status=429)
    elsewhere = client.another(address="127.0.0.2")
    assert (
        elsewhere.post_form("/sign-in", {"email": "officer@example.org", "password": PASSWORD}).heading
        == "Start"
    )


def test_signing_in_forgets_the_failures_before(client, people, read):
    for _ in range(4):
        client.post_form("/sign-in", {"email": "officer@example.org", "password": "no"})
    client.post_form("/sign-in", {"email": "officer@example.org", "password": PASSWORD})
    with read() as session:
        assert session.scalars(select(SignInAttempt)).all() == []


def test_failures_are_kept_without_email_or_address(client, people, read):
    client.post_form("/sign-in", {"email": "officer@example.org", "password": "no"})
    with read() as session:
        attempt = session.scalars(select(SignInAttempt)).one()
        kept = f"{attempt.email_hash} {attempt.address_hash}"
    assert "officer" not in kept
    assert "127.0.0.1" not in kept


def test_failures_too_old_to_count_are_deleted(client, people, read, clock):
    client.post_form("/sign-in", {"email": "officer@example.org", "password": "no"})
    clock.forward(minutes=16)
    client.post_form("/sign-in", {"email": "auditor@example.org", "password": "no"})
    with read() as session:
        assert len(session.scalars(select(SignInAttempt)).all()) == 1


def test_a_person_without_access_cannot_sign_in(client, people, change, clock):
    with change() as session:
        person = people.of(session, "officer@example.org")
        operations.set_active(session, actor=None, person=person, active=False, now=clock())
    assert (
        client.post_form("/sign-in", {"email": "officer@example.org", "password": PASSWORD}).errors
        == NO_MATCH
    )


def test_signing_in_renews_a_hash_of_other_parameters(client, people, arrange, read):
    with arrange() as session:
        person = people.of(session, "officer@example.org")
        person.password_hash = old = Passwords(memory=16, rounds=2).hash(PASSWORD)
    client.sign_in("officer@example.org", PASSWORD)
    with read() as session:
        renewed = people.of(session, "officer@example.org").password_hash
    assert renewed != old
    assert "m=8,t=1" in renewed


def test_a_page_asked_for_comes_after_signing_in(client, people):
    asked = client.get("/people/?search=eve")
    assert asked.heading == "Sign in"
    seen = client.post_form(asked.path, {"email": "administrator@example.org", "password": PASSWORD})
    assert seen.path == "/people/?search=eve"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/%5Cevil.example\\",
        "\thttps://evil.example",
        "people",
    ],
)
def test_signing_in_never_leads_to_another_site(client, people, elsewhere):
    client.get("/sign-in")
    page = client.raw.get("/sign-in", query_string={"next": elsewhere})
    token = page.text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    answer = client.raw.post(
        "/sign-in",
        query_string={"next": elsewhere},
        data={"csrf_token": token, "email": "officer@example.org", "password": PASSWORD},
    )
    assert answer.headers["Location"] == "/"


def test_signing_out_ends_every_session_even_a_copied_cookie(client, people):
    client.sign_in("officer@example.org", PASSWORD)
    other = client.another()
    other.sign_in("officer@example.org", PASSWORD)
    copied = client.raw.get_cookie("tender").value
    assert client.sign_out().heading == "You have signed out"
    assert client.get("/account").heading == "Sign in"
    assert other.get("/account").heading == "Sign in"
    thief = client.another()
    thief.raw.set_cookie("tender", copied)
    assert thief.get("/account").heading == "Sign in"


def test_signing_out_needs_a_button_not_a_link(client, people, sign_in):
    sign_in("officer@example.org")
    client.get("/sign-out", status=405)
    assert client.get("/account").heading == "Your account"


def test_a_session_begun_by_a_stranger_is_dropped_at_signing_in(client, people):
    client.get("/sign-in")
    before = client.raw.get_cookie("tender").value
    client.sign_in("officer@example.org", PASSWORD)
    with client.raw.session_transaction() as session:
        assert set(session) >= {"person", "token", "since", "seen"}
    assert client.raw.get_cookie("tender").value != before
    victim = client.another()
    victim.raw.set_cookie("tender", before)
    assert victim.get("/account").heading == "Sign in"


def test_half_an_hour_without_a_page_signs_out(client, people, sign_in, clock):
    sign_in("officer@example.org")
    clock.forward(minutes=30)
    assert client.get("/account").heading == "Your account"
    clock.forward(minutes=29)
    assert client.get("/account").heading == "Your account"
    clock.forward(minutes=30, seconds=1)
    assert "You were signed out" in client.get("/account").text


def test_twelve_hours_sign_out_in_any_case(client, people, sign_in, clock):
    sign_in("officer@example.org")
    for _ in range(12 * 3):
        clock.forward(minutes=20)
        assert client.get("/account").heading == "Your account"
    clock.forward(seconds=1)
    assert client.get("/account").heading == "Sign in"


def test_a_forged_cookie_signs_nobody_in(client, people):
    client.raw.set_cookie("tender", "eyJwZXJzb24iOjF9.aaaaaa.forged")
    assert client.get("/account").heading == "Sign in"


def test_losing_access_ends_the_session_at_once(client, people, sign_in, change, clock):
    sign_in("officer@example.org")
    with change() as session:
        person = people.of(session, "officer@example.org")
        operations.set_active(session, actor=None, person=person, active=False, now=clock())
    assert client.get("/account").heading == "Sign in"


def test_emails_are_kept_in_small_letters(people, read):
    with read() as session:
        assert all(email == email.lower() for email in session.scalars(select(Person.email)))


def test_the_wait_is_rounded_up_to_whole_minutes(client, people, clock):
    for _ in range(5):
        client.post_form("/sign-in", {"email": "officer@example.org", "password": "no"})
    clock.set(clock() + timedelta(minutes=14, seconds=30))
    seen = client.post_form("/sign-in", {"email": "officer@example.org", "password": "no"}, status=429)
    assert "Wait 1 minute, then" in seen.errors[0]
