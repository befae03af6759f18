"""Conflicts before seeing, marks given blind, and changes kept beside what they change."""

import json

import pytest
from sqlalchemy import func, select

from lots import panel, states
from lots.event import Event
from lots.mark import Mark, current_marks
from lots.refusal import Conflict, NotFound, NotPermitted, Refusal, Refusals
from tender.eligibility.operations import deciding_eligibility
from tender.marking import counting
from tender.marking.operations import declaring_conflicts, giving_marks
from tests.app.judging import OFFICER, conflict, declare, give_mark, give_marks, start
from tests.app.opened_tender import Bidder, open_tender, pin, rated, ratings_csv

EVALUATOR, SECOND, MODERATOR = "evaluator@example.org", "evaluator2@example.org", "moderator@example.org"


def test_marking_cannot_start_before_ratings_are_pinned(opened, people, change, clock):
    with change() as session, pytest.raises(Refusals, match="Pin a file of CQC ratings"):
        giving_marks.start(
            session, actor=people.of(session, OFFICER), now=clock(), tender=opened.tender(session)
        )


def test_marking_cannot_start_without_anything_to_mark(opened, people, change, clock):
    out = [rated(f"1-{n}01", f"1-{n}00", safe="Inadequate") for n in (1, 2, 3)]
    with change() as session, pytest.raises(Refusals, match="nothing to mark"):
        start(session, people, clock, opened, ratings_csv(*out))


def test_marking_starts_once(started, people, change, clock):
    with change() as session, pytest.raises(Conflict, match="Being marked"):
        giving_marks.start(
            session, actor=people.of(session, OFFICER), now=clock(), tender=started.tender(session)
        )


def test_an_evaluator_cannot_start_marking(opened, people, change, clock):
    with change() as session, pytest.raises(NotPermitted):
        giving_marks.start(
            session, actor=people.of(session, EVALUATOR), now=clock(), tender=opened.tender(session)
        )


def test_the_start_says_in_the_log_who_is_marked_and_by_which_ratings(opened, people, change, clock):
    with change() as session:
        file = start(
            session, people, clock, opened,
            ratings_csv(
                rated("1-101", "1-100", safe="Inadequate"), rated("1-201", "1-200"), rated("1-301", "1-300")
            ),
        )  # fmt: skip
        body = json.loads(session.scalars(select(Event.body).where(Event.action == "marking.started")).one())
        assert body["ratings_sha256"] == file.sha256
        assert body["in_assessment"] == ["B", "C"]
        assert body["out"] == {"A": {"L1": "condition_not_met", "L2": "condition_not_met"}}


def test_no_mark_can_be_given_before_every_bidder_is_declared_on(started, people, change, clock):
    with change() as session, pytest.raises(NotPermitted, match="before you see any bid"):
        give_mark(session, people, clock, started, EVALUATOR, "A", "Q1", 3)


def test_a_first_declaration_leaves_nobody_out(opened, people, change, clock):
    with change() as session, pytest.raises(Refusal, match="Acorn Homecare CIC, Mellor Support Ltd"):
        declaring_conflicts.declare_conflicts(
            session, actor=people.of(session, EVALUATOR), now=clock(), tender=opened.tender(session),
            declarations={opened.bid_ids["A"]: (False, "")},
        )  # fmt: skip


def test_a_conflict_needs_to_be_told(opened, people, change, clock):
    with change() as session, pytest.raises(Refusals) as refused:
        declare(session, people, clock, opened, EVALUATOR, A="  ")
    assert refused.value.faults[0].field == f"detail_{opened.bid_ids['A']}"


def test_nobody_declares_on_another_tenders_bidder(opened, people, change, clock):
    with change() as session:
        other = open_tender(session, people, clock(), reference="HC-2")
        with pytest.raises(NotFound):
            declaring_conflicts.declare_conflicts(
                session, actor=people.of(session, EVALUATOR), now=clock(), tender=opened.tender(session),
                declarations=dict.fromkeys(other.bid_ids.values(), (False, "")),
            )  # fmt: skip


