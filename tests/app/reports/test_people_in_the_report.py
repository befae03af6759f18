"""The report tells who left the panel, which letter stood for which bid, and whose account was touched."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from lots.event import Event
from lots.panel import STOOD_DOWN, PanelChange, Place
from lots.person import Person
from lots.tender import Tender
from scoring.canonical import canonical_json
from tender.reports.blocks import Paragraph, Table
from tender.reports.front import front
from tender.reports.gather import gather
from tender.reports.sections import people_section

AWAY = "He is ill and will be away for months."


@pytest.fixture
def told(evaluated, read, clock):
    """What the report says where the first evaluator was stood down, and a link was made for the second."""
    with read() as session:
        material = gather(session, session.get_one(Tender, evaluated.tender_id))
        officer = session.scalars(select(Person).where(Person.email == "officer@example.org")).one()
        first = next(place for place in material.panel if place.role == "evaluator")
        left = PanelChange(
            member=first.member, kind=STOOD_DOWN, reason=AWAY, marks_count=False, by=officer, at=clock()
        )
        link = Event(
            at=clock(),
            actor_name="Alan Administrator",
            action="account.link_made",
            subject=first.person.name,
            body=canonical_json({"asked_by": "Ada Administrator"}).decode(),
        )
        changed = replace(
            material,
            panel=[Place(first.member, (left,)), *(one for one in material.panel if one is not first)],
            marked=frozenset({first.person.id}),
            letters={(first.person.id, opened.bid_id): "Q" for opened in material.opened[:1]},
            accounts=[link],
        )
        section = people_section(changed)
        tables = {block.caption: block for block in section.blocks if isinstance(block, Table)}
        first_page = " ".join(block.text for block in front(changed) if isinstance(block, Paragraph))
        name = first.person.name
        session.expunge_all()
    return name, tables, first_page


def test_the_report_says_who_was_stood_down_when_why_and_whether_the_marks_count(told):
    name, tables, first_page = told
    (row,) = [row for row in tables["People"].rows if AWAY in row[2]]
    assert row[:2] == ("Evaluator", name)
    assert row[2].startswith("Stood down on 23 November 2026")
    assert "by Olive Officer. The marks given do not count." in row[2]
    assert f"{name}, evaluator: stood down on 23 November 2026" in first_page


def test_the_report_says_under_which_letter_an_evaluator_knew_a_bid(told):
    name, tables, _ = told
    assert [row[1] for row in tables["Letters of the evaluators"].rows] == [f"Q to {name}"]


def test_the_report_says_who_made_a_password_link_for_somebody_who_decides(told):
    name, tables, _ = told
    ((_, what, who),) = tables["Accounts of people who decide"].rows
    assert what == f"Made a password link for somebody who decides on this tender: {name}"
    assert who == "Alan Administrator, asked by Ada Administrator"


def test_the_report_says_what_evaluators_knew_of_the_bidders(told):
    _, _, first_page = told
    assert "They had seen the list of bidders, to declare conflicts of interest" in first_page
    assert "without knowing" not in first_page
