"""From locked quality to the confirmed award, by operations."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import scoring
import scoring.record
from lots import event, states
from lots.award import Award, Evaluation, Recommendation, latest_evaluation
from lots.bid import BidPrice, BidVersion
from lots.moderation import AgreedMark
from lots.procurement import Tender
from lots.rating import RatingsFile
from lots.refusal import Conflict, NotPermitted, Refusal, Refusals
from lots.seal import Seal
from tender.awards import operations
from tender.context import seal
from tests.app.conftest import Change, Clock, People
from tests.app.locked_tender import BIDDERS, Bidder, Lock, Take

OFFICER = "officer@example.org"
APPROVER = "approver@example.org"


def test_prices_cannot_be_opened_before_quality_is_locked(
    lock: Lock, change: Change, people: People, clock: Clock
) -> None:
    locked = lock()
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        tender.state = states.MODERATION
        session.flush()
        with pytest.raises(Conflict, match=r"“In moderation”.*“Quality locked”"):
            operations.open_prices(
                session, actor=people.of(session, OFFICER), now=clock(), seal=seal(), tender=tender
            )
        assert session.scalars(select(BidPrice)).all() == []


@pytest.mark.parametrize(
    "email", ["approver@example.org", "moderator@example.org", "provider@example.org", "auditor@example.org"]
)
def test_only_an_officer_opens_prices(
    lock: Lock, change: Change, people: People, clock: Clock, email: str
) -> None:
    locked = lock()
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        with pytest.raises(NotPermitted):
            operations.open_prices(
                session, actor=people.of(session, email), now=clock(), seal=seal(), tender=tender
            )


def test_opened_prices_are_those_that_were_sealed(lock: Lock, take: Take, read: Change) -> None:
    locked = lock()
    take(locked, "open")
    with read() as session:
        tender = session.get_one(Tender, locked.tender_id)
        assert tender.state == states.PRICES_OPENED
        record = json.loads(_record_text(session, tender))
        found = {(bid["bidder"], bid["lot"]): bid["price_pence"] for bid in record["bids"]}
        letters = "ABCDEF"
        assert found == {
            (letters[n], lot): price for n, one in enumerate(BIDDERS) for lot, price in one.prices.items()
        }


def _record_text(session: object, tender: Tender) -> str:
    from lots.record import evaluation_record

    return json.dumps(evaluation_record(session, tender))  # type: ignore[arg-type]


def test_an_envelope_under_another_key_opens_no_price_at_all(
    lock: Lock, change: Change, people: People, clock: Clock
) -> None:
    locked = lock()
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        with pytest.raises(Refusal, match="BID_KEY"):
            operations.open_prices(
                session, actor=people.of(session, OFFICER), now=clock(), seal=Seal(bytes(32)), tender=tender
            )
        session.rollback()
        assert session.scalars(select(BidPrice)).all() == []
        assert session.get_one(Tender, locked.tender_id).state == states.QUALITY_LOCKED


def test_an_envelope_that_prices_another_lot_opens_no_price_at_all(
    lock: Lock, change: Change, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = lock()
    true = operations.open_prices.__globals__["envelopes"].open_prices

    def forged(seal: Seal, version: BidVersion) -> object:
        found = true(seal, version)
        prices = dict(found.prices)
        prices["L9"] = prices.pop("L1", 1)
        return type(found)(prices)

    monkeypatch.setattr("tender.bids.envelopes.open_prices", forged)
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        with pytest.raises(Refusal, match=r"Provider A prices L2, L3, L9, but its bid is for L1, L2, L3"):
            operations.open_prices(
                session, actor=people.of(session, OFFICER), now=clock(), seal=seal(), tender=tender
            )
        session.rollback()
        assert session.scalars(select(BidPrice)).all() == []


def test_an_evaluation_keeps_the_record_and_a_result_that_anyone_gets_from_it(
    lock: Lock, take: Take, read: Change
) -> None:
    locked = lock()
    take(locked, "evaluate")
    with read() as session:
        evaluation = session.scalars(select(Evaluation)).one()
        assert hashlib.sha256(evaluation.record_text.encode()).hexdigest() == evaluation.record_sha256
        again = scoring.evaluate(scoring.record.read(evaluation.record_text)).as_object()
        assert again == evaluation.result
        assert evaluation.result["record_sha256"] == evaluation.record_sha256
        assert _winners(evaluation) == {"L1": ["A"], "L2": ["A"], "L3": ["C"]}


def _winners(evaluation: Evaluation) -> dict[str, list[str]]:
    return {lot["id"]: [a["bidder"] for a in lot["awards"]] for lot in evaluation.result["lots"]}


def test_evaluating_again_when_nothing_changed_adds_nothing(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock
) -> None:
    locked = lock()
    take(locked, "evaluate")
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        before = event.check(session, tender).size
        again = operations.evaluate(session, actor=people.of(session, OFFICER), now=clock(), tender=tender)
        assert again.number == 1
        assert event.check(session, tender).size == before


def test_a_record_with_a_mark_missing_is_refused_with_the_place(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock
) -> None:
    without = (*BIDDERS[:1], Bidder("Nelson Carers", (4, 4, 9), {"L1": 1700}))
    locked = lock(bidders=without)
    take(locked, "open")
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        with pytest.raises(Refusals) as refused:
            operations.evaluate(session, actor=people.of(session, OFFICER), now=clock(), tender=tender)
        assert "9 is above the highest mark, 5" in refused.value.message
        assert latest_evaluation(session, tender) is None


def test_a_recommendation_needs_results_and_a_reason(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock
) -> None:
    locked = lock()
    take(locked, "open")
    for reason, message in (("Good.", "not been worked out yet"), ("  ", "Say why")):
        if message == "Say why":
            take(locked, "evaluate", first="evaluate")
        with change() as session:
            tender = session.get_one(Tender, locked.tender_id)
            with pytest.raises(Refusal, match=message):
                operations.recommend(
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
            change_reason="A page had been missed.",
        )
    )
    session.flush()


def test_a_mark_changed_after_the_evaluation_stops_the_recommendation(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock
) -> None:
    locked = lock()
    take(locked, "evaluate")
    with change() as session:
        change_a_mark(session, clock())
        with pytest.raises(Conflict, match="changed since they were worked out"):
            operations.recommend(
                session,
                actor=people.of(session, OFFICER),
                now=clock(),
                tender=session.get_one(Tender, locked.tender_id),
                reason="Best.",
            )


def test_a_mark_changed_after_the_recommendation_leaves_only_sending_it_back(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock
) -> None:
    locked = lock()
    take(locked, "recommend")
    with change() as session:
        change_a_mark(session, clock())
        tender, approver = session.get_one(Tender, locked.tender_id), people.of(session, APPROVER)
        with pytest.raises(Conflict, match="Send the recommendation back"):
            operations.approve(session, actor=approver, now=clock(), tender=tender, reason="Fine.")
        assert session.scalars(select(Award)).all() == []
        operations.return_(session, actor=approver, now=clock(), tender=tender, reason="A mark changed.")
        officer = people.of(session, OFFICER)
        again = operations.evaluate(session, actor=officer, now=clock(), tender=tender)
        assert again.number == 2


LOW = (
    Bidder("Alpha Care", (4, 4, 4), {"L1": 1800}),
    Bidder("Beta Care", (4, 4, 4), {"L1": 1820}),
    Bidder("Gamma Care", (4, 4, 3), {"L1": 1200}),
)


def test_an_abnormally_low_price_is_decided_on_before_the_award_is_recommended(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock
) -> None:
    from tender.cqc import operations as cqc

    locked = lock(bidders=LOW, lots=("Burnley",))
    take(locked, "evaluate")
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        officer = people.of(session, OFFICER)
        with pytest.raises(Refusals, match=r"Gamma Care \(Provider C\) looks abnormally low in L1"):
            operations.recommend(session, actor=officer, now=clock(), tender=tender, reason="Best.")
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        officer = people.of(session, OFFICER)
        from lots.bid import Bid

        cqc.decide(
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
        evaluation = operations.evaluate(session, actor=officer, now=clock(), tender=tender)
        assert evaluation.number == 1, "staying in assessment changes no figure"
        operations.recommend(session, actor=officer, now=clock(), tender=tender, reason="Best.")


def test_a_newer_ratings_file_stops_the_recommendation_until_it_is_pinned(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock
) -> None:
    locked = lock()
    take(locked, "evaluate")
    with change() as session:
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
        tender = session.get_one(Tender, locked.tender_id)
        with pytest.raises(Refusals, match=r"as at 30 September 2026.*as at 1 November 2026"):
            operations.recommend(
                session, actor=people.of(session, OFFICER), now=clock(), tender=tender, reason="Best."
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
            operations.recommend(
                session, actor=people.of(session, OFFICER), now=clock(), tender=tender, reason="Best."
            )


def test_whoever_recommends_cannot_approve_even_with_both_roles(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock
) -> None:
    from lots.person import PersonRole

    locked = lock()
    take(locked, "recommend")
    with change() as session:
        officer = people.of(session, OFFICER)
        officer.role_rows.append(PersonRole(role="approver"))
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        for verb in (operations.approve, operations.return_):
            with pytest.raises(NotPermitted, match="You recommended this award"):
                verb(session, actor=people.of(session, OFFICER), now=clock(), tender=tender, reason="Mine.")
        assert session.scalars(select(Award)).all() == []


def test_an_officer_cannot_approve(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock
) -> None:
    locked = lock()
    take(locked, "recommend")
    with change() as session, pytest.raises(NotPermitted):
        operations.approve(
            session,
            actor=people.of(session, "officer2@example.org"),
            now=clock(),
            tender=session.get_one(Tender, locked.tender_id),
            reason="Fine.",
        )


def test_approval_writes_an_award_for_each_place(lock: Lock, take: Take, read: Change) -> None:
    locked = lock()
    take(locked, "approve")
    with read() as session:
        tender = session.get_one(Tender, locked.tender_id)
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
        assert event.check(session, tender).intact


def test_the_second_of_two_approvers_is_told_what_the_first_did(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock, read: Change
) -> None:
    locked = lock()
    take(locked, "recommend")
    with read() as session:
        seen = session.scalars(select(Recommendation)).one().id
    take(locked, "approve", first="approve")
    with change() as session, pytest.raises(Conflict, match="Anna Approver approved the award since"):
        operations.return_(
            session,
            actor=people.of(session, APPROVER),
            now=clock(),
            tender=session.get_one(Tender, locked.tender_id),
            reason="Not convinced.",
            seen=seen,
        )


def test_a_recommendation_sent_back_can_be_made_again(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock
) -> None:
    locked = lock()
    take(locked, "recommend")
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        operations.return_(
            session,
            actor=people.of(session, APPROVER),
            now=clock(),
            tender=tender,
            reason="Check lot L1 again.",
        )
        assert tender.state == states.PRICES_OPENED
    take(locked, "approve", first="recommend")
    with change() as session:
        outcomes = session.scalars(select(Recommendation.outcome).order_by(Recommendation.id)).all()
        assert outcomes == ["returned", "approved"]


def test_a_recommendation_read_before_the_results_changed_is_refused(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock
) -> None:
    locked = lock()
    take(locked, "evaluate")
    with change() as session, pytest.raises(Conflict, match="worked out the results again"):
        operations.recommend(
            session,
            actor=people.of(session, OFFICER),
            now=clock(),
            tender=session.get_one(Tender, locked.tender_id),
            reason="Best.",
            seen=7,
        )


def test_the_notice_of_24_december_2024_holds_the_contracts_until_7_january_2025(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock
) -> None:
    clock.set(datetime(2024, 12, 20, 9, 0, tzinfo=UTC))
    locked = lock()
    take(locked, "approve")
    clock.set(datetime(2024, 12, 24, 17, 0, tzinfo=UTC))
    notified = {"summaries_sent_on": date(2024, 12, 23), "notice_on": date(2024, 12, 24)}
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        officer = people.of(session, OFFICER)
        standstill = operations.record_summaries(
            session, actor=officer, now=clock(), tender=tender, **notified
        )
        assert standstill.ends_on == date(2025, 1, 7)
        with pytest.raises(Conflict, match="recorded already"):
            operations.record_summaries(session, actor=officer, now=clock(), tender=tender, **notified)
    clock.set(datetime(2025, 1, 7, 23, 59, 59, tzinfo=UTC))
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        officer = people.of(session, OFFICER)
        with pytest.raises(Refusal, match="until the end of 7 January 2025"):
            operations.confirm_award(session, actor=officer, now=clock(), tender=tender)
        clock.set(datetime(2025, 1, 8, 0, 0, tzinfo=UTC))
        operations.confirm_award(session, actor=officer, now=clock(), tender=tender)
        assert tender.state == states.AWARDED


@pytest.mark.parametrize(
    ("summaries", "notice", "field"),
    [
        (date(2026, 11, 22), date(2026, 11, 23), "summaries_sent_on"),  # before the approval
        (date(2026, 11, 24), date(2026, 11, 24), "summaries_sent_on"),  # tomorrow
        (date(2026, 11, 23), date(2026, 11, 22), "notice_on"),  # notice before the summaries
        (date(2026, 11, 23), date(2026, 11, 24), "notice_on"),  # notice tomorrow
    ],
)
def test_dates_that_cannot_be_are_refused_at_their_field(
    lock: Lock,
    take: Take,
    change: Change,
    people: People,
    clock: Clock,
    summaries: date,
    notice: date,
    field: str,
) -> None:
    locked = lock()
    take(locked, "approve")
    with change() as session:
        with pytest.raises(Refusal) as refused:
            operations.record_summaries(
                session,
                actor=people.of(session, OFFICER),
                now=clock(),
                tender=session.get_one(Tender, locked.tender_id),
                summaries_sent_on=summaries,
                notice_on=notice,
            )
        assert refused.value.field == field


def test_an_award_with_a_standstill_is_not_confirmed_without_it(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock
) -> None:
    locked = lock()
    take(locked, "approve")
    with change() as session, pytest.raises(Refusal, match="Record first when"):
        operations.confirm_award(
            session,
            actor=people.of(session, OFFICER),
            now=clock(),
            tender=session.get_one(Tender, locked.tender_id),
        )


def test_an_award_published_without_a_standstill_is_confirmed_at_once(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock
) -> None:
    locked = lock(standstill_offered=False)
    take(locked, "approve")
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        operations.confirm_award(session, actor=people.of(session, OFFICER), now=clock(), tender=tender)
        assert tender.state == states.AWARDED
