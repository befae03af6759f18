"""Moderation opens with everyone in, records who was there and what was said, and never averages."""

import json

import pytest
from sqlalchemy import func, select

from lots import log_check, states
from lots.event import Event
from lots.moderation import AgreedMark, current_agreed_marks
from lots.refusal import Conflict, NotFound, NotPermitted, Refusal, Refusals
from tender.eligibility.operations import deciding_eligibility
from tender.marking.operations import declaring_conflicts
from tender.moderation.moderation_table import moderation_table
from tender.moderation.operations import agreeing, opening
from tests.app.judging import (
    EVALUATORS,
    MODERATOR,
    OFFICER,
    conflict,
    declare,
    give_mark,
    give_marks,
    open_moderation,
    start,
)
from tests.app.opened_tender import open_tender

EVE, EVAN = EVALUATORS
LONG = "Eve saw no evidence of supervision; Evan pointed to the second page and its table; both then agreed."


def agree(session, people, clock, opened, alias="A", code="Q1", mark=3, **wanted):
    return agreeing.agree_mark(
        session,
        actor=people.of(session, wanted.pop("actor", MODERATOR)),
        now=clock(),
        tender=opened.tender(session),
        bid=opened.bid(session, alias),
        question=opened.question(session, code),
        mark=mark,
        present=[people.of(session, email) for email in wanted.pop("present", EVALUATORS)],
        **{
            "reasons": "Meets the criterion with some evidence.",
            "discussion": "Agreed at once.",
            **wanted,
        },
    )


def agree_all(session, people, clock, opened, mark=3):
    for row in moderation_table(session, opened.tender(session)).rows:
        agree(session, people, clock, opened, row.item.alias, row.item.question.code, mark)


def lock(session, people, clock, opened):
    opening.lock_quality(
        session, actor=people.of(session, MODERATOR), now=clock(), tender=opened.tender(session)
    )


def faults_of(refused):
    return {fault.field for fault in refused.value.faults}


def test_moderation_waits_for_everyone_and_says_for_whom(opened, people, change, clock):
    with change() as session:
        start(session, people, clock, opened)
        declare(session, people, clock, opened, EVE, A="I worked there.")
        give_marks(session, people, clock, opened, EVE, "B")
        with pytest.raises(Refusals) as refused:
            opening.open_moderation(
                session, actor=people.of(session, MODERATOR), now=clock(), tender=opened.tender(session)
            )
        assert [fault.message for fault in refused.value.faults] == [
            "Evan Evaluator has yet to declare on every bidder.",
            "Eve Evaluator declared 1 conflict: the moderator must decide.",
            "Eve Evaluator has given 3 of 7 marks.",
        ]
        assert opened.tender(session).state == states.MARKING


def test_a_bid_that_nobody_may_mark_stops_moderation(opened, people, change, clock):
    with change() as session:
        start(session, people, clock, opened)
        for email in EVALUATORS:
            declare(session, people, clock, opened, email, A="I worked there.")
            declaring_conflicts.decide_conflict(
                session, actor=people.of(session, MODERATOR), now=clock(), tender=opened.tender(session),
                declaration=conflict(session, people, opened, email, "A"), may_mark=False,
                reason="The connection is recent and close.",
            )  # fmt: skip
            give_marks(session, people, clock, opened, email, "BC")
        with pytest.raises(Refusals, match="Nobody may mark Provider A"):
            opening.open_moderation(
                session, actor=people.of(session, MODERATOR), now=clock(), tender=opened.tender(session)
            )


def test_moderation_opens_when_everyone_is_in_and_keeps_the_logs_head(moderated, change):
    with change() as session:
        tender = moderated.tender(session)
        assert tender.state == states.MODERATION
        assert log_check.check(session, tender).heads == 2, "of the start of marking, and of this"


@pytest.mark.parametrize("actor", [OFFICER, EVE])
def test_only_the_moderator_of_the_tender_opens_moderation(opened, people, change, clock, actor):
    with change() as session, pytest.raises(NotPermitted):
        opening.open_moderation(
            session, actor=people.of(session, actor), now=clock(), tender=opened.tender(session)
        )


def test_an_agreed_mark_keeps_reasons_discussion_and_who_was_there(moderated, people, change, clock):
    with change() as session:
        agree(session, people, clock, moderated, present=[EVE])
        (agreed,) = current_agreed_marks(session, moderated.tender(session)).values()
        assert [person.name for person in agreed.present] == ["Eve Evaluator", "Mona Moderator"]
        body = json.loads(session.scalars(select(Event.body).where(Event.action == "mark.agreed")).one())
        assert (body["mark"], body["spread"], sorted(body["own_marks"].values())) == (3, "green", [3, 4])


