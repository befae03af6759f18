"""Who reaches what: each route declares one permission, and that is what counts."""

from __future__ import annotations

import pytest
from flask import Flask

from tender.frame import permissions
from tender.frame.permissions import PermissionFault, is_safe_address, public, requires


def bare_app() -> Flask:
    return Flask("bare", static_folder=None)


def test_every_route_declares_a_permission_that_some_role_holds(app):
    known = {permissions.PUBLIC, permissions.SIGNED_IN, *app.extensions["permissions"]}
    declared = {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "permission", None)
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
    }
    assert declared
    assert {endpoint for endpoint, permission in declared.items() if permission not in known} == set()


def test_an_application_with_an_undeclared_route_does_not_start():
    app = bare_app()
    app.add_url_rule("/open", view_func=lambda: "open", endpoint="open")
    with pytest.raises(PermissionFault, match="the route open declares no permission"):
        permissions.init_app(app, [])


def test_an_application_with_an_unknown_permission_does_not_start():
    app = bare_app()
    app.add_url_rule("/x", view_func=requires("cake.eat")(lambda: ""), endpoint="x")
    with pytest.raises(PermissionFault, match=r"the route x declares cake\.eat"):
        permissions.init_app(app, [{"cake.bake": {"officer"}}])


def test_a_route_added_later_without_permission_is_not_served(app):
    app.add_url_rule("/late", view_func=lambda: "late", endpoint="late")
    with pytest.raises(PermissionFault):
        app.test_client().get("/late")


def test_a_view_cannot_declare_two_permissions():
    with pytest.raises(PermissionFault, match="two permissions"):
        requires("a")(public(lambda: ""))


@pytest.mark.parametrize(
    "tables",
    [
        [{"tender.read": {"officer"}}, {"tender.read": {"auditor"}}],
        [{"tender.read": {"king"}}],
        [{"tender.read": set()}],
    ],
    ids=["defined twice", "an unknown role", "held by nobody"],
)
def test_a_faulty_table_is_refused(tables):
    with pytest.raises(PermissionFault):
        permissions.init_app(bare_app(), tables)


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(client, database):
    assert client.get("/account?x=1").path == "/sign-in?next=/account?x%3D1"


def test_a_form_sent_without_signing_in_is_not_returned_to(client, database):
    client.get("/sign-in")
    answer = client.raw.post("/account", data={})
    assert answer.headers["Location"] == "/sign-in"


@pytest.mark.parametrize("address", ["/", "/tenders/3?page=2", "/a%20b"])
def test_an_address_of_this_site_is_safe(address):
    assert is_safe_address(address)


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "tenders",
        "//evil",
        "/\\evil",
        "https://evil",
        "/a\nb",
        "javascript:alert(1)",
        "/x\\y",
        " /x",
    ],
)
def test_an_address_of_another_site_is_not_safe(address):
    assert not is_safe_address(address)


def test_the_navigation_shows_only_what_the_person_may_open(client, people, sign_in):
    sign_in("officer@example.org")
    assert "People" not in client.get("/").html.header.get_text()
    client.sign_out()
    sign_in("administrator@example.org")
    assert "People" in client.get("/").html.header.get_text()
