"""What lets a bidder back in takes reasons and two officers; what was loaded wrongly can be withdrawn."""

import json
from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from lots import states
from lots.event import Event
from lots.rating import (
    RatingsFile,
    RatingsPin,
    loaded_files,
    newest_file,
    rows_digest,
)
from lots.rating_decisions import LocationCheck, PinRequest, waiting_request
from lots.record import evaluation_record, pinned_file
from lots.refusal import Conflict, NotFound, NotPermitted, Refusal, Refusals
from scoring.reading.record import from_object
from tender.eligibility.assessment import assessment
from tender.eligibility.operations import checking_locations, loading_ratings, pinning_ratings
from tender.marking.operations import giving_marks
from tender.moderation.operations.opening import missing_for_locking
from tests.app.opened_tender import ALL_GOOD, pin, rated, ratings_csv
from tests.reaching import reach_into

OFFICER, SECOND = "officer@example.org", "officer2@example.org"
REASON = "The CQC published a new rating of 12 November."
ONE_OUT = ratings_csv(
    rated("1-101", "1-100", safe="Inadequate"), rated("1-201", "1-200"), rated("1-301", "1-300")
)
WITHOUT_ZEAL = ratings_csv(rated("1-201", "1-200"), rated("1-301", "1-300"))
LATER = date(2026, 11, 20)


def load(session, people, clock, content, as_at=LATER):
    return loading_ratings.load_ratings(
        session,
        actor=people.of(session, OFFICER),
        now=clock(),
        filename="later.csv",
        content=content,
        as_at=as_at,
    )


def ask(session, people, clock, opened, content=ALL_GOOD, reason=REASON, actor=OFFICER, stage="opening"):
    return pinning_ratings.pin(
        session,
        actor=people.of(session, actor),
        now=clock(),
        tender=opened.tender(session),
        ratings_file=load(session, people, clock, content),
        stage=stage,
        reason=reason,
    )


def answer(session, people, clock, opened, agreed=True, reason="", actor=SECOND):
    waiting = waiting_request(session, opened.tender(session))
    return pinning_ratings.answer(
        session, actor=people.of(session, actor), now=clock(), tender=opened.tender(session),
        request=waiting, agreed=agreed, reason=reason,
    )  # fmt: skip


def states_of(session, opened):
    return {one.alias: one.state for one in assessment(session, opened.tender(session))}


def body_of(session, action):
    return json.loads(session.scalars(select(Event.body).where(Event.action == action)).all()[-1])


def test_a_file_that_lets_a_bidder_back_in_takes_reasons(opened, people, change, clock):
    with change() as session:
        pin(session, people, opened, clock(), ONE_OUT)
        with pytest.raises(
            Refusal, match="with them Zeal Care Ltd comes back into the assessment"
        ) as refused:
            ask(session, people, clock, opened, reason="  ")
        assert refused.value.field == "reason"
        with pytest.raises(Refusal, match="at least 5 words"):
            ask(session, people, clock, opened, reason="It is better")


def test_nothing_changes_before_a_second_officer_confirms(opened, people, change, clock):
    with change() as session:
        first = pin(session, people, opened, clock(), ONE_OUT)
        assert isinstance(ask(session, people, clock, opened), PinRequest)
        assert pinned_file(session, opened.tender(session)).id == first.id
        assert states_of(session, opened)["A"] == "condition_not_met"
        made = answer(session, people, clock, opened)
        assert states_of(session, opened)["A"] == "in_assessment"
        assert session.get(RatingsPin, made.pin_id).by.email == OFFICER
        body = body_of(session, "ratings.pinned")
        assert (body["coming_back"], body["reason"]) == (["A"], REASON)
        assert (body["requested_by"], body["confirmed_by"]) == (
            "Olive Officer",
            people.of(session, SECOND).name,
        )


def test_who_asked_cannot_confirm(opened, people, change, clock):
    with change() as session:
        pin(session, people, opened, clock(), ONE_OUT)
        ask(session, people, clock, opened)
        with pytest.raises(NotPermitted, match="Another officer has to confirm"):
            answer(session, people, clock, opened, actor=OFFICER)


def test_a_second_officer_who_refuses_says_why_and_leaves_all_as_it_was(opened, people, change, clock):
    with change() as session:
        first = pin(session, people, opened, clock(), ONE_OUT)
        ask(session, people, clock, opened)
        with pytest.raises(Refusal, match="at least 5 words"):
            answer(session, people, clock, opened, agreed=False)
        answer(session, people, clock, opened, agreed=False, reason="The file is not that of the CQC.")
        assert pinned_file(session, opened.tender(session)).id == first.id
        assert waiting_request(session, opened.tender(session)) is None
        assert body_of(session, "ratings.pin_refused")["reason"] == "The file is not that of the CQC."


def test_a_detour_over_a_file_without_the_bidder_makes_nobodys_refusal_forgotten(
    opened, people, change, clock
):
    with change() as session:
        pin(session, people, opened, clock(), ONE_OUT)
        pin(session, people, opened, clock(), WITHOUT_ZEAL, date(2026, 11, 10))
        assert states_of(session, opened)["A"] == "not_checked"
        assert isinstance(ask(session, people, clock, opened), PinRequest)


