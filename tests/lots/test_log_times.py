"""Times in a log: a clock that jumped is not hidden, and an impossible time is pointed out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lots import event, log_check
from lots.event import Event
from lots.person import Person
from tests.lots.conftest import MONDAY, write

DEADLINE = MONDAY + timedelta(days=1)


def publish(session: Session, officer: Person) -> None:
    event.write(
        session, tender=None, actor=officer, action="tender.published", subject="x",
        body={"deadline": DEADLINE.isoformat()}, now=MONDAY,
    )  # fmt: skip


def remarks(session: Session, days: int = 30) -> tuple[str, ...]:
    found = log_check.check(session, None, MONDAY + timedelta(days=days))
    assert found.intact
    return found.remarks


def test_an_entry_keeps_what_the_clock_said_beside_its_place_in_the_order(
    session: Session, officer: Person
) -> None:
    write(session, officer, start=MONDAY)
    write(session, officer, start=MONDAY - timedelta(hours=3))
    last = session.query(Event).filter_by(sequence=1).one()
    assert (last.at, last.clock) == (MONDAY, MONDAY - timedelta(hours=3))
    assert '"clock":"2026-11-23T06:00:00.000000+00:00"' in last.leaf().decode()


def test_times_in_order_and_seconds_between_requests_that_overlap_are_not_remarked_on(
    session: Session, officer: Person
) -> None:
    write(session, officer, count=3)
    write(session, officer, start=MONDAY + timedelta(minutes=2, seconds=-20))
    assert remarks(session) == ()


def test_a_clock_that_was_set_back_is_pointed_out_once_for_all_its_entries(
    session: Session, officer: Person
) -> None:
    write(session, officer, count=3)
    write(session, officer, count=4, start=MONDAY - timedelta(days=2))
    write(session, officer, start=MONDAY + timedelta(hours=1))
    write(session, officer, start=MONDAY)
    assert remarks(session) == (
        "Entries 3 to 6: the server’s clock was behind the entry before, by 2 days at most.",
        "Entry 8 (person.changed): the server’s clock was behind the entry before, by 1 hour at most.",
    )


def test_an_entry_from_the_future_is_pointed_out(session: Session, officer: Person) -> None:
    write(session, officer)
    write(session, officer, start=MONDAY + timedelta(days=40))
    assert remarks(session) == ("Entry 1 (person.changed): 2 January 2027, 09:00:00 UTC is still to come.",)


@pytest.mark.parametrize(
    ("action", "after", "told"),
    [
        ("bid.submitted", timedelta(0), "not before"),
        ("bid.withdrawn", timedelta(hours=2), "not before"),
        ("opening.requested", timedelta(minutes=-5), "before"),
        ("opening.completed", timedelta(hours=-1), "before"),
    ],
)
def test_a_time_on_the_wrong_side_of_the_published_deadline_is_pointed_out(
    session: Session, officer: Person, action: str, after: timedelta, told: str
) -> None:
    publish(session, officer)
    write(session, officer, action=action, start=DEADLINE + after)
    (remark,) = remarks(session)
    assert remark.startswith(f"Entry 1 ({action}) has the time ")
    assert remark.endswith(f", {told} the deadline 24 November 2026, 09:00:00 UTC.")


def test_a_bid_before_the_deadline_and_an_opening_at_it_are_right(session: Session, officer: Person) -> None:
    publish(session, officer)
    write(session, officer, action="bid.submitted", start=DEADLINE - timedelta(microseconds=1))
    write(session, officer, action="opening.completed", start=DEADLINE)
    assert remarks(session) == ()


def test_a_bid_let_in_late_by_a_clock_set_back_is_pointed_out_by_the_clock(
    session: Session, officer: Person
) -> None:
    publish(session, officer)
    write(session, officer, start=DEADLINE + timedelta(hours=1))
    write(session, officer, action="bid.submitted", start=DEADLINE - timedelta(minutes=1))
    assert remarks(session) == (
        "Entry 2 (bid.submitted): the server’s clock was behind the entry before, by 1 hour at most.",
    )


def test_a_great_many_odd_times_are_counted_and_not_all_told(session: Session, officer: Person) -> None:
    write(session, officer, start=MONDAY + timedelta(days=1))
    for _ in range(25):
        write(session, officer, start=MONDAY)
        write(session, officer, start=MONDAY + timedelta(days=1))
    found = remarks(session)
    assert len(found) == 21
    assert found[-1] == "… and 5 more of the same kind."
