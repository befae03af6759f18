"""One officer recommends, another person approves, by operations."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lots import log_check, states
from lots.award import Award, Recommendation
from lots.moderation import AgreedMark
from lots.rating import RatingsFile
from lots.refusal import Conflict, NotPermitted, Refusal, Refusals
from lots.tender import Tender
from tender.awards.operations import deciding, evaluating
from tender.eligibility.operations import deciding_eligibility
from tests.app.award_steps import Lock, Take
from tests.app.conftest import Change, Clock, People
from tests.app.locked_tender import Bidder, Locked

OFFICER = "officer@example.org"
APPROVER = "approver@example.org"


def test_a_recommendation_needs_results_and_a_reason(
    locked: Locked, take: Take, change: Change, people: People, clock: Clock
) -> None:
    take(locked, "open")
    for reason, message in (("Good.", "not been worked out yet"), ("  ", "Say why")):
        if message == "Say why":
            take(locked, "evaluate", first="evaluate")
        with change() as session:
            tender = session.get_one(Tender, locked.tender_id)
            with pytest.raises(Refusal, match=message):
                deciding.recommend(
                    session, actor=people.of(session, OFFICER), now=clock(), tender=tender, reason=reason
                )
            assert tender.state == states.PRICES_OPENED


def change_a_mark(session: Session, now: datetime) -> None:
    first = session.scalars(select(AgreedMark).order_by(AgreedMark.id)).first()
    assert first is not None
    session.add(
        AgreedMark(
            tender_id=first.tender_id,
            bid_id=first.bid_id,
            question_id=first.question_id,
            mark=first.mark + 1,
            reasons="Read again.",
            discussion="Read again.",
            recorded_by_id=first.recorded_by_id,
            at=now,
            replaces_id=first.id,
            change_reason="A page of it had been missed.",
        )
    )
    session.flush()


def test_a_mark_changed_after_the_evaluation_stops_the_recommendation(
    evaluated: Locked, arrange: Change, people: People, clock: Clock
) -> None:
    with arrange() as session:
        change_a_mark(session, clock())
        with pytest.raises(Conflict, match="changed since they were worked out"):
            deciding.recommend(
                session,
                actor=people.of(session, OFFICER),
                now=clock(),
                tender=session.get_one(Tender, evaluated.tender_id),
                reason="The best bids under the published rules.",
            )


def test_a_mark_changed_after_the_recommendation_leaves_only_sending_it_back(
    recommended: Locked, change: Change, people: People, clock: Clock
) -> None:
    with change() as session:
        change_a_mark(session, clock())
        tender, approver = session.get_one(Tender, recommended.tender_id), people.of(session, APPROVER)
        with pytest.raises(Conflict, match="Send the recommendation back"):
            deciding.approve(
                session, actor=approver, now=clock(), tender=tender, reason="The record bears all of it out."
            )
        assert session.scalars(select(Award)).all() == []
        deciding.return_(
            session,
            actor=approver,
            now=clock(),
            tender=tender,
            reason="A mark has changed since it was evaluated.",
        )
        officer = people.of(session, OFFICER)
        again = evaluating.evaluate(session, actor=officer, now=clock(), tender=tender)
        assert again.number == 2


LOW = (
    Bidder("Alpha Care", (4, 4, 4), {"L1": 1800}),
    Bidder("Beta Care", (4, 4, 4), {"L1": 1820}),
    Bidder("Gamma Care", (4, 4, 3), {"L1": 1200}),
)


def test_an_abnormally_low_price_is_decided_on_before_the_award_is_recommended(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock
) -> None:
    pass

    locked = lock(bidders=LOW, lots=("Burnley",))
    take(locked, "evaluate")
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        officer = people.of(session, OFFICER)
        with pytest.raises(Refusals, match=r"Gamma Care \(Provider C\) looks abnormally low in L1"):
            deciding.recommend(
                session,
                actor=officer,
                now=clock(),
                tender=tender,
                reason="The best bids under the published rules.",
            )
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        officer = people.of(session, OFFICER)
        from lots.bid import Bid

        deciding_eligibility.decide(
            session,
            actor=officer,
            now=clock(),
            tender=tender,
            bid=session.get_one(Bid, locked.bid_ids["Gamma Care"]),
            state="in_assessment",
            lot_codes=["L1"],
            reason="It showed that it can perform at this price.",
            response_invited_on=date(2026, 11, 21),
            response="A rate build-up with wages above the minimum.",
        )
        evaluation = evaluating.evaluate(session, actor=officer, now=clock(), tender=tender)
        assert evaluation.number == 1, "staying in assessment changes no figure"
        deciding.recommend(
            session,
            actor=officer,
            now=clock(),
            tender=tender,
            reason="The best bids under the published rules.",
        )


def test_a_newer_ratings_file_stops_the_recommendation_until_it_is_pinned(
    evaluated: Locked, arrange: Change, people: People, clock: Clock
) -> None:
    with arrange() as session:
        session.add(
            RatingsFile(
                filename="newer.csv",
                sha256="f" * 64,
                as_at=date(2026, 11, 1),
                row_count=0,
                loaded_at=clock(),
            )
        )
        session.flush()
        tender = session.get_one(Tender, evaluated.tender_id)
        with pytest.raises(Refusals, match=r"as at 30 September 2026.*as at 1 November 2026"):
            deciding.recommend(
                session,
                actor=people.of(session, OFFICER),
                now=clock(),
                tender=tender,
                reason="The best bids under the published rules.",
            )


def test_a_tie_that_the_rules_leave_stops_the_recommendation(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock
) -> None:
    level = (
        Bidder("Alpha Care", (4, 4, 4), {"L1": 1800}),
        Bidder("Beta Care", (4, 4, 4), {"L1": 1800}),
    )
    locked = lock(bidders=level, lots=("Burnley",), ties=["quality"])
    take(locked, "evaluate")
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        with pytest.raises(Refusals, match="Lot L1 has a tie that the published rules do not break"):
            deciding.recommend(
                session,
                actor=people.of(session, OFFICER),
                now=clock(),
                tender=tender,
                reason="The best bids under the published rules.",
            )


def test_whoever_recommends_cannot_approve_even_with_both_roles(
    recommended: Locked, arrange: Change, people: People, clock: Clock
) -> None:
    from lots.person import PersonRole

    with arrange() as session:
        officer = people.of(session, OFFICER)
        officer.role_rows.append(PersonRole(role="approver"))
    with arrange() as session:
        tender = session.get_one(Tender, recommended.tender_id)
        for verb in (deciding.approve, deciding.return_):
            with pytest.raises(NotPermitted, match="You recommended this award"):
                verb(
                    session,
                    actor=people.of(session, OFFICER),
                    now=clock(),
                    tender=tender,
                    reason="I would like to approve my own.",
                )
        assert session.scalars(select(Award)).all() == []


def test_an_officer_cannot_approve(recommended: Locked, change: Change, people: People, clock: Clock) -> None:
    with change() as session, pytest.raises(NotPermitted):
        deciding.approve(
            session,
            actor=people.of(session, "officer2@example.org"),
            now=clock(),
            tender=session.get_one(Tender, recommended.tender_id),
            reason="The record bears all of it out.",
        )


def test_approval_writes_an_award_for_each_place(approved: Locked, read: Change) -> None:
    with read() as session:
        tender = session.get_one(Tender, approved.tender_id)
        found = session.scalars(select(Award).order_by(Award.lot_id)).all()
        assert tender.state == states.APPROVED
        assert [(award.lot.code, award.bid.provider.name, award.place) for award in found] == [
            ("L1", "Ribble Homecare CIC", 1),
            ("L2", "Ribble Homecare CIC", 1),
            ("L3", "Zażółć Opieka – Łódź Ltd", 1),
        ]
        recommendation = session.scalars(select(Recommendation)).one()
        assert recommendation.outcome == "approved"
        assert recommendation.decided_by is not None
        assert recommendation.decided_by.name == "Anna Approver"
        assert log_check.check(session, tender).intact


def test_the_second_of_two_approvers_is_told_what_the_first_did(
    recommended: Locked, take: Take, change: Change, people: People, clock: Clock, read: Change
) -> None:
    with read() as session:
        seen = session.scalars(select(Recommendation)).one().id
    take(recommended, "approve", first="approve")
    with change() as session, pytest.raises(Conflict, match="Anna Approver approved the award since"):
        deciding.return_(
            session,
            actor=people.of(session, APPROVER),
            now=clock(),
            tender=session.get_one(Tender, recommended.tender_id),
            reason="I am not convinced by lot L1.",
            seen=seen,
        )


def test_a_recommendation_sent_back_can_be_made_again(
    recommended: Locked, take: Take, change: Change, people: People, clock: Clock
) -> None:
    with change() as session:
        tender = session.get_one(Tender, recommended.tender_id)
        deciding.return_(
            session,
            actor=people.of(session, APPROVER),
            now=clock(),
            tender=tender,
            reason="Check lot L1 again, please, before it goes on.",
        )
        assert tender.state == states.PRICES_OPENED
    take(recommended, "approve", first="recommend")
    with change() as session:
        outcomes = session.scalars(select(Recommendation.outcome).order_by(Recommendation.id)).all()
        assert outcomes == ["returned", "approved"]


def test_a_recommendation_read_before_the_results_changed_is_refused(
    evaluated: Locked, change: Change, people: People, clock: Clock
) -> None:
    with change() as session, pytest.raises(Conflict, match="worked out the results again"):
        deciding.recommend(
            session,
            actor=people.of(session, OFFICER),
            now=clock(),
            tender=session.get_one(Tender, evaluated.tender_id),
            reason="The best bids under the published rules.",
            seen=7,
        )
