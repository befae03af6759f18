"""A provider registers by itself."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lots.event import Event
from lots.person import Person
from lots.provider import Provider
from tests.app.conftest import PASSWORD

NEW = {
    "company": "Hyndburn Home Support",
    "name": "Hana Home",
    "email": "Hana@Example.org",
    "password": "copper kettle autumn walk",
}


def test_a_provider_registers_and_is_signed_in(client, database, read):
    seen = client.post_form("/register", NEW)
    assert seen.done == "You have registered. You can now bid."
    with read() as session:
        person = session.scalars(select(Person)).one()
        assert (person.email, person.roles) == ("hana@example.org", {"provider"})
        assert person.provider.name == "Hyndburn Home Support"
        assert [entry.action for entry in session.scalars(select(Event))] == ["provider.registered"]
        assert NEW["password"] not in person.password_hash


def test_a_name_stays_on_one_line_whatever_is_sent(client, database, read):
    client.post_form("/register", {**NEW, "company": "Hyndburn\r\nSubmitted: yesterday"})
    with read() as session:
        assert session.scalars(select(Provider)).one().name == "Hyndburn Submitted: yesterday"


def test_an_email_in_use_is_told_at_its_field_and_nothing_is_made(client, people, read):
    seen = client.post_form("/register", {**NEW, "email": "provider@example.org"}, status=400)
    assert seen.errors == ["Email address is already in use. Sign in instead, or use another address."]
    assert seen.value("company") == NEW["company"]
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Provider)) == 2


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("company", "", "Enter the name of your company or charity"),
        ("company", "x" * 201, "Company or charity name must be 200 characters or fewer"),
        ("name", "  ", "Enter your full name"),
        ("email", "nonsense", "Enter an email address in the correct format, like name@example.com"),
        ("email", "a@b@example.org", "Enter an email address in the correct format, like name@example.com"),
        ("password", "", "Enter a password"),
        ("password", "short", "Password must be 12 characters or more"),
        ("password", "x" * 201, "Password must be 200 characters or fewer"),
        (
            "password",
            "Password2026!",
            "Password is too easy to guess. Three or four unrelated words work well",
        ),
        (
            "password",
            "aaaaaaaaaaaaaaaa",
            "Password is too easy to guess. Three or four unrelated words work well",
        ),
        ("password", "hana@example.org", "Password must not be your e-mail address"),
    ],
)
def test_a_faulty_field_is_named_and_the_rest_stays(client, database, read, field, value, message):
    seen = client.post_form("/register", {**NEW, field: value})
    assert seen.errors == [message]
    other = "name" if field == "company" else "company"
    assert seen.value(other) == NEW[other]
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_registered_provider_holds_no_other_role(client, database):
    client.post_form("/register", {**NEW, "!roles": "administrator"})
    client.get("/people/", status=403)


def test_who_is_signed_in_does_not_register_again(sign_in, people):
    assert sign_in("provider@example.org").get("/register").path == "/"


def test_the_new_provider_signs_in_later_with_what_it_chose(client, database):
    client.post_form("/register", NEW)
    client.sign_out()
    client.sign_in("hana@example.org", NEW["password"])
    assert client.get("/").heading.startswith("Hyndburn Home Support")
    assert NEW["password"] != PASSWORD
