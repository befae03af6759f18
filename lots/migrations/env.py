"""Alembic's entry point: runs the revisions on the engine handed over by `lots.migrations`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from alembic import context
from sqlalchemy import Connection

import lots.tables
from lots.database import WRITE, Base

engine = context.config.attributes["engine"]
SQLITE = engine.dialect.name == "sqlite"


@contextmanager
def foreign_keys_aside(connection: Connection) -> Iterator[None]:
    """A table that SQLite rebuilds is dropped first, which other tables' foreign keys would refuse. Only
    outside a transaction can they be left out; whether they hold is looked at before the commit."""
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


with engine.connect().execution_options(**{WRITE: True}) as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=SQLITE,
        compare_type=True,
        transactional_ddl=True,  # on SQLite, too: an upgrade is done whole or not at all
    )
    with foreign_keys_aside(connection) if SQLITE else nullcontext(), context.begin_transaction():
        context.run_migrations()
        if SQLITE and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise RuntimeError(f"the new tables leave foreign keys that lead nowhere: {broken[:5]}")

assert lots.tables  # noqa: S101  imported for the tables that it declares
