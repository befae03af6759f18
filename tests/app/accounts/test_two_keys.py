"""One person cannot hold two keys: whoever gives roles holds none that decides, and what they do to the
account of somebody who decides is confirmed by another, marked on the tender and told to the person."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from lots.event import Event
from lots.person import PersonRole, require_role
from lots.refusal import Conflict, NotPermitted, Refusal
from tender.accounts import operations
from tender.accounts.passwords import Passwords
from tests.app.conftest import PASSWORD, People
from tests.app.judging import EVALUATORS, started
from tests.app.opened_tender import opened
from tests.mail_server import mail_server

__all__ = ["opened", "started"]
ADA, ALAN = "administrator@example.org", "administrator2@example.org"
EVE = EVALUATORS[0]
NEW_PASSWORD = "copper kettle autumn walk"


@pytest.fixture
def two(people, change, clock):
    """Everybody, and a second administrator."""
    with change() as session:
        added = operations.add_person(
            session, actor=None, email=ALAN, name="Alan Administrator", roles={"administrator"}, now=clock()
        )
        operations.set_password(
            session, actor=None, person=added, password=PASSWORD, passwords=Passwords(8, 1), now=clock()
        )
        return People({**people.ids, ALAN: added.id})


def page_of(people, email):
    return f"/people/{people.ids[email]}"


def marks(read, tender_id):
    """What the tender's log says of accounts: action, whose, who, and who asked."""
    with read() as session:
        chosen = select(Event).where(Event.log == f"tender:{tender_id}", Event.action.startswith("account."))
        return [
            (entry.action, entry.subject, entry.actor_name, json.loads(entry.body).get("asked_by"))
            for entry in session.scalars(chosen.order_by(Event.sequence))
        ]


@pytest.mark.parametrize("role", ["officer", "approver", "evaluator", "moderator"])
@pytest.mark.parametrize("by", ["command line", "administrator"])
def test_an_administrator_holds_no_role_that_decides(people, change, clock, role, by):
    with change() as session:
        actor = None if by == "command line" else people.of(session, ADA)
        with pytest.raises(Refusal, match="An administrator cannot also be"):
            operations.add_person(
                session, actor=actor, email="new@example.org", name="New", roles={"administrator", role},
                now=clock(),
            )  # fmt: skip
        with pytest.raises(Refusal, match="An administrator cannot also be"):
            operations.change_roles(
                session, actor=actor, person=people.of(session, "auditor@example.org"),
                roles={"administrator", role}, now=clock(),
            )  # fmt: skip


def test_whoever_held_both_before_the_rule_cannot_act_by_the_second(people, change, arrange):
    with arrange() as session:
        session.add(PersonRole(person_id=people.ids["officer@example.org"], role="administrator"))
    with change() as session:
        officer = people.of(session, "officer@example.org")
        with pytest.raises(NotPermitted, match="one person must not hold both keys"):
            require_role(officer, "officer")
        require_role(officer, "administrator")


def test_an_administrator_becomes_an_officer_in_one_step_and_never_both(people, two, change, clock):
    with change() as session:
        alan = two.of(session, ALAN)
        operations.change_roles(session, actor=None, person=alan, roles={"officer"}, now=clock())
        assert alan.roles == {"officer"}


def test_a_role_that_decides_waits_for_the_second_administrator(two, client, change):
    seen = client.enter(ADA).post_form(
        page_of(two, "auditor@example.org"), {"roles": ["approver"]}, submit="Save roles"
    )
    assert seen.done.startswith("Another administrator has to confirm it")
    with change() as session:
        assert two.of(session, "auditor@example.org").roles == {"auditor"}
    path = client.get("/people/").links()["Roles of Aled Auditor"]
    assert "Another administrator has to answer this." in client.get(path).text
    seen = client.enter(ALAN).post_form(path, submit="Confirm these roles")
    assert seen.done == "The roles of Aled Auditor are saved."
    with change() as session:
        assert two.of(session, "auditor@example.org").roles == {"approver"}
    assert "Ada Administrator and Alan Administrator changed your roles: you are an approver." in (
        client.enter("auditor@example.org").get("/").text
    )


def test_whoever_asked_cannot_confirm_by_a_forged_request(two, client, change):
    client.enter(ADA).post_form(
        page_of(two, "auditor@example.org"), {"roles": ["approver"]}, submit="Save roles"
    )
    page = client.get("/people/")
    token = page.html.find("input", {"name": "csrf_token"})["value"]
    path = page.links()["Roles of Aled Auditor"]
    assert client.raw.post(path, data={"csrf_token": token, "answer": "confirm"}).status_code == 403
    with change() as session:
        assert two.of(session, "auditor@example.org").roles == {"auditor"}


def test_a_refused_request_changes_nothing_and_is_gone(two, client, change):
    client.enter(ADA).post_form(
        page_of(two, "auditor@example.org"), {"roles": ["officer"]}, submit="Save roles"
    )
    path = client.get("/people/").links()["Roles of Aled Auditor"]
    seen = client.enter(ALAN).post_form(path, submit="Refuse")
    assert seen.done == "It is refused, and nothing was changed."
    client.get(path, status=404)
    with change() as session:
        assert two.of(session, "auditor@example.org").roles == {"auditor"}


