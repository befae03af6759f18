"""The administrator's pages, one's own password, and set-password links."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from lots import log_check
from lots.event import Event
from lots.refusal import NotPermitted, Refusal
from tender.accounts import operations
from tender.accounts.passwords import Passwords
from tests.app.conftest import PASSWORD
from tests.mail_server import mail_server

ADMINISTRATOR = "administrator@example.org"
NEW_PASSWORD = "copper kettle autumn walk"


@pytest.fixture
def admin(sign_in, people):
    return sign_in(ADMINISTRATOR)


def page_of(people, email):
    return f"/people/{people.ids[email]}"


def link_for(admin, people, email):
    seen = admin.post_form(page_of(people, email), submit="Make a link")
    return seen.html.main.code.get_text().replace("http://localhost", "")


def test_the_list_of_people_shows_everybody_with_roles_and_access(admin):
    seen = admin.get("/people/")
    assert "10 people" in seen.text
    assert "Eve Evaluator evaluator@example.org Evaluator Can sign in" in seen.text


def test_the_list_of_people_is_searched_by_name_and_email(admin):
    assert "Olive Officer" in admin.get("/people/?search=OLIVE").text
    assert "Olive Officer" in admin.get("/people/?search=officer@").text
    assert "Nobody with “%”" in admin.get("/people/?search=%25").text


def test_the_list_of_people_takes_as_many_queries_for_many_as_for_few(admin, change, clock, count_queries):
    with count_queries() as few:
        admin.get("/people/")
    with change() as session:
        for number in range(120):
            operations.add_person(
                session,
                actor=None,
                email=f"p{number}@example.org",
                name=f"Person {number:03}",
                roles={"evaluator", "auditor"},
                now=clock(),
            )
    with count_queries() as many:
        seen = admin.get("/people/?page=2")
    assert len(many) == len(few)
    assert seen.links()["Previous page"] == "/people/?page=1"
    admin.get("/people/?page=9", status=404)


def test_an_added_person_sets_a_password_by_a_link_that_works_once(admin, client, people):
    seen = admin.post_form(
        "/people/add", {"name": "Una Newcomer", "email": "una@example.org", "roles": ["moderator"]}
    )
    assert "No password yet" in seen.text
    link = (
        admin.post_form(seen.path, submit="Make a link")
        .html.main.code.get_text()
        .replace("http://localhost", "")
    )
    una = client.another()
    assert una.post_form(link, {"password": NEW_PASSWORD}).done.startswith("Your password is set")
    una.sign_out()
    una.sign_in("una@example.org", NEW_PASSWORD)
    again = client.another().get(link, status=400)
    assert "has been used" in again.text


def test_a_link_runs_out_after_its_hours(admin, client, people, clock):
    link = link_for(admin, people, "officer@example.org")
    clock.forward(hours=72)
    assert "has run out" in client.another().get(link, status=400).text


def test_two_links_never_work_at_once(admin, client, people):
    older, newer = (link_for(admin, people, "officer@example.org") for _ in range(2))
    assert "replaced by a newer one" in client.another().get(older, status=400).text
    assert client.another().post_form(newer, {"password": NEW_PASSWORD}).done
    for link in (older, newer):
        client.another().get(link, status=400)


def test_a_password_that_somebody_sets_themselves_voids_the_link(admin, client, people):
    link = link_for(admin, people, "officer@example.org")
    owner = client.another().enter("officer@example.org")
    owner.post_form("/account", {"present_password": PASSWORD, "password": NEW_PASSWORD})
    client.another().get(link, status=400)


def test_a_link_is_sent_where_mail_is_set_up_and_not_shown(admin, client, people, app):
    with mail_server() as (address, letters):
        app.config.update(
            MAIL_SERVER=address, MAIL_FROM="tenders@example.gov.uk", MAIL_SECURITY="none",
            TRUSTED_HOSTS=["localhost"],
        )  # fmt: skip
        seen = admin.post_form(page_of(people, "officer@example.org"), submit="Make a link")
    assert "on its way to officer@example.org" in seen.text
    assert "/set-password/" not in seen.text
    (letter,) = letters
    assert letter["To"] == "officer@example.org"
    link = re.search(r"http://localhost(/set-password/\S+)", letter.get_content())[1]
    assert client.another().get(link).heading == "Set your password"
    shown = admin.follow(admin.raw.post(seen.path, data=sent_by(seen)), seen.path)
    client.another().get(link, status=400)
    newer = re.search(r"http://localhost(/set-password/\S+)", shown.text)[1]
    assert client.another().post_form(newer, {"password": NEW_PASSWORD}).done
    assert len(letters) == 1


def sent_by(seen):
    """What the button on the page of a sent link sends."""
    return {tag["name"]: tag["value"] for tag in seen.html.main.find("form").find_all("input")}


def test_a_link_with_a_changed_letter_sets_nothing(admin, client, people):
    link = link_for(admin, people, "officer@example.org")
    client.another().get(link[:-3] + "AAA", status=400)
    client.another().get("/set-password/W10.nonsense", status=400)


def test_a_weak_password_by_link_is_refused_and_the_link_still_works(admin, client, people):
    link = link_for(admin, people, "officer@example.org")
    browser = client.another()
    assert browser.post_form(link, {"password": "short"}, status=400).errors == [
        "Password must be 12 characters or more"
    ]
    browser.post_form(link, {"password": NEW_PASSWORD})
    assert browser.get("/account").heading == "Your account"


def test_making_a_link_is_in_the_log(admin, people, read):
    link_for(admin, people, "officer@example.org")
    with read() as session:
        last = session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert (last.action, last.actor_name, last.subject) == (
            "person.changed",
            "Ada Administrator",
            "Olive Officer",
        )
        assert json.loads(last.body)["password_link_hours"] == 72


def test_roles_are_changed_and_count_at_once(admin, client, people):
    other = client.another()
    other.sign_in("auditor@example.org", PASSWORD)
    other.get("/people/", status=403)
    seen = admin.post_form(
        page_of(people, "auditor@example.org"), {"roles": ["auditor", "administrator"]}, submit="Save roles"
    )
    assert seen.done == "The roles of Aled Auditor are saved."
    assert other.get("/people/").heading == "People"


def test_a_person_keeps_at_least_one_role(admin, people):
    seen = admin.post_form(page_of(people, "auditor@example.org"), {"roles": None}, submit="Save roles")
    assert seen.errors == ["Select at least one role"]


@pytest.mark.parametrize("role", ["provider", "king"])
def test_a_role_that_cannot_be_given_is_refused(admin, people, role):
    seen = admin.post_form(page_of(people, "auditor@example.org"), {"roles": [role]}, submit="Save roles")
    assert seen.errors
    assert "Auditor" in admin.get(page_of(people, "auditor@example.org")).text


def test_access_is_taken_and_given_back(admin, client, people):
    seen = admin.post_form(page_of(people, "officer@example.org"), submit="Take access away")
    assert seen.done == "Olive Officer can no longer sign in."
    assert (
        client.another().post_form("/sign-in", {"email": "officer@example.org", "password": PASSWORD}).errors
    )
    admin.post_form(page_of(people, "officer@example.org"), submit="Give access again")
    client.another().sign_in("officer@example.org", PASSWORD)


def test_a_link_made_before_access_was_taken_away_is_void(admin, client, people):
    link = link_for(admin, people, "officer@example.org")
    admin.post_form(page_of(people, "officer@example.org"), submit="Take access away")
    client.another().get(link, status=400)
    admin.post_form(page_of(people, "officer@example.org"), submit="Give access again")
    client.another().get(link, status=400)


def test_an_administrator_cannot_lock_or_promote_oneself(admin, people, change, clock):
    assert "This is you" in admin.get(page_of(people, ADMINISTRATOR)).text
    for act in (
        lambda session, me: operations.set_active(session, actor=me, person=me, active=False, now=clock()),
        lambda session, me: operations.change_roles(
            session, actor=me, person=me, roles={"officer"}, now=clock()
        ),
    ):
        with pytest.raises(Refusal, match="Ask another administrator"), change() as session:
            act(session, people.of(session, ADMINISTRATOR))


def test_only_an_administrator_manages_people(sign_in, people, change, clock):
    browser = sign_in("officer@example.org")
    for path in ("/people/", "/people/add", page_of(people, "auditor@example.org")):
        assert browser.get(path, status=403).heading == "You cannot see or do this"
    with pytest.raises(NotPermitted), change() as session:
        operations.change_roles(
            session,
            actor=people.of(session, "officer@example.org"),
            person=people.of(session, "auditor@example.org"),
            roles={"administrator"},
            now=clock(),
        )


def test_the_roles_of_a_providers_person_stay(admin, people, change, clock):
    assert "Save roles" not in admin.get(page_of(people, "provider@example.org")).text
    with pytest.raises(Refusal, match="no other role"), change() as session:
        operations.change_roles(
            session,
            actor=people.of(session, ADMINISTRATOR),
            person=people.of(session, "provider@example.org"),
            roles={"officer"},
            now=clock(),
        )


def test_the_page_of_a_person_who_does_not_exist_is_not_found(admin):
    assert "There is no such person" in admin.get("/people/999999", status=404).text


def test_a_second_person_with_the_same_email_is_refused(admin, people):
    seen = admin.post_form(
        "/people/add", {"name": "Other", "email": "OFFICER@example.org", "roles": ["officer"]}, status=400
    )
    assert seen.errors == ["Email address is already in use. They may already be in the list of people."]
    assert seen.value("roles") == "officer"


def test_changing_the_password_signs_out_other_browsers_and_keeps_this_one(client, people, sign_in):
    here, there = sign_in("officer@example.org"), client.another()
    there.sign_in("officer@example.org", PASSWORD)
    seen = here.post_form("/account", {"present_password": PASSWORD, "password": NEW_PASSWORD})
    assert seen.done.startswith("Your password is changed")
    assert here.get("/account").heading == "Your account"
    assert there.get("/account").heading == "Sign in"
    client.another().sign_in("officer@example.org", NEW_PASSWORD)


@pytest.mark.parametrize(
    ("present", "new", "message"),
    [
        ("wrong", NEW_PASSWORD, "Present password is not right"),
        (PASSWORD, PASSWORD, "New password must differ from the present one"),
        (PASSWORD, "short", "Password must be 12 characters or more"),
    ],
)
def test_a_refused_new_password_changes_nothing(client, people, sign_in, present, new, message):
    browser = sign_in("officer@example.org")
    seen = browser.post_form("/account", {"present_password": present, "password": new}, status=400)
    assert seen.errors == [message]
    client.another().sign_in("officer@example.org", PASSWORD)


def test_the_installations_log_is_whole_after_changes_to_accounts(admin, people, read):
    admin.post_form(page_of(people, "officer@example.org"), submit="Take access away")
    with read() as session:
        checked = log_check.check(session, None)
        assert checked.intact, checked.faults
        bodies = " ".join(session.scalars(select(Event.body)))
    assert "$argon2" not in bodies
    assert Passwords(8, 1).hash("x") not in bodies
