"""The event log: nothing in it can be altered, removed or back-dated without being seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from lots import event, log_check, states
from lots.event import Event
from lots.person import Person
from lots.tree import TreeHead
from scoring import merkle
from tests.lots.conftest import MONDAY, unprotect, write


def test_an_untouched_log_is_intact(session: Session, officer: Person) -> None:
    write(session, officer, count=5)
    checked = log_check.check(session, None)
    assert checked.intact
    assert checked.size == 5


def test_entries_are_numbered_from_0_without_gaps(session: Session, officer: Person) -> None:
    write(session, officer, count=3)
    assert [one.sequence for one in session.query(Event).order_by(Event.id)] == [0, 1, 2]


def test_the_head_of_the_log_is_the_merkle_root_of_its_entries(session: Session, officer: Person) -> None:
    write(session, officer, count=3)
    leaves = [merkle.leaf_hash(one.leaf()) for one in session.query(Event).order_by(Event.sequence)]
    assert event.keep_head(session, None, MONDAY).root == merkle.root(leaves).hex()


@pytest.mark.parametrize(
    "change",
    ["UPDATE event SET subject = 'Somebody else'", "DELETE FROM event"],
    ids=["altering", "removing"],
)
def test_the_database_refuses_to_change_an_entry_of_the_log(
    session: Session, officer: Person, change: str
) -> None:
    write(session, officer)
    with pytest.raises(DBAPIError, match="event is append-only"):
        session.execute(text(change))


def test_the_check_of_a_log_finds_an_altered_entry(session: Session, officer: Person) -> None:
    write(session, officer, count=3)
    unprotect(session, "event")
    session.execute(text("UPDATE event SET body = '{}' WHERE sequence = 1"))
    session.expire_all()
    assert log_check.check(session, None).faults == (
        "Entry 1 (person.changed) was altered after it was written.",
    )


def test_an_altered_entry_with_its_hash_made_to_fit_is_found_by_the_kept_head(
    session: Session, officer: Person
) -> None:
    write(session, officer, count=3)
    event.keep_head(session, None, MONDAY)
    unprotect(session, "event")
    entry = session.query(Event).filter_by(sequence=1).one()
    entry.body = "{}"
    entry.leaf_hash = merkle.leaf_hash(entry.leaf()).hex()
    session.flush()
    assert log_check.check(session, None).faults == (
        "Entry 1 (person.changed) lacks this installation’s keyed hash: somebody without its key wrote or "
        "rewrote it.",
        "The first 3 entries are not those whose head was kept.",
    )


def test_the_check_of_a_log_finds_a_removed_entry(session: Session, officer: Person) -> None:
    write(session, officer, count=3)
    unprotect(session, "event")
    session.execute(text("DELETE FROM event WHERE sequence = 1"))
    session.expire_all()
    assert "Entry 1 is missing: the log goes on with entry 2." in log_check.check(session, None).faults


def test_removed_last_entries_are_found_by_the_kept_head(session: Session, officer: Person) -> None:
    write(session, officer, count=3)
    event.keep_head(session, None, MONDAY)
    unprotect(session, "event")
    session.execute(text("DELETE FROM event WHERE sequence = 2"))
    session.expire_all()
    assert log_check.check(session, None).faults == (
        "The log held 3 entries once; entries after 1 are gone.",
    )


def test_the_log_never_runs_backwards_though_a_request_that_began_first_writes_second(
    session: Session, officer: Person
) -> None:
    write(session, officer, start=MONDAY)
    write(session, officer, start=MONDAY - timedelta(seconds=3))
    assert [one.at for one in session.query(Event).order_by(Event.sequence)] == [MONDAY, MONDAY]
    assert log_check.check(session, None).intact


def test_an_entry_dated_before_its_forerunner_is_found(session: Session, officer: Person) -> None:
    write(session, officer, count=2)
    unprotect(session, "event")
    entry = session.query(Event).filter_by(sequence=1).one()
    entry.at = MONDAY - timedelta(days=3)
    entry.leaf_hash = merkle.leaf_hash(entry.leaf()).hex()
    session.flush()
    assert (
        "Entry 1 (person.changed) is dated before the entry that it follows."
        in log_check.check(session, None).faults
    )


def test_two_entries_cannot_have_one_number(session: Session, officer: Person) -> None:
    write(session, officer)
    first = session.query(Event).one()
    session.add(
        Event(
            log=first.log, sequence=0, at=MONDAY, actor_name="x", action=first.action,
            subject="", body="{}", leaf_hash="0" * 64,
        )
    )  # fmt: skip
    with pytest.raises(IntegrityError):
        session.flush()


def test_an_unknown_action_is_a_fault_of_the_program(session: Session, officer: Person) -> None:
    with pytest.raises(KeyError, match=r"person\.vanished"):
        event.write(
            session, tender=None, actor=officer, action="person.vanished", subject="", body={}, now=MONDAY
        )


def test_a_head_is_kept_once_for_one_size(session: Session, officer: Person) -> None:
    write(session, officer, count=2)
    event.keep_head(session, None, MONDAY)
    event.keep_head(session, None, MONDAY + timedelta(days=1))
    assert session.query(TreeHead).count() == 1


def test_the_head_is_kept_after_every_action_that_takes_a_tender_to_another_stage() -> None:
    reached = {name for name in states.STORED if states.STAGES[name].actions}
    assert set(states.STORED) - reached == {states.DRAFT, states.SIGNED}
    actions = {action for stage in states.STAGES.values() for action in stage.actions}
    assert actions <= event.KEEPS_HEAD <= event.ACTIONS.keys()
