"""Signing in and out, and what keeps strangers out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lots.person import Person, SignInAttempt
from tender.accounts import operations, policy
from tender.accounts.attempts import Guesser
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


def guess(client, times=1, email="officer@example.org", password="no", **expected):
    for _ in range(times):
        client.post_form("/sign-in", {"email": email, "password": password}, **expected)


def gets_in(client, email="officer@example.org"):
    return client.post_form("/sign-in", {"email": email, "password": PASSWORD}).heading == "Start"


@pytest.fixture
def many_guesses(change, clock, app):
    """`many_guesses("officer@example.org", 100)`: as many failures, each from an address of its own."""

    def make(email, count):
        with app.test_request_context():
            limits = policy.limits()
        with change() as session:
            for number in range(count):
                guesser = Guesser(f"10.0.{number // 250}.{number % 250}")
                limits.failed(session, email=email, guesser=guesser, now=clock())

    return make


@pytest.fixture
def known(client, people):
    """A browser in which the officer has signed in before."""
    client.sign_in("officer@example.org", PASSWORD)
    client.sign_out()
    return client


def test_wrong_guesses_elsewhere_do_not_keep_the_owner_out(client, people):
    guesser = client.another(address="127.0.0.21")
    guess(guesser, 5)
    guess(guesser, status=429)
    assert gets_in(client)
    guess(guesser, password=PASSWORD, status=429)


def test_guesses_at_one_account_from_many_addresses_have_to_wait_at_last(client, people, many_guesses):
    many_guesses("officer@example.org", 99)
    guess(client.another(address="127.0.0.21"))
    guess(client.another(address="127.0.0.22"), status=429)
    guess(client.another(address="127.0.0.22"), password=PASSWORD, status=429)


def test_a_browser_that_is_known_gets_in_whoever_guesses(known, many_guesses):
    many_guesses("officer@example.org", 100)
    guess(known.another(address="127.0.0.21"), status=429)
    assert gets_in(known)


def test_a_browser_that_is_known_cannot_guess_for_ever_either(known):
    guess(known, 5)
    guess(known, password=PASSWORD, status=429)
    assert gets_in(known.another())


def test_an_office_is_not_locked_out_by_one_of_its_machines(known, people):
    for number in range(20):
        guess(known.another(), email=f"guess{number}@example.org")
    guess(known.another(), password=PASSWORD, status=429)
    assert gets_in(known)


def test_a_colleague_who_cannot_remember_uses_up_nobody_else_s_tries(client, people):
    guess(client.another(address="127.0.0.27"), 20, email="auditor@example.org")
    assert gets_in(client.another(address="127.0.0.27"))


@pytest.mark.parametrize(
    ("one", "other", "are_the_same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("unknown", "unknown", True),
    ],
)
def test_a_whole_network_of_version_six_is_one_address(one, other, are_the_same):
    assert (Guesser(one).place == Guesser(other).place) is are_the_same


def test_a_known_browser_is_known_for_those_only_who_signed_in_with_it(known, many_guesses):
    many_guesses("auditor@example.org", 100)
    guess(known, email="auditor@example.org", password=PASSWORD, status=429)


def test_knowing_a_browser_lets_nobody_in(known):
    assert known.get("/account").heading == "Sign in"


def test_a_new_password_makes_every_other_browser_unknown(known, people, change, clock, many_guesses):
    with change() as session:
        person = people.of(session, "officer@example.org")
        operations.set_password(
            session, actor=None, person=person, password="another sturdy lantern",
            passwords=Passwords(8, 1), now=clock(),
        )  # fmt: skip
    many_guesses("officer@example.org", 100)
    guess(known, password="another sturdy lantern", status=429)


@pytest.mark.parametrize("cookie", ["forged", "W10.AAAA", "x" * 3000, "\x7f", "W1sxLCJhIl1d.xyz"])
def test_a_forged_cookie_makes_no_browser_known(client, people, many_guesses, cookie):
    client.raw.set_cookie("tender-known", cookie)
    many_guesses("officer@example.org", 100)
    guess(client, password=PASSWORD, status=429)


def test_a_browser_is_forgotten_after_half_a_year(known, many_guesses, clock):
    clock.forward(days=181)
    many_guesses("officer@example.org", 100)
    guess(known, password=PASSWORD, status=429)


def test_several_people_share_a_browser_and_are_all_known(known, many_guesses):
    for email in ("auditor@example.org", "approver@example.org"):
        known.sign_in(email, PASSWORD)
        known.sign_out()
    many_guesses("officer@example.org", 100)
    assert gets_in(known)


def test_whether_a_password_was_right_is_not_told_while_one_has_to_wait(client, people, monkeypatch):
    guess(client, 5)
    checked = []
    monkeypatch.setattr(Passwords, "is_right", lambda *_: checked.append(1) or True)
    wrong = client.post_form("/sign-in", {"email": "officer@example.org", "password": "no"}, status=429)
    right = client.post_form("/sign-in", {"email": "officer@example.org", "password": PASSWORD}, status=429)
    assert wrong.errors == right.errors
    assert checked == []


def test_an_account_that_is_not_there_has_to_wait_as_one_that_is(client, people):
    for email in ("officer@example.org", "nobody@example.org"):
        guess(client, 5, email=email)
        guess(client, email=email, status=429)


def test_tries_that_have_to_wait_are_not_kept(client, people, read):
    guess(client, 5)
    guess(client, 10, status=429)
    with read() as session:
        assert len(session.scalars(select(SignInAttempt)).all()) == 5


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
