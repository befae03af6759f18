"""What it costs to add to a log and to check it: the same at ten entries and at many."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event as on
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from lots import event, log_check
from lots.event import Event
from lots.log_key import log_key
from lots.person import Person
from scoring import merkle
from tests.lots.conftest import MONDAY, unprotect, write

MANY = 3_000


def lengthen(session: Session, officer: Person, entries: int) -> None:
    """Genuine entries, put in quickly: by hash and keyed hash as `write` makes them, a thousand at a time."""
    key, last = log_key(session), session.query(Event).order_by(Event.sequence.desc()).first()
    before, start, at = (None, 0, MONDAY) if last is None else (last.keyed_hash, last.sequence + 1, last.at)
    columns = [column.name for column in Event.__table__.columns if column.name != "id"]
    batch = []
    for number in range(start, start + entries):
        entry = Event(
            log="installation", sequence=number, at=at, clock=at, actor_id=officer.id,
            actor_name=officer.name, action="person.changed", subject=f"Person {number}", body="{}",
        )  # fmt: skip
        leaf = merkle.leaf_hash(entry.leaf())
        entry.leaf_hash, entry.keyed_hash = leaf.hex(), key.of_entry(before, leaf)
        before = entry.keyed_hash
        batch.append({name: getattr(entry, name) for name in columns})
    session.execute(insert(Event), batch)
    unprotect(session, "log_frontier")
    session.execute(text("DELETE FROM log_frontier"))


@contextmanager
def statements(session: Session) -> Iterator[list[tuple[str, int]]]:
    """Every statement, with the rows that it gave or changed."""
    seen: list[tuple[str, int]] = []
    engine = session.get_bind()

    def note(_connection, cursor, statement, _parameters, _context, _many) -> None:
        seen.append((statement, cursor.rowcount))

    on.listen(engine, "after_cursor_execute", note)
    try:
        yield seen
    finally:
        on.remove(engine, "after_cursor_execute", note)


@pytest.mark.parametrize("action", ["person.changed", "tender.published"])
def test_adding_to_a_long_log_asks_the_database_for_no_more_than_adding_to_a_short_one(
    session: Session, officer: Person, action: str
) -> None:
    write(session, officer, count=10)
    with statements(session) as short:
        write(session, officer, action=action)
    lengthen(session, officer, MANY)
    write(session, officer)
    with statements(session) as long:
        write(session, officer, action=action)
    assert [one for one, _ in long] == [one for one, _ in short]
    assert not any("leaf_hash" in one and one.startswith("SELECT") for one, _ in long), "reads the log"
    if session.get_bind().dialect.name == "postgresql":
        assert all(count <= 1 for _, count in long)
    assert log_check.check(session, None).intact


def test_keeping_a_head_reads_no_entry_but_the_last(session: Session, officer: Person) -> None:
    lengthen(session, officer, MANY)
    write(session, officer)
    with statements(session) as asked:
        head = event.keep_head(session, None, MONDAY)
    assert head.size == MANY + 1
    assert not any("leaf_hash" in one for one, _ in asked if "tree_head" not in one)
    assert log_check.check(session, None).heads == 1


def test_checking_a_long_log_takes_no_more_memory_than_a_short_one(session: Session, officer: Person) -> None:
    def most() -> int:
        write(session, officer)
        session.expunge_all()
        tracemalloc.start()
        assert log_check.check(session, None).intact
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    write(session, officer, count=2)
    lengthen(session, officer, 4_000)
    short = most()
    lengthen(session, officer, 8_000)
    assert most() < short * 1.3
