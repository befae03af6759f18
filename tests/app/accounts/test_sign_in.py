"""Signing in and out, and what keeps strangers out."""

from __future__ import annotations

from tests.app.conftest import PASSWORD


def test_a_person_signs_in_with_email_and_password(client, people):
    seen = client.post_form("/sign-in", {"email": " Officer@Example.org ", "password": PASSWORD})
    assert seen.heading == "Start"
    assert "Olive Officer" in seen.html.header.get_text()


def test_a_wrong_password_and_an_unknown_email_are_told_alike(client, people):
    wrong = client.post_form("/sign-in", {"email": "officer@example.org", "password": "no"})
    unknown = client.post_form("/sign-in", {"email": "nobody@example.org", "password": "no"})
    assert wrong.errors == unknown.errors == ["Email address and password do not match an account"]
    assert wrong.value("email") == "officer@example.org"
    assert wrong.value("password") == ""
