"""Summaries, notice, standstill and the confirmed award, by operations."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from lots import states
from lots.refusal import Conflict, Refusal
from lots.tender import Tender
from tender.awards.operations import ending
from tests.app.award_steps import Lock, Take
from tests.app.conftest import Change, Clock, People
from tests.app.locked_tender import Locked

OFFICER = "officer@example.org"
APPROVER = "approver@example.org"


def test_the_notice_of_24_december_2026_holds_the_contracts_until_8_january_2027(
    approved: Locked, change: Change, people: People, clock: Clock
) -> None:
    clock.set(datetime(2026, 12, 24, 17, 0, tzinfo=UTC))
    notified = {"summaries_sent_on": date(2026, 12, 23), "notice_on": date(2026, 12, 24)}
    with change() as session:
        tender = session.get_one(Tender, approved.tender_id)
        officer = people.of(session, OFFICER)
        standstill = ending.record_summaries(session, actor=officer, now=clock(), tender=tender, **notified)
        assert standstill.ends_on == date(2027, 1, 8)
        with pytest.raises(Conflict, match="recorded already"):
            ending.record_summaries(session, actor=officer, now=clock(), tender=tender, **notified)
    clock.set(datetime(2027, 1, 8, 23, 59, 59, tzinfo=UTC))
    with change() as session:
        tender = session.get_one(Tender, approved.tender_id)
        officer = people.of(session, OFFICER)
        with pytest.raises(Refusal, match="until the end of 8 January 2027"):
            ending.confirm_award(session, actor=officer, now=clock(), tender=tender)
        clock.set(datetime(2027, 1, 9, 0, 0, tzinfo=UTC))
        ending.confirm_award(session, actor=officer, now=clock(), tender=tender)
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
    approved: Locked,
    change: Change,
    people: People,
    clock: Clock,
    summaries: date,
    notice: date,
    field: str,
) -> None:
    with change() as session:
        with pytest.raises(Refusal) as refused:
            ending.record_summaries(
                session,
                actor=people.of(session, OFFICER),
                now=clock(),
                tender=session.get_one(Tender, approved.tender_id),
                summaries_sent_on=summaries,
                notice_on=notice,
            )
        assert refused.value.field == field


def test_an_award_with_a_standstill_is_not_confirmed_without_it(
    approved: Locked, change: Change, people: People, clock: Clock
) -> None:
    with change() as session, pytest.raises(Refusal, match="Record first when"):
        ending.confirm_award(
            session,
            actor=people.of(session, OFFICER),
            now=clock(),
            tender=session.get_one(Tender, approved.tender_id),
        )


def test_an_award_published_without_a_standstill_is_confirmed_at_once(
    lock: Lock, take: Take, change: Change, people: People, clock: Clock
) -> None:
    locked = lock(standstill_offered=False)
    take(locked, "approve")
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        ending.confirm_award(session, actor=people.of(session, OFFICER), now=clock(), tender=tender)
        assert tender.state == states.AWARDED
