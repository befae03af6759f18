"""Whoever alters the record behind the service's back is found out: every row is held to the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lots import log_check
from lots.database import WRITE, Base, connect
from lots.tender import Tender
from tender import Application
from tender.frame.context import db
from tender.whole.comparing import compare
from tests.app.audit.alterations import ALTERATIONS, Alteration
from tests.app.audit.example_scene import few_bidders
from tests.postgresql import SUPERUSER, by

__all__ = ["few_bidders"]


def disarm(session: Session) -> None:
    """Take every guard off, as only the owner of the database can."""
    if session.get_bind().dialect.name == "sqlite":
        names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        for name in names:
            session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        return
    for table in Base.metadata.sorted_tables:
        session.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER ALL"))


def told(session: Session) -> str:
    """All that the checks of the logs, and of the tables against them, say."""
    session.expire_all()
    faults: list[str] = []
    for tender in [None, *session.scalars(select(Tender).order_by(Tender.id))]:
        sealed = tender is not None and tender.opened_at is None
        faults += log_check.check(session, tender).faults
        faults += compare(session, tender, sealed=sealed).faults
    return "\n".join(faults)


@contextmanager
def altered(session: Session, alteration: Alteration) -> Iterator[None]:
    """The record as it would be after the alteration, which is undone in the end."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    garbage = "CAST('no envelope' AS BLOB)" if is_sqlite else "'no envelope'::bytea"
    trial = session.begin_nested()
    try:
        for statement in alteration.statements:
            done = session.execute(text(statement.format(bytes=garbage)))
            assert done.rowcount, f"{alteration.name}: there was nothing to alter"  # type: ignore[attr-defined]
        yield
    finally:
        trial.rollback()


@pytest.fixture
def owning(few_bidders: None, app: Application, database: str) -> Iterator[Session]:
    """A session of somebody who may do anything to the database."""
    with app.app_context():
        info = dict(db.session.info)
    engine = connect(by(SUPERUSER, database), execution_options={WRITE: True})
    with Session(engine, info=info) as session:
        yield session
        session.rollback()
    engine.dispose()


def test_every_alteration_of_the_record_is_named(owning: Session) -> None:
    assert told(owning) == "", "the example is whole"
    disarm(owning)
    unnamed = {}
    for alteration in ALTERATIONS:
        with altered(owning, alteration):
            found = told(owning)
            if alteration.named not in found:
                unnamed[alteration.name] = found or "nothing"
    assert told(owning) == "", "each was undone"
    assert unnamed == {}


@pytest.mark.parametrize(
    "statement",
    ["UPDATE recommendation SET decided_by_id = by_id", "UPDATE opening SET second_id = first_id"],
)
def test_one_person_in_two_parts_is_refused_by_the_database_itself(owning: Session, statement: str) -> None:
    disarm(owning)
    with pytest.raises(DBAPIError):
        owning.execute(text(statement))