def test_a_conflict_takes_the_evaluator_off_that_bid_and_no_other(started, people, change, clock):
    with change() as session:
        declare(session, people, clock, started, EVALUATOR, A="My sister works there.")
        with pytest.raises(NotPermitted, match="kept off this bid"):
            give_mark(session, people, clock, started, EVALUATOR, "A", "Q1", 3)
        give_mark(session, people, clock, started, EVALUATOR, "B", "Q1", 3)


def test_an_evaluator_cannot_lift_their_own_conflict(opened, people, change, clock):
    with change() as session:
        declare(session, people, clock, opened, EVALUATOR, A="My sister works there.")
        with pytest.raises(Refusals, match="Only the moderator can decide"):
            declare(session, people, clock, opened, EVALUATOR)


def test_a_conflict_can_come_up_later_and_keeps_the_first_word_on_record(opened, people, change, clock):
    with change() as session:
        declare(session, people, clock, opened, EVALUATOR)
        (entry,) = declaring_conflicts.declare_conflicts(
            session, actor=people.of(session, EVALUATOR), now=clock(), tender=opened.tender(session),
            declarations={opened.bid_ids["C"]: (True, "They have offered me a job.")},
        )  # fmt: skip
        assert entry.replaces_id is not None
        assert session.scalar(select(func.count()).select_from(panel.ConflictDeclaration)) == 4


def test_declaring_the_same_conflict_again_adds_no_entry(opened, people, change, clock):
    with change() as session:
        declare(session, people, clock, opened, EVALUATOR)
        assert declare(session, people, clock, opened, EVALUATOR) == []


def test_the_log_of_a_declaration_holds_names_and_no_letters(opened, people, change, clock):
    with change() as session:
        declare(session, people, clock, opened, EVALUATOR, A="My sister works there.")
        (text,) = session.scalars(select(Event.body).where(Event.action == "conflict.declared"))
        assert set(json.loads(text)["declarations"][0]) == {"bidder", "conflicted", "detail", "replaces"}


def decide(session, people, clock, opened, may_mark=True, actor=MODERATOR, email=EVALUATOR):
    return declaring_conflicts.decide_conflict(
        session, actor=people.of(session, actor), now=clock(), tender=opened.tender(session),
        declaration=conflict(session, people, opened, email, "A"),
        may_mark=may_mark, reason="She left the company nine years ago.",
    )  # fmt: skip


def test_the_moderator_lets_an_evaluator_mark_after_all(started, people, change, clock):
    with change() as session:
        declare(session, people, clock, started, EVALUATOR, A="I worked there.")
        decide(session, people, clock, started)
        give_mark(session, people, clock, started, EVALUATOR, "A", "Q1", 3)


def test_the_moderator_keeps_an_evaluator_off(started, people, change, clock):
    with change() as session:
        declare(session, people, clock, started, EVALUATOR, A="I worked there.")
        decide(session, people, clock, started, may_mark=False)
        with pytest.raises(NotPermitted, match="kept off"):
            give_mark(session, people, clock, started, EVALUATOR, "A", "Q1", 3)


def test_a_conflict_told_more_about_needs_a_new_decision(started, people, change, clock):
    with change() as session:
        declare(session, people, clock, started, EVALUATOR, A="I worked there.")
        old = conflict(session, people, started, EVALUATOR, "A")
        declare(session, people, clock, started, EVALUATOR, A="I worked there and hold shares.")
        with pytest.raises(Conflict, match="has said more about this conflict"):
            declaring_conflicts.decide_conflict(
                session, actor=people.of(session, MODERATOR), now=clock(), tender=started.tender(session),
                declaration=old, may_mark=True, reason="She left the company nine years ago.",
            )  # fmt: skip
        decide(session, people, clock, started)
        declare(session, people, clock, started, EVALUATOR, A="I worked there and hold many shares.")
        with pytest.raises(NotPermitted, match="kept off"):
            give_mark(session, people, clock, started, EVALUATOR, "A", "Q1", 3)


