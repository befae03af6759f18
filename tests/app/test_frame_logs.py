"""The technical log: what an operator needs, and nothing about anybody."""

from __future__ import annotations

import json

import pytest

from tender.frame.logs import describe
from tests.app.conftest import PASSWORD


@pytest.fixture
def lines(capsys):
    def read():
        return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]

    return read


def test_each_request_is_one_line_with_its_route_and_not_its_address(client, people, sign_in, lines):
    sign_in("administrator@example.org")
    lines()
    seen = client.get(f"/people/{people.ids['provider@example.org']}?search=secret-query")
    (line,) = lines()
    assert line["request_id"] == seen.headers["X-Request-ID"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/people/<int:person_id>", 200)
    assert isinstance(line["ms"], int)
    assert set(line) == {
        "event", "level", "method", "ms", "person", "request_id", "route", "status", "timestamp"
    }  # fmt: skip


def test_the_same_person_is_recognised_without_being_named(client, people, sign_in, lines):
    sign_in("officer@example.org")
    lines()
    client.get("/account")
    client.get("/help")
    one, two = lines()
    assert one["person"] == two["person"]
    assert one["person"] not in {None, str(people.ids["officer@example.org"])}


def test_what_people_type_is_never_logged(client, people, capsys):
    client.post_form("/sign-in", {"email": "officer@example.org", "password": PASSWORD})
    client.get("/nothing-here-for-pendle-care", status=404)
    printed = "".join(capsys.readouterr())
    for word in ("officer@example.org", "Olive", PASSWORD, "pendle", "127.0.0.1"):
        assert word not in printed


def test_static_files_are_not_logged(client, database, lines):
    lines()
    client.get("/static/tender.css")
    assert lines() == []


def test_a_fault_is_described_by_its_types_and_places_and_not_its_words():
    try:
        try:
            raise KeyError("Pendle Care bids £17.20")
        except KeyError as error:
            raise ValueError("and their e-mail is paula@example.org") from error
    except ValueError as error:
        told = describe(error)
    assert told["types"] == ["builtins.ValueError", "builtins.KeyError"]
    assert "test_frame_logs.py" in told["frames"][0]
    assert "Pendle" not in str(told)
    assert "paula" not in str(told)