def test_a_wide_spread_needs_the_discussion_on_record(opened, people, change, clock):
    with change() as session:
        open_moderation(session, people, clock, opened, marks=(1, 4))
        with pytest.raises(Refusals, match="far apart") as refused:
            agree(session, people, clock, opened, mark=3)
        assert faults_of(refused) == {"discussion"}
        agree(session, people, clock, opened, mark=3, discussion=LONG)


def test_a_mark_that_no_evaluator_reaches_needs_its_own_reason(moderated, people, change, clock):
    with change() as session:
        with pytest.raises(
            Refusals, match="agreed on 5, when the evaluators’ own marks run from 3 to 4"
        ) as refused:
            agree(session, people, clock, moderated, mark=5)
        assert faults_of(refused) == {"outside_reason"}
        entry = agree(
            session, people, clock, moderated, mark=5, outside_reason="Both had missed the second page."
        )
        assert entry.outside_reason == "Both had missed the second page."


def test_a_reason_for_going_outside_is_not_kept_where_the_mark_lies_inside(moderated, people, change, clock):
    with change() as session:
        assert agree(session, people, clock, moderated, outside_reason="left over").outside_reason == ""


@pytest.mark.parametrize(
    ("wanted", "fields"),
    [
        ({"mark": 6}, {"mark"}),
        ({"mark": -1}, {"mark"}),
        ({"reasons": "good"}, {"reasons"}),
        ({"discussion": " "}, {"discussion"}),
        ({"present": []}, {"present"}),
        ({"present": [OFFICER]}, {"present"}),
        ({"reasons": "a b c d e" * 3000}, {"reasons"}),
    ],
)
def test_an_agreed_mark_that_would_not_stand_in_court_is_refused(
    moderated, people, change, clock, wanted, fields
):
    with change() as session:
        with pytest.raises(Refusals) as refused:
            agree(session, people, clock, moderated, **wanted)
        assert faults_of(refused) == fields
        assert session.scalar(select(func.count()).select_from(AgreedMark)) == 0


def test_a_changed_agreement_says_why_and_keeps_the_first(moderated, people, change, clock):
    with change() as session:
        first = agree(session, people, clock, moderated)
        with pytest.raises(Refusals, match="Say why the agreed mark changes"):
            agree(session, people, clock, moderated, mark=4, seen=first.id)
        second = agree(
            session,
            people,
            clock,
            moderated,
            mark=4,
            seen=first.id,
            change_reason="The annex of it was overlooked.",
        )
        assert second.replaces_id == first.id
        assert session.scalar(select(func.count()).select_from(AgreedMark)) == 2


def test_two_windows_of_the_moderator_do_not_save_over_each_other(moderated, people, change, clock):
    with change() as session:
        agree(session, people, clock, moderated)
        with pytest.raises(Conflict, match="Mona Moderator recorded an agreed mark here"):
            agree(session, people, clock, moderated, mark=4)


def test_no_mark_is_agreed_before_moderation_opens(opened, people, change, clock):
    with change() as session:
        start(session, people, clock, opened)
        with pytest.raises(Conflict, match="In moderation"):
            agree(session, people, clock, opened)


def test_a_forged_bid_or_question_is_not_agreed_on(opened, people, change, clock):
    with change() as session:
        other = open_tender(session, people, clock(), reference="HC-2")
        open_moderation(session, people, clock, opened)
        with pytest.raises(NotFound):
            agreeing.agree_mark(
                session, actor=people.of(session, MODERATOR), now=clock(), tender=opened.tender(session),
                bid=other.bid(session, "A"), question=opened.question(session, "Q1"), mark=3,
                reasons="one two three four five", discussion="Agreed at once.",
                present=[people.of(session, EVE)],
            )  # fmt: skip


def test_quality_locks_only_when_every_mark_is_agreed(moderated, people, change, clock):
    with change() as session:
        agree(session, people, clock, moderated)
        with pytest.raises(Refusals) as refused:
            lock(session, people, clock, moderated)
        assert len(refused.value.faults) == 10
        assert refused.value.faults[0].message == "Provider A, Q2: no agreed mark yet."


def test_locking_writes_every_agreed_mark_into_the_log(moderated, people, change, clock):
    with change() as session:
        agree_all(session, people, clock, moderated)
        lock(session, people, clock, moderated)
        assert moderated.tender(session).state == states.QUALITY_LOCKED
        body = json.loads(session.scalars(select(Event.body).where(Event.action == "quality.locked")).one())
        assert body["agreed"]["B"] == {"Q1": 3, "Q2": 3, "Q3": 3}
        assert log_check.check(session, moderated.tender(session)).intact


