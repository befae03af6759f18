"""Reaching into a database behind the service's back, as only somebody with the owner's password could."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session

from lots.guards.guard import renew, triggers
from lots.guards.tables import GUARDS
from tests.postgresql import owners_url


def unguard(connection: Connection, *tables: str) -> None:
    """Take off every trigger of these tables; of all, if none is named."""
    on = " ON {}" if connection.dialect.name == "postgresql" else ""
    for guard in GUARDS:
        if not tables or guard.table in tables:
            for trigger in triggers(guard, connection.dialect.name):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger.name}{on.format(guard.table)}"))


@contextmanager
def as_owner(session: Session) -> Iterator[Connection]:
    """A connection of the owner's. On SQLite, where one writes at a time, it is the session's own."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        yield connection
        return
    session.commit()  # what it has read or changed would keep the owner waiting
    engine = create_engine(owners_url(connection.engine.url.render_as_string(hide_password=False)))
    try:
        with engine.begin() as owners:
            yield owners
    finally:
        engine.dispose()


def reach_into(session: Session, table: str, statement: str, **values: object) -> None:
    """Change what the database guards: the guard off, the statement, and the guard on again."""
    with as_owner(session) as connection:
        unguard(connection, table)
        connection.execute(text(statement), values)
        renew(connection, *(guard for guard in GUARDS if guard.table == table))
    session.expire_all()