def test_a_bidder_let_back_in_by_two_officers_is_not_asked_about_again(opened, people, change, clock):
    with change() as session:
        pin(session, people, opened, clock(), ONE_OUT)
        ask(session, people, clock, opened)
        answer(session, people, clock, opened)
        more = ratings_csv(*(rated(f"1-{n}01", f"1-{n}00") for n in range(1, 5)))
        assert isinstance(ask(session, people, clock, opened, more, reason=""), RatingsPin)


def test_a_second_request_waits_for_the_answer_to_the_first(opened, people, change, clock):
    with change() as session:
        pin(session, people, opened, clock(), ONE_OUT)
        ask(session, people, clock, opened)
        with pytest.raises(Conflict, match=r"asked for later\.csv on"):
            ask(session, people, clock, opened, actor=SECOND)


def test_a_pin_that_lets_nobody_back_in_makes_a_waiting_request_void(opened, people, change, clock):
    with change() as session:
        pin(session, people, opened, clock(), ONE_OUT)
        request = ask(session, people, clock, opened)
        ask(session, people, clock, opened, ONE_OUT + b"\r\n", reason="")
        assert waiting_request(session, opened.tender(session)) is None
        with pytest.raises(Conflict, match="answered already"):
            pinning_ratings.answer(
                session, actor=people.of(session, SECOND), now=clock(), tender=opened.tender(session),
                request=request, agreed=True,
            )  # fmt: skip


def test_a_withdrawn_file_stays_on_record_and_is_used_no_more(opened, people, change, clock):
    with change() as session:
        older = load(session, people, clock, ONE_OUT, date(2026, 11, 1))
        wrong = load(session, people, clock, ALL_GOOD)
        officer = people.of(session, OFFICER)
        assert newest_file(session) is wrong
        loading_ratings.withdraw(
            session,
            actor=officer,
            now=clock(),
            ratings_file=wrong,
            reason="It is the file of another region.",
        )
        assert newest_file(session) is older
        assert set(loaded_files(session)) == {older, wrong}
        assert wrong.withdrawal.by is officer
        with pytest.raises(Refusal, match=r"withdrew this file on .* another region. Choose another"):
            ask(session, people, clock, opened)
        with pytest.raises(Conflict, match="withdrew this file"):
            loading_ratings.withdraw(
                session, actor=officer, now=clock(), ratings_file=wrong, reason="Once more, for good measure."
            )
        assert body_of(session, "ratings.withdrawn")["sha256"] == wrong.sha256


def test_marking_does_not_start_on_a_file_that_was_withdrawn(opened, people, change, clock):
    with change() as session:
        file = pin(session, people, opened, clock())
        officer = people.of(session, OFFICER)
        loading_ratings.withdraw(
            session, actor=officer, now=clock(), ratings_file=file, reason="It is the file of another region."
        )
        with pytest.raises(Refusals, match=r"was withdrawn by Olive Officer .* Pin another file"):
            giving_marks.start(session, actor=officer, now=clock(), tender=opened.tender(session))


def test_the_date_of_a_file_is_mended_and_the_earlier_one_kept(people, change, clock):
    with change() as session:
        file = load(session, people, clock, ALL_GOOD, date(2026, 1, 11))
        officer = people.of(session, OFFICER)
        loading_ratings.mend_date(
            session, actor=officer, now=clock(), ratings_file=file, as_at=date(2026, 11, 1),
            reason="Day and month were typed the wrong way.",
        )  # fmt: skip
        assert (file.dated, file.as_at) == (date(2026, 11, 1), date(2026, 1, 11))
        body = body_of(session, "ratings.redated")
        assert (body["as_at_before"], body["as_at"]) == ("2026-01-11", "2026-11-01")
        with pytest.raises(Refusal, match="is of 1 November 2026 already"):
            loading_ratings.mend_date(
                session, actor=officer, now=clock(), ratings_file=file, as_at=date(2026, 11, 1),
                reason="Day and month were typed the wrong way.",
            )  # fmt: skip


@pytest.mark.parametrize(
    "change_to",
    ["UPDATE ratings_file_change SET reason = 'x'", "DELETE FROM ratings_file_change"],
    ids=["altering", "removing"],
)
def test_the_database_keeps_what_was_found_out_about_a_file(people, change, clock, change_to):
    with change() as session:
        file = load(session, people, clock, ALL_GOOD)
        loading_ratings.withdraw(
            session, actor=people.of(session, OFFICER), now=clock(), ratings_file=file,
            reason="It is the file of another region.",
        )  # fmt: skip
        refused = pytest.raises(DBAPIError, match=r"append-only|permission denied")
        with refused, session.begin_nested():
            session.execute(text(change_to))