def test_nothing_is_agreed_anew_once_quality_is_locked(moderated, people, change, clock):
    with change() as session:
        agree_all(session, people, clock, moderated)
        lock(session, people, clock, moderated)
        with pytest.raises(Conflict):
            agree(session, people, clock, moderated)
        with pytest.raises(Conflict):
            lock(session, people, clock, moderated)


def late_conflict(session, people, clock, opened):
    """Eve finds out during moderation that she knows the bidder of A, and is kept off it."""
    clock.forward(minutes=5)
    declaring_conflicts.declare_conflicts(
        session, actor=people.of(session, EVE), now=clock(), tender=opened.tender(session),
        declarations={opened.bid_ids["A"]: (True, "My brother joined their board.")},
    )  # fmt: skip
    declaring_conflicts.decide_conflict(
        session, actor=people.of(session, MODERATOR), now=clock(), tender=opened.tender(session),
        declaration=conflict(session, people, opened, EVE, "A"), may_mark=False,
        reason="A close relative now leads the bidder.",
    )  # fmt: skip


def test_a_conflict_that_comes_up_after_the_agreement_makes_the_panel_agree_anew(
    moderated, people, change, clock
):
    with change() as session:
        agree_all(session, people, clock, moderated)
        late_conflict(session, people, clock, moderated)
        with pytest.raises(Refusals) as refused:
            lock(session, people, clock, moderated)
        assert refused.value.faults[0].message == (
            "Provider A, Q1: Eve Evaluator declared a conflict, or was stood down, after "
            "it was agreed. Agree it again."
        )
        row = moderation_table(session, moderated.tender(session)).find("A", "Q1")
        assert [own.person.name for own in row.marks] == ["Evan Evaluator"]
        assert [own.person.name for own in row.set_aside] == ["Eve Evaluator"]
        for code in ("Q1", "Q2", "Q3", "Q4"):
            seen = moderation_table(session, moderated.tender(session)).find("A", code).agreed.id
            with pytest.raises(Refusals, match="must not take part"):
                agree(
                    session,
                    people,
                    clock,
                    moderated,
                    "A",
                    code,
                    4,
                    seen=seen,
                    change_reason="Agreed again without Eve in the room.",
                )
            agree(
                session, people, clock, moderated, "A", code, 4,
                seen=seen, change_reason="Agreed again without Eve in the room.", present=[EVAN],
            )  # fmt: skip
        lock(session, people, clock, moderated)


def test_an_undecided_conflict_stops_the_lock(moderated, people, change, clock):
    with change() as session:
        agree_all(session, people, clock, moderated)
        declaring_conflicts.declare_conflicts(
            session, actor=people.of(session, EVE), now=clock(), tender=moderated.tender(session),
            declarations={moderated.bid_ids["A"]: (True, "My brother joined their board.")},
        )  # fmt: skip
        with pytest.raises(Refusals, match="the moderator must decide"):
            lock(session, people, clock, moderated)


def test_a_bid_that_comes_back_in_moderation_must_be_marked_before_it_is_agreed(
    opened, people, change, clock
):
    with change() as session:
        start(session, people, clock, opened)
        out = deciding_eligibility.decide(
            session, actor=people.of(session, OFFICER), now=clock(), tender=opened.tender(session),
            bid=opened.bid(session, "C"), state="procedural_breach", lot_codes=(),
            reason="The form of tender was not signed.",
        )  # fmt: skip
        for email in EVALUATORS:
            declare(session, people, clock, opened, email)
            give_marks(session, people, clock, opened, email, "AB")
        opening.open_moderation(
            session, actor=people.of(session, MODERATOR), now=clock(), tender=opened.tender(session)
        )
        deciding_eligibility.decide(
            session, actor=people.of(session, OFFICER), now=clock(), tender=opened.tender(session),
            bid=opened.bid(session, "C"), state="in_assessment", lot_codes=(), seen=out.id,
            reason="The signed form was found after all.",
        )  # fmt: skip
        give_mark(session, people, clock, opened, EVE, "C", "Q1", 3)
        with pytest.raises(Refusal, match="Evan Evaluator must mark this first"):
            agree(session, people, clock, opened, "C")
        give_mark(session, people, clock, opened, EVAN, "C", "Q1", 3)
        agree(session, people, clock, opened, "C")
