"""A provider registers by itself, once its e-mail address is confirmed."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from lots.event import Event
from lots.person import Person
from lots.provider import Provider
from lots.registration import Registration
from tender.accounts.passwords import Passwords
from tests.app.conftest import PASSWORD
from tests.mail_server import mail_server

NEW = {"company": "Hyndburn Home Support", "name": "Hana Home", "email": "Hana@Example.org"}
CHOSEN = "copper kettle autumn walk"
ASKED = "Confirm your email address"
TAKEN = {**NEW, "email": "provider@example.org"}


@pytest.fixture
def post_office(app):
    """Mail is set up; the letters that arrive."""
    with mail_server() as (address, letters):
        app.config.update(
            MAIL_SERVER=address, MAIL_FROM="tenders@example.gov.uk", MAIL_SECURITY="none",
            TRUSTED_HOSTS=["localhost"],
        )  # fmt: skip
        yield letters


@pytest.fixture
def passed_on(client, people):
    """`passed_on("Hyndburn Home Support")`: the path of the link that an administrator makes."""
    administrator = client.another().enter("administrator@example.org")

    def make(company):
        page = administrator.post_form("/people/registrations", submit=f"Make a link for {company}")
        return link_in(page.text)

    return make


def link_in(text):
    return re.search(r"http://localhost(/register/confirm/[^\s<]+)", text)[1]


def registered(client, passed_on, asked=NEW):
    client.post_form("/register", asked)
    return client.post_form(passed_on(asked["company"]), {"password": CHOSEN})


def count(read, kind):
    with read() as session:
        return session.scalar(select(func.count()).select_from(kind))


def test_a_provider_registers_confirms_and_is_signed_in(client, passed_on, read):
    before = count(read, Person)
    seen = client.post_form("/register", NEW)
    assert seen.heading == ASKED
    assert count(read, Person) == before
    page = client.get(passed_on(NEW["company"]))
    assert "hana@example.org" in page.text
    seen = client.post_form(page.path, {"password": CHOSEN})
    assert seen.done == "You have registered. You can now bid."
    with read() as session:
        person = session.scalars(select(Person).where(Person.email == "hana@example.org")).one()
        assert person.roles == {"provider"}
        assert person.provider.name == "Hyndburn Home Support"
        actions = [entry.action for entry in session.scalars(select(Event).order_by(Event.id))]
        assert actions[-2:] == ["registration.passed_on", "provider.registered"]
        assert session.scalars(select(Registration)).all() == []


def test_a_name_stays_on_one_line_whatever_is_sent(client, passed_on, read):
    client.post_form("/register", {**NEW, "company": "Hyndburn\r\nSubmitted: yesterday"})
    with read() as session:
        assert session.scalars(select(Registration)).one().company == "Hyndburn Submitted: yesterday"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("company", "", "Enter the name of your company or charity"),
        ("company", "x" * 201, "Company or charity name must be 200 characters or fewer"),
        ("name", "  ", "Enter your full name"),
        ("email", "nonsense", "Enter an email address in the correct format, like name@example.com"),
        ("email", "a@b@example.org", "Enter an email address in the correct format, like name@example.com"),
    ],
)
def test_a_faulty_field_is_named_and_the_rest_stays(client, database, read, field, value, message):
    seen = client.post_form("/register", {**NEW, field: value})
    assert seen.errors == [message]
    other = "name" if field == "company" else "company"
    assert seen.value(other) == NEW[other]
    assert count(read, Registration) == 0


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("", "Enter a password"),
        ("short", "Password must be 12 characters or more"),
        ("x" * 201, "Password must be 200 characters or fewer"),
        ("Password2026!", "Password is too easy to guess. Three or four unrelated words work well"),
        ("aaaaaaaaaaaaaaaa", "Password is too easy to guess. Three or four unrelated words work well"),
        ("hana@example.org", "Password must not be your e-mail address"),
    ],
)
def test_a_faulty_password_is_refused_and_the_link_still_works(client, passed_on, password, message):
    client.post_form("/register", NEW)
    link = passed_on(NEW["company"])
    assert client.post_form(link, {"password": password}).errors == [message]
    assert client.post_form(link, {"password": CHOSEN}).done


def test_a_registered_provider_holds_no_other_role(client, passed_on):
    client.post_form("/register", {**NEW, "!roles": "administrator"})
    client.post_form(passed_on(NEW["company"]), {"password": CHOSEN, "!roles": "administrator"})
    client.get("/people/", status=403)


def test_who_is_signed_in_does_not_register_again(sign_in, people):
    assert sign_in("provider@example.org").get("/register").path == "/"


def test_the_new_provider_signs_in_later_with_what_it_chose(client, passed_on):
    registered(client, passed_on)
    client.sign_out()
    client.sign_in("hana@example.org", CHOSEN)
    assert client.get("/").heading.startswith("Hyndburn Home Support")
    assert CHOSEN != PASSWORD


def test_registering_tells_nobody_who_has_an_account(client, people, read, post_office):
    providers = count(read, Provider)
    new, taken = (client.post_form("/register", asked) for asked in (NEW, TAKEN))
    assert (new.path, new.text, new.status) == (taken.path, taken.text, taken.status)
    assert count(read, Provider) == providers
    assert [letter["To"] for letter in post_office] == ["hana@example.org", "provider@example.org"]


def test_the_owner_of_an_account_is_told_that_somebody_tried(client, people, post_office):
    client.post_form("/register", TAKEN)
    (letter,) = post_office
    assert letter["Subject"] == "You have an account already"
    assert "Somebody, perhaps you, tried to register “Hyndburn Home Support”" in letter.get_content()
    assert "http://localhost/sign-in" in letter.get_content()
    assert "/register/confirm" not in letter.get_content()


def test_a_letter_brings_the_link_that_confirms(client, people, post_office):
    client.post_form("/register", NEW)
    (letter,) = post_office
    assert (letter["From"], letter["Auto-Submitted"]) == ("tenders@example.gov.uk", "auto-generated")
    seen = client.post_form(link_in(letter.get_content()), {"password": CHOSEN})
    assert seen.done == "You have registered. You can now bid."


def test_a_letter_that_does_not_get_through_costs_nothing_but_itself(
    client, people, post_office, app, passed_on, capsys
):
    app.config["MAIL_SERVER"] = ("127.0.0.1", 9)  # nothing listens there
    assert client.post_form("/register", NEW).heading == ASKED
    logged = capsys.readouterr().out
    assert "ConnectionRefusedError" in logged
    assert "hana@example.org" not in logged
    assert client.post_form(passed_on(NEW["company"]), {"password": CHOSEN}).done


def test_no_letter_is_sent_of_what_was_not_kept(client, people, post_office, monkeypatch):
    def fails(_session):
        raise RuntimeError("the database went away")

    monkeypatch.setattr("sqlalchemy.orm.Session.commit", fails)
    with pytest.raises(RuntimeError, match="went away"):
        client.post_form("/register", NEW)
    assert post_office == []


def test_nobody_s_letter_box_is_filled(client, people, post_office, app):
    app.config["REGISTRATIONS_ADDRESS"] = 100
    for _ in range(6):
        assert client.post_form("/register", NEW).heading == ASKED
    assert len(post_office) == 3


def test_of_two_links_for_one_address_the_newer_works(client, people, post_office):
    for company in ("First Try Ltd", "Second Try Ltd"):
        client.post_form("/register", {**NEW, "company": company})
    older, newer = (link_in(letter.get_content()) for letter in post_office)
    assert "replaced by a newer one" in client.get(older, status=400).text
    client.post_form(newer, {"password": CHOSEN})
    client.sign_out()
    client.get(newer, status=400)


def test_a_link_that_is_passed_on_takes_the_place_of_the_one_that_was_sent(
    client, people, post_office, passed_on
):
    client.post_form("/register", NEW)
    sent = link_in(post_office[0].get_content())
    made = passed_on(NEW["company"])
    client.get(sent, status=400)
    assert client.get(made).heading == "Finish your registration"


def test_a_link_runs_out(client, passed_on, clock):
    client.post_form("/register", NEW)
    link = passed_on(NEW["company"])
    clock.forward(hours=71, minutes=59)
    client.get(link)
    clock.forward(minutes=1)
    client.get(link, status=400)


@pytest.mark.parametrize("secret", ["x", "x" * 5000, "%00", "%ED%A0%80"])
def test_a_secret_that_nobody_made_confirms_nothing(client, people, secret):
    client.post_form("/register", NEW)
    client.get(f"/register/confirm/{secret}", status=400)


def test_an_address_registers_so_often_and_no_more(client, people, read):
    for number in range(10):
        client.post_form("/register", {**NEW, "email": f"hana{number}@example.org"})
    seen = client.post_form("/register", NEW, status=429)
    assert "Several registrations came from your network" in seen.errors[0]
    assert seen.value("company") == NEW["company"]
    assert count(read, Registration) == 10
    assert client.another(address="127.0.0.9").post_form("/register", NEW).heading == ASKED


def test_registrations_that_have_run_out_are_deleted(client, people, clock, read):
    client.post_form("/register", NEW)
    clock.forward(hours=73)
    client.post_form("/register", {**NEW, "email": "other@example.org"})
    assert count(read, Registration) == 1


def test_there_is_an_end_to_how_many_wait(client, people, monkeypatch):
    monkeypatch.setattr("tender.accounts.registering.MOST_WAITING", 2)
    for number in range(2):
        client.post_form("/register", {**NEW, "email": f"hana{number}@example.org"})
    assert "Too many registrations wait" in client.post_form("/register", NEW, status=429).errors[0]


def test_registering_costs_no_hash_that_would_tell_who_is_there(client, people, monkeypatch):
    monkeypatch.setattr(Passwords, "hash", lambda *_: pytest.fail("hashed"))
    for asked in (NEW, TAKEN):
        client.post_form("/register", asked)


def test_an_administrator_sees_who_has_an_account_already(client, people):
    client.post_form("/register", TAKEN)
    page = client.another().enter("administrator@example.org").get("/people/registrations")
    assert "Has an account already" in page.links()
    assert not page.html.main.find("form"), "there is nothing to pass on"


def test_only_an_administrator_passes_links_on(client, people):
    client.post_form("/register", NEW)
    for email in ("officer@example.org", "provider@example.org", "auditor@example.org"):
        client.another().enter(email).get("/people/registrations", status=403)


@pytest.mark.parametrize(
    "name",
    [
        "Pendle Care Ltd",
        "PENDLE CARE LIMITED",
        "Pendle\u200b  Care",
        "The Pendle-Care Company Ltd.",
        "Pendlé Care",
    ],
)
def test_a_company_that_is_there_already_is_pointed_out_to_both_sides(client, people, passed_on, name):
    client.post_form("/register", {**NEW, "company": name})
    administrator = client.another().enter("administrator@example.org")
    assert "Name registered already" in administrator.get("/people/registrations").text
    form = administrator.get("/people/registrations").html.main.find("form")
    answer = administrator.raw.post(
        form["action"], data={"csrf_token": form.find("input", {"name": "csrf_token"})["value"]}
    )
    seen = client.get(link_in(answer.text))
    assert "A company with this name is registered here already" in seen.text
    assert "Paula" not in seen.text
    assert "provider@example.org" not in seen.text


def test_another_company_s_name_is_nobody_s(client, people, passed_on):
    client.post_form("/register", NEW)
    assert "registered here already" not in client.get(passed_on(NEW["company"])).text


@pytest.fixture
def one_company_two_names(people, arrange):
    """Two providers with one company number, written in two ways, and one CQC provider."""
    with arrange() as session:
        for email, number in (("provider@example.org", "1234567"), ("provider2@example.org", "01234567")):
            provider = people.of(session, email).provider
            provider.company_number, provider.cqc_provider_id = number, "1-101678901"


def test_officers_see_companies_with_two_names_before_bids_are_opened(client, one_company_two_names, sign_in):
    officer = sign_in("officer@example.org")
    page = officer.get("/companies/alike")
    assert "Pendle Care Ltd, company 1234567" in page.text
    assert "Ribble Homecare CIC, company 01234567" in page.text
    assert "Company number" in page.text
    assert "CQC provider" in page.text


def test_a_provider_is_told_what_it_shares_and_not_with_whom(client, one_company_two_names, sign_in):
    page = sign_in("provider@example.org").get("/bids/organisation")
    assert "a company with the same company number and CQC provider" in page.text
    assert "Ribble" not in page.text


def test_companies_that_share_nothing_are_not_pointed_out(client, people, sign_in):
    officer = sign_in("officer@example.org")
    assert "No two companies share" in officer.get("/companies/alike").text
    page = client.another().enter("provider@example.org").get("/bids/organisation")
    assert "Another account" not in page.text
