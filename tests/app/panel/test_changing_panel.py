"""The panel of a published tender changes with reasons, and a tender never hangs on one absent person."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from lots import event, panel
from lots.mark import Mark
from lots.panel import PanelChange, PanelMember
from lots.person import PersonRole
from lots.refusal import Conflict, NotPermitted, Refusal
from tender.accounts import operations as accounts
from tender.moderation.moderation_table import moderation_table
from tender.moderation.operations import agreeing, opening
from tender.procurements.operations import changing_published_panel as changing
from tests.app.conftest import People
from tests.app.judging import EVALUATORS, MODERATOR, OFFICER, declare, give_mark, give_marks
from tests.reaching import as_owner

EVE, EVAN = EVALUATORS
ELSIE, MAX = "evaluator3@example.org", "moderator2@example.org"
AWAY = "She is ill and will be away for months."


@pytest.fixture
def people(people, change, clock):
    """Everybody, and two who wait in reserve."""
    ids = dict(people.ids)
    with change() as session:
        for email, name, role in (
            (ELSIE, "Elsie Evaluator", "evaluator"),
            (MAX, "Max Moderator", "moderator"),
        ):
            added = accounts.add_person(
                session, actor=None, email=email, name=name, roles={role}, now=clock()
            )
            ids[email] = added.id
    return People(ids)


def member(session, people, opened, email):
    return session.scalars(
        select(PanelMember).where(
            PanelMember.tender_id == opened.tender_id, PanelMember.person_id == people.ids[email]
        )
    ).one()


def stand_down(session, people, clock, opened, email, successor=None, **wanted):
    return changing.stand_down(
        session,
        **{
            "actor": people.of(session, OFFICER),
            "now": clock(),
            "tender": opened.tender(session),
            "member": member(session, people, opened, email),
            "reason": AWAY,
            "successor": people.of(session, successor) if successor else None,
            **wanted,
        },
    )


def add(session, people, clock, opened, email, reason="The others cannot mark in time."):
    return changing.add_to_panel(
        session,
        actor=people.of(session, OFFICER),
        now=clock(),
        tender=opened.tender(session),
        person=people.of(session, email),
        reason=reason,
    )


def missing(session, opened):
    return opening.missing_for_moderation(session, opened.tender(session))


def row(session, opened, alias="A", code="Q1"):
    return moderation_table(session, opened.tender(session)).find(alias, code)


def open_moderation(session, people, clock, opened):
    opening.open_moderation(
        session, actor=people.of(session, MODERATOR), now=clock(), tender=opened.tender(session)
    )


def agree(session, people, clock, opened, alias="A", code="Q1", mark=3, moderator=MODERATOR, **wanted):
    return agreeing.agree_mark(
        session,
        **{
            "actor": people.of(session, moderator),
            "now": clock(),
            "tender": opened.tender(session),
            "bid": opened.bid(session, alias),
            "question": opened.question(session, code),
            "mark": mark,
            "reasons": "Meets the criterion with some evidence.",
            "discussion": "Agreed at once.",
            "present": [people.of(session, EVE)],
            **wanted,
        },
    )


def last_event(session, opened):
    log = event.log_of(opened.tender(session))
    return session.scalars(
        select(event.Event).where(event.Event.log == log).order_by(event.Event.sequence.desc())
    ).first()


def test_moderation_waits_for_nobody_who_was_stood_down(declared, people, change, clock):
    with change() as session:
        give_marks(session, people, clock, declared, EVE, "ABC")
        give_mark(session, people, clock, declared, EVAN, "A", "Q1", 5)
        assert missing(session, declared) == ["Evan Evaluator has given 1 of 11 marks."]
        stand_down(session, people, clock, declared, EVAN, marks_count=True)
        assert missing(session, declared) == []
        open_moderation(session, people, clock, declared)


@pytest.mark.parametrize("count", [True, False])
def test_marks_given_stay_and_count_or_not_as_decided(declared, people, change, clock, count):
    with change() as session:
        for email, mark in ((EVE, 3), (EVAN, 5)):
            give_marks(session, people, clock, declared, email, "ABC", mark)
        stand_down(session, people, clock, declared, EVAN, marks_count=count)
        one = row(session, declared)
        assert sorted(own.mark for own in one.marks) == ([3, 5] if count else [3])
        assert [own.mark for own in one.set_aside] == ([] if count else [5])
        assert len(session.scalars(select(Mark)).all()) == 22
        written = last_event(session, declared)
        assert written.action == "panel.stood_down"
        assert f'"marks_count":{"true" if count else "false"}' in written.body
        assert AWAY in written.body


def test_whether_the_marks_count_must_be_said_where_there_are_any(declared, people, change, clock):
    with change() as session:
        give_mark(session, people, clock, declared, EVAN, "A", "Q1", 5)
        with pytest.raises(Refusal, match="Say whether the marks that Evan Evaluator gave count"):
            stand_down(session, people, clock, declared, EVAN)
        stand_down(session, people, clock, declared, EVE)


def test_the_officer_can_decide_again_on_the_marks_and_both_decisions_stay(declared, people, change, clock):
    with change() as session:
        give_marks(session, people, clock, declared, EVE, "ABC")
        give_marks(session, people, clock, declared, EVAN, "ABC", 5)
        stand_down(session, people, clock, declared, EVAN, marks_count=True)
        clock.forward(minutes=5)
        changing.decide_marks(
            session,
            actor=people.of(session, OFFICER),
            now=clock(),
            tender=declared.tender(session),
            member=member(session, people, declared, EVAN),
            marks_count=False,
            reason="It came out that he had advised one bidder.",
        )
        assert [own.mark for own in row(session, declared).set_aside] == [5]
        assert [entry.marks_count for entry in session.scalars(select(PanelChange))] == [True, False]


def test_an_agreed_mark_with_somebody_whose_marks_no_longer_count_is_agreed_again(
    moderated, people, change, clock
):
    with change() as session:
        agree(session, people, clock, moderated, present=[people.of(session, EVE), people.of(session, EVAN)])
        clock.forward(minutes=5)
        stand_down(session, people, clock, moderated, EVAN, marks_count=False)
        assert [person.name for person in row(session, moderated).tainted_by] == ["Evan Evaluator"]
        faults = opening.missing_for_locking(session, moderated.tender(session))
        assert any("was stood down, after it was agreed" in fault for fault in faults)


def test_whoever_joins_in_moderation_marks_what_is_not_agreed_yet(moderated, people, change, clock):
    with change() as session:
        agree(session, people, clock, moderated)
        clock.forward(minutes=5)
        add(session, people, clock, moderated, ELSIE)
        assert row(session, moderated).settled
        assert [person.name for person in row(session, moderated, "A", "Q2").missing] == ["Elsie Evaluator"]
        declare(session, people, clock, moderated, ELSIE)
        give_mark(session, people, clock, moderated, ELSIE, "A", "Q2", 4)
        with pytest.raises(Refusal, match="agreed this mark before you joined"):
            give_mark(session, people, clock, moderated, ELSIE, "A", "Q1", 4)
        assert row(session, moderated, "A", "Q2").missing == ()


def test_a_new_moderator_goes_on_where_the_last_one_stopped(moderated, people, change, clock):
    with change() as session:
        agree(session, people, clock, moderated)
        with pytest.raises(Refusal, match="only moderator"):
            stand_down(session, people, clock, moderated, MODERATOR)
        stand_down(session, people, clock, moderated, MODERATOR, MAX)
        tender = moderated.tender(session)
        with pytest.raises(NotPermitted, match="not the moderator"):
            agree(session, people, clock, moderated, "A", "Q2")
        agree(session, people, clock, moderated, "A", "Q2", moderator=MAX)
        assert [one.person.email for one in panel.members(session, tender) if one.role == "moderator"] == [
            MAX
        ]


def test_whoever_was_stood_down_sees_and_marks_nothing_more(declared, people, change, clock, sign_in):
    with change() as session:
        stand_down(session, people, clock, declared, EVAN)
    with change() as session, pytest.raises(NotPermitted, match="You were stood down from this panel"):
        give_mark(session, people, clock, declared, EVAN, "A", "Q1", 3)
    seen = sign_in(EVAN).get(f"/tenders/{declared.tender_id}/marking", status=403)
    assert "What you marked stays on record" in seen.text


def test_somebody_stood_down_can_come_back_and_their_marks_count_again(declared, people, change, clock):
    with change() as session:
        give_mark(session, people, clock, declared, EVAN, "A", "Q1", 5)
        stand_down(session, people, clock, declared, EVAN, marks_count=False)
        clock.forward(days=3)
        entry = add(session, people, clock, declared, EVAN, "He is well again and has time.")
        assert entry.kind == "returned"
        assert [own.mark for own in row(session, declared).marks] == [5]


def test_nobody_marks_and_moderates_in_one_tender(declared, people, change, arrange, clock):
    with arrange() as session:
        session.add(PersonRole(person_id=people.ids[EVAN], role="moderator"))
    with change() as session:
        stand_down(session, people, clock, declared, EVAN)
        with pytest.raises(Refusal, match="cannot both mark and moderate"):
            stand_down(session, people, clock, declared, MODERATOR, EVAN)


def test_the_panel_is_changed_by_officers_until_quality_is_locked(declared, people, change, arrange, clock):
    with change() as session:
        with pytest.raises(NotPermitted):
            stand_down(session, people, clock, declared, EVAN, actor=people.of(session, MODERATOR))
        for reason in ("", "ill", "one two three four"):
            with pytest.raises(Refusal, match="at least 5 words"):
                stand_down(session, people, clock, declared, EVAN, reason=reason)
        stand_down(session, people, clock, declared, EVAN)
        with pytest.raises(Conflict, match="stood Evan Evaluator down"):
            stand_down(session, people, clock, declared, EVAN)
    with arrange() as session:
        declared.tender(session).state = "quality_locked"
    with change() as session, pytest.raises(Conflict, match="Quality locked"):
        add(session, people, clock, declared, ELSIE)


@pytest.mark.parametrize("verb", ["UPDATE panel_change SET reason = 'x'", "DELETE FROM panel_change"])
def test_the_database_refuses_to_change_what_was_decided_on_the_panel(declared, people, change, clock, verb):
    with change() as session:
        stand_down(session, people, clock, declared, EVAN)
    with (
        pytest.raises(DBAPIError, match="append-only"),
        change() as session,
        as_owner(session) as connection,
    ):
        connection.execute(text(verb))


def test_an_officer_replaces_an_evaluator_on_the_pages(declared, people, change, clock, sign_in):
    with change() as session:
        give_mark(session, people, clock, declared, EVAN, "A", "Q1", 5)
        number = member(session, people, declared, EVAN).id
    officer = sign_in(OFFICER)
    at = f"/tenders/{declared.tender_id}/panel"
    assert "Stand down or replace Evan Evaluator" in officer.get(at).links()
    page = f"{at}/members/{number}/stand-down"
    seen = officer.post_form(page, {"reason": "ill", "marks_count": "yes", "successor": ""}, status=400)
    assert seen.errors == ["Say why in at least 5 words. It stays on the record."]
    seen = officer.post_form(
        page, {"reason": AWAY, "marks_count": "yes", "successor": str(people.ids[ELSIE])}
    )
    assert seen.done == "Evan Evaluator is stood down. Elsie Evaluator comes in their place."
    assert f"The marks given count. Reason: {AWAY}" in seen.text
    progress = officer.get(f"/tenders/{declared.tender_id}/marking/progress")
    assert "Evan Evaluator Stood down" in progress.text