def test_a_conflict_is_decided_once(opened, people, change, clock):
    with change() as session:
        declare(session, people, clock, opened, EVALUATOR, A="I worked there.")
        decide(session, people, clock, opened)
        with pytest.raises(Conflict, match="Mona Moderator decided on this conflict"):
            decide(session, people, clock, opened, may_mark=False)


@pytest.mark.parametrize("actor", [OFFICER, EVALUATOR])
def test_only_the_moderator_of_the_tender_decides_on_conflicts(opened, people, change, clock, actor):
    with change() as session:
        declare(session, people, clock, opened, EVALUATOR, A="I worked there.")
        with pytest.raises(NotPermitted):
            decide(session, people, clock, opened, actor=actor)


def test_a_mark_is_kept_with_its_rationale(started, people, change, clock):
    with change() as session:
        declare(session, people, clock, started, EVALUATOR)
        give_mark(session, people, clock, started, EVALUATOR, "A", "Q1", 4)
        (mark,) = current_marks(session, started.tender(session)).values()
        assert (mark.mark, mark.rationale) == (4, "Clear duties and yearly training for everybody.")


@pytest.mark.parametrize("mark", [-1, 6, True, 2.5, "3"])
def test_a_mark_outside_the_scale_is_refused(started, people, change, clock, mark):
    with change() as session:
        declare(session, people, clock, started, EVALUATOR)
        with pytest.raises(Refusals, match="Give a whole mark from 0 to 5") as refused:
            give_mark(session, people, clock, started, EVALUATOR, "A", "Q1", mark)
        assert refused.value.faults[0].field == "mark"


def test_a_mark_without_a_rationale_is_refused(started, people, change, clock):
    with change() as session:
        declare(session, people, clock, started, EVALUATOR)
        with pytest.raises(Refusals, match="Say why"):
            give_mark(session, people, clock, started, EVALUATOR, "A", "Q1", 3, rationale=" good ")


def test_a_changed_mark_keeps_the_earlier_one_and_says_why(started, people, change, clock):
    with change() as session:
        declare(session, people, clock, started, EVALUATOR)
        first = give_mark(session, people, clock, started, EVALUATOR, "A", "Q1", 4)
        with pytest.raises(Refusals, match="Say why you change the mark"):
            give_mark(session, people, clock, started, EVALUATOR, "A", "Q1", 2, seen=first.id)
        with pytest.raises(Refusals, match="Nothing is changed"):
            give_mark(session, people, clock, started, EVALUATOR, "A", "Q1", 4, seen=first.id)
        give_mark(
            session, people, clock, started, EVALUATOR, "A", "Q1", 2,
            seen=first.id, change_reason="I had read the wrong answer.",
        )  # fmt: skip
        assert session.scalar(select(func.count()).select_from(Mark)) == 2
        (mark,) = current_marks(session, started.tender(session)).values()
        assert (mark.mark, mark.replaces_id) == (2, first.id)


def test_the_same_mark_from_two_windows_is_not_saved_over(started, people, change, clock):
    with change() as session:
        declare(session, people, clock, started, EVALUATOR)
        give_mark(session, people, clock, started, EVALUATOR, "A", "Q1", 4)
        with pytest.raises(Conflict, match="You saved this mark in another window"):
            give_mark(session, people, clock, started, EVALUATOR, "A", "Q1", 1)


def test_a_bid_out_of_the_assessment_is_not_marked(opened, people, change, clock):
    with change() as session:
        start(
            session, people, clock, opened,
            ratings_csv(
                rated("1-101", "1-100", safe="Inadequate"), rated("1-201", "1-200"), rated("1-301", "1-300")
            ),
        )  # fmt: skip
        declare(session, people, clock, opened, EVALUATOR)
        with pytest.raises(NotFound):
            give_mark(session, people, clock, opened, EVALUATOR, "A", "Q1", 4)