def test_the_same_is_not_asked_for_twice(two, change, clock):
    with change() as session:
        wanted = {
            "actor": two.of(session, ADA),
            "person": two.of(session, "auditor@example.org"),
            "roles": {"officer"},
            "now": clock(),
        }
        assert operations.change_roles(session, **wanted) is False
        with pytest.raises(Conflict, match="Ada Administrator asked for this"):
            operations.change_roles(session, **wanted)


def test_a_new_officer_is_added_without_the_role_until_it_is_confirmed(two, client):
    seen = client.enter(ADA).post_form(
        "/people/add", {"name": "Una Newcomer", "email": "una@example.org", "roles": ["officer", "auditor"]}
    )
    assert seen.done == "Una Newcomer is added. Another administrator has to confirm the roles that decide."
    assert "Roles Auditor" in seen.text


def test_a_link_for_an_evaluator_waits_and_is_shown_to_whoever_confirms(two, started, client, read):
    seen = client.enter(ADA).post_form(page_of(two, EVE), submit="Make a link")
    assert seen.done.startswith("Another administrator has to confirm it")
    path = client.get("/people/").links()["A password link for Eve Evaluator"]
    seen = client.enter(ALAN).post_form(path, submit="Confirm and make the link")
    link = seen.html.main.code.get_text().replace("http://localhost", "")
    assert marks(read, started.tender_id) == [
        ("account.link_made", "Eve Evaluator", "Alan Administrator", "Ada Administrator")
    ]
    other = client.another()
    other.post_form(link, {"password": NEW_PASSWORD})
    assert marks(read, started.tender_id)[-1][:3] == (
        "account.password_set", "Eve Evaluator", "Eve Evaluator",
    )  # fmt: skip
    told = other.get("/").text
    assert (
        "Ada Administrator and Alan Administrator made a link with which your password could be set." in told
    )
    other.post_form("/", submit="I have read this")
    assert "made a link" not in other.get("/").text


def test_with_one_administrator_a_takeover_stands_in_the_tenders_log(people, started, client, read):
    seen = client.enter(ADA).post_form(page_of(people, EVE), submit="Make a link")
    client.another().post_form(
        seen.html.main.code.get_text().replace("http://localhost", ""), {"password": NEW_PASSWORD}
    )
    assert [mark[:3] for mark in marks(read, started.tender_id)] == [
        ("account.link_made", "Eve Evaluator", "Ada Administrator"),
        ("account.password_set", "Eve Evaluator", "Eve Evaluator"),
    ]


def test_a_link_for_somebody_who_decides_on_no_tender_leaves_no_mark(people, started, client, read):
    client.enter(ADA).post_form(page_of(people, "auditor@example.org"), submit="Make a link")
    assert marks(read, started.tender_id) == []


def test_a_tender_that_is_over_gets_no_mark(people, started, client, arrange, read):
    with arrange() as session:
        started.tender(session).state = "awarded"
    client.enter(ADA).post_form(page_of(people, "officer@example.org"), submit="Make a link")
    assert marks(read, started.tender_id) == []


def test_two_links_never_work_at_once(people, client):
    first, second = (
        client.enter(ADA)
        .post_form(page_of(people, "auditor@example.org"), submit="Make a link")
        .html.main.code.get_text()
        .replace("http://localhost", "")
        for _ in range(2)
    )
    assert "has been used" in client.another().get(first, status=400).text
    assert client.another().get(second).heading == "Set your password"


def test_the_person_is_told_when_they_sign_in_next(people, client):
    client.enter(ADA).post_form(page_of(people, "auditor@example.org"), submit="Make a link")
    other = client.another()
    other.get("/sign-in?next=/help")
    seen = other.sign_in("auditor@example.org", PASSWORD)
    assert seen.path == "/"
    assert "Ada Administrator made a link with which your password could be set." in seen.text


def test_taking_access_from_an_evaluator_and_giving_it_back_stands_in_the_tenders_log(
    people, started, client, read
):
    client.enter(ADA).post_form(page_of(people, EVE), submit="Take access away")
    assert (
        "Eve Evaluator No access any more"
        in client.enter("officer@example.org").get(f"/tenders/{started.tender_id}/panel").text
    )
    client.enter(ADA).post_form(page_of(people, EVE), submit="Give access again")
    assert [mark[0] for mark in marks(read, started.tender_id)] == [
        "account.access_taken",
        "account.access_given",
    ]


def test_a_person_whose_roles_change_is_written_to_where_mail_is_set_up(people, client, app):
    with mail_server() as (address, letters):
        app.config.update(
            MAIL_SERVER=address, MAIL_FROM="tenders@example.gov.uk", MAIL_SECURITY="none",
            TRUSTED_HOSTS=["localhost"],
        )  # fmt: skip
        client.enter(ADA).post_form(
            page_of(people, "auditor@example.org"), {"roles": ["approver"]}, submit="Save roles"
        )
    (letter,) = letters
    assert letter["To"] == "auditor@example.org"
    assert "Ada Administrator changed your roles: you are an approver." in letter.get_content()


def test_officers_are_marked_on_every_tender_that_runs(people, started, client, read):
    client.enter(ADA).post_form(
        page_of(people, "auditor@example.org"), {"roles": ["officer"]}, submit="Save roles"
    )
    assert marks(read, started.tender_id) == [
        ("account.roles_given", "Aled Auditor", "Ada Administrator", None)
    ]