def test_the_event_of_loading_holds_every_row_to_a_digest(people, change, clock):
    with change() as session:
        file = load(session, people, clock, ALL_GOOD)
        body = body_of(session, "ratings.loaded")
        assert (body["rows"], body["kinds"], body["as_at"]) == (3, ["wide"], "2026-11-20")
        digest = rows_digest(session, file.id)
        assert (digest.rows, digest.sha256) == (body["rows"], body["rows_sha256"])
        reach_into(session, "rating", "UPDATE rating SET safe = 'Outstanding' WHERE location_id = '1-101'")
        assert rows_digest(session, file.id).sha256 != body["rows_sha256"]


CHECK = {
    "reason": "Rated Good overall and on every key question.",
    "evidence": "The page of location 1-101 in the CQC's register, 22 November 2026.",
}


def check(session, people, clock, opened, actor=OFFICER, **told):
    return checking_locations.record_check(
        session, actor=people.of(session, actor), now=clock(), tender=opened.tender(session),
        bid=opened.bid(session, "A"), location_id="1-101", **{**CHECK, **told},
    )  # fmt: skip


def answer_check(session, people, clock, opened, actor=SECOND, agreed=True, reason=""):
    return checking_locations.answer_check(
        session, actor=people.of(session, actor), now=clock(), tender=opened.tender(session),
        bid=opened.bid(session, "A"), location_id="1-101", agreed=agreed, reason=reason,
    )  # fmt: skip


def test_two_officers_settle_a_location_that_the_file_does_not_hold(opened, people, change, clock):
    with change() as session:
        pin(session, people, opened, clock(), WITHOUT_ZEAL)
        check(session, people, clock, opened)
        assert states_of(session, opened)["A"] == "not_checked"
        with pytest.raises(NotPermitted, match="Another officer"):
            answer_check(session, people, clock, opened, actor=OFFICER)
        answer_check(session, people, clock, opened)
        zeal = assessment(session, opened.tender(session))[0]
        assert zeal.in_assessment
        assert any(CHECK["reason"] in flag for flag in zeal.flags)
        record = from_object({**evaluation_record(session, opened.tender(session)), "bids": []})
        assert record.bidders[0].locations[0].covered == CHECK["reason"]
        giving_marks.start(
            session, actor=people.of(session, OFFICER), now=clock(), tender=opened.tender(session)
        )
        assert opened.tender(session).state == states.MARKING


def test_what_two_officers_found_does_not_outlive_the_file_that_it_is_about(opened, people, change, clock):
    with change() as session:
        pin(session, people, opened, clock(), WITHOUT_ZEAL)
        check(session, people, clock, opened)
        answer_check(session, people, clock, opened)
        pin(session, people, opened, clock(), WITHOUT_ZEAL + b"\r\n", LATER)
        assert states_of(session, opened)["A"] == "not_checked"


def test_quality_is_not_locked_while_a_location_is_not_checked(declared, people, change, clock):
    """With quality locked the bid could not come back, for want of marks."""
    with change() as session:
        pin(session, people, declared, clock(), WITHOUT_ZEAL, LATER)
        told = missing_for_locking(session, declared.tender(session))
        assert told[0].startswith("Provider A: a CQC location of this bid is not checked.")
        check(session, people, clock, declared)
        answer_check(session, people, clock, declared)
        assert not any(
            "not checked" in sentence for sentence in missing_for_locking(session, declared.tender(session))
        )


def test_a_refused_check_can_be_made_again(opened, people, change, clock):
    with change() as session:
        pin(session, people, opened, clock(), WITHOUT_ZEAL)
        first = check(session, people, clock, opened)
        with pytest.raises(Conflict, match="Another officer confirms or refuses that first"):
            check(session, people, clock, opened, actor=SECOND)
        answer_check(session, people, clock, opened, agreed=False, reason="The page is of another location.")
        second = check(session, people, clock, opened)
        assert second.replaces_id == first.id
        assert session.scalar(select(func.count()).select_from(LocationCheck)) == 2


def test_a_check_says_what_was_found_and_where(opened, people, change, clock):
    with change() as session:
        pin(session, people, opened, clock(), WITHOUT_ZEAL)
        with pytest.raises(Refusals) as refused:
            check(session, people, clock, opened, reason="Good", evidence=" ")
        assert {fault.field for fault in refused.value.faults} == {"reason", "evidence"}


def test_a_location_that_the_file_settles_is_not_checked_by_hand(opened, people, change, clock):
    with change() as session:
        pin(session, people, opened, clock(), ONE_OUT)
        with pytest.raises(NotFound, match="nothing to check"):
            check(session, people, clock, opened)


def test_a_covered_location_does_not_hide_what_the_file_knows(opened, people, change, clock):
    """An overall rating of Inadequate refuses, whatever is not known of the key questions."""
    with change() as session:
        file = pin(session, people, opened, clock(), WITHOUT_ZEAL)
        check(session, people, clock, opened)
        answer_check(session, people, clock, opened)
        pin(session, people, opened, clock(), ONE_OUT, LATER)
        assert states_of(session, opened)["A"] == "condition_not_met"
        assert session.get(RatingsFile, file.id).withdrawal is None