def test_a_question_of_one_lot_is_marked_only_for_bids_in_that_lot(started, people, change, clock):
    with change() as session:
        declare(session, people, clock, started, EVALUATOR)
        give_mark(session, people, clock, started, EVALUATOR, "B", "Q3", 4)
        with pytest.raises(NotFound):
            give_mark(session, people, clock, started, EVALUATOR, "B", "Q4", 4)


def test_somebody_who_is_not_on_the_panel_cannot_mark(people, change, clock):
    with change() as session:
        opened = open_tender(session, people, clock(), evaluators=[SECOND])
        start(session, people, clock, opened)
        with pytest.raises(NotPermitted, match="not an evaluator of this tender"):
            give_mark(session, people, clock, opened, EVALUATOR, "A", "Q1", 4)


def test_bid_and_question_of_another_tender_cannot_be_marked_here(opened, people, change, clock):
    with change() as session:
        other = open_tender(session, people, clock(), reference="HC-2")
        start(session, people, clock, opened)
        declare(session, people, clock, opened, EVALUATOR)
        for bid, question in (
            (other.bid(session, "A"), opened.question(session, "Q1")),
            (opened.bid(session, "A"), other.question(session, "Q1")),
        ):
            with pytest.raises(NotFound):
                giving_marks.record_mark(
                    session, actor=people.of(session, EVALUATOR), now=clock(), tender=opened.tender(session),
                    bid=bid, question=question, mark=3, rationale="five words are given here",
                )  # fmt: skip


def test_progress_counts_what_each_may_mark(started, people, change, clock):
    with change() as session:
        declare(session, people, clock, started, EVALUATOR, A="I worked there.")
        give_marks(session, people, clock, started, EVALUATOR, "B")
        evan, eve = counting.progress(session, started.tender(session))
        assert (eve.person.name, eve.declared, eve.done, eve.total) == ("Eve Evaluator", True, 3, 7)
        assert (eve.kept_off, eve.waiting) == (1, 1)
        assert (evan.declared, evan.done, evan.total) == (False, 0, 11)


def test_once_moderation_is_open_own_marks_stand_but_a_bid_that_came_back_can_be_marked(
    started, people, change, clock
):
    with change() as session:
        out = deciding_eligibility.decide(
            session, actor=people.of(session, OFFICER), now=clock(), tender=started.tender(session),
            bid=started.bid(session, "C"), state="procedural_breach", lot_codes=(),
            reason="The form of tender was not signed.",
        )  # fmt: skip
        declare(session, people, clock, started, EVALUATOR)
        mark = give_mark(session, people, clock, started, EVALUATOR, "A", "Q1", 4)
        started.tender(session).state = states.MODERATION
        session.flush()
        with pytest.raises(Refusal, match="your own mark stands"):
            give_mark(
                session, people, clock, started, EVALUATOR, "A", "Q1", 1, seen=mark.id, change_reason="Hm."
            )
        with pytest.raises(NotFound):
            give_mark(session, people, clock, started, EVALUATOR, "C", "Q1", 1)
        deciding_eligibility.decide(
            session, actor=people.of(session, OFFICER), now=clock(), tender=started.tender(session),
            bid=started.bid(session, "C"), state="in_assessment", lot_codes=(), seen=out.id,
            reason="The signed form was found after all.",
        )  # fmt: skip
        give_mark(session, people, clock, started, EVALUATOR, "C", "Q1", 1)


def test_the_officer_pins_again_during_marking_and_a_bidder_drops_out(people, change, clock):
    with change() as session:
        opened = open_tender(
            session, people, clock(), bidders=[Bidder("A Ltd", "1-100", ("1-101",)), Bidder("B Ltd", "1-200")]
        )
        start(session, people, clock, opened)
        pin(session, people, opened, clock(), ratings_csv(rated("1-101", "1-100", caring="Inadequate")))
        assert {one.total for one in counting.progress(session, opened.tender(session))} == {4}
