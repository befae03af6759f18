"""A session with the log's key on a fresh database, SQLite and PostgreSQL in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from lots import event
from lots.database import WRITE, connect
from lots.log_key import IN_SESSION, LogKey
from lots.person import Person
from tests.reaching import unguard

KEY = bytes(range(32))
"""The key of the tests' installation."""
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def session(database: str, owner_of: Callable[[str], str]) -> Iterator[Session]:
    """As the owner of the tables, so that a test can take off what guards them."""
    engine = connect(owner_of(database), execution_options={WRITE: True})
    with Session(engine, info={IN_SESSION: LogKey(KEY)}) as session:
        yield session
    engine.dispose()


@pytest.fixture
def officer(session: Session) -> Person:
    person = Person(email="o@example.org", name="Olu Officer", session_token="t", created_at=MONDAY)
    session.add(person)
    session.flush()
    return person


def write(
    session: Session,
    officer: Person,
    *,
    count: int = 1,
    start: datetime = MONDAY,
    action: str = "person.changed",
) -> None:
    """Entries of the installation's log, a minute apart."""
    for number in range(count):
        event.write(
            session,
            tender=None,
            actor=officer,
            action=action,
            subject=f"Person {number}",
            body={"roles": ["officer"], "why": "a new job"},
            now=start + timedelta(minutes=number),
        )


def unprotect(session: Session, table: str) -> None:
    """What somebody with the owner's password could do first."""
    unguard(session.connection(), table)
