"""A database of the first revision, with a record in it, comes through every later one whole and guarded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, MetaData, func, inspect, select

from lots import migrations
from lots.database import WRITE, Base, connect
from lots.guards.check import faults
from lots.guards.guard import triggers_aside
from tests.lots import small_record
from tests.postgresql import PostgreSQL


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table."""
    if request.param == "sqlite":
        engine = connect(f"sqlite:///{tmp_path / 'old.sqlite'}", execution_options={WRITE: True})
        yield engine
        engine.dispose()
        return
    server: PostgreSQL = request.getfixturevalue("postgresql_server")
    with server.empty() as url:
        engine = connect(url)
        yield engine
        engine.dispose()


def counts(engine: Engine) -> dict[str, int]:
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in tables.tables.items()
            if name in small_record.ROWS
        }


def test_an_old_record_comes_through_every_revision_whole_and_every_guard_is_there_after_it(
    empty: Engine,
) -> None:
    first, *later = migrations.revisions()
    migrations.upgrade(empty, first)
    with empty.begin() as connection:
        small_record.write_down(connection)
    before = counts(empty)
    assert all(before.values())
    for revision in later:
        migrations.upgrade(empty, revision)
        assert migrations.revision_of(empty) == revision
        assert counts(empty) == before, revision
    with empty.connect() as connection:
        assert faults(connection) == []
        if empty.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert migrations.revision_of(empty) == migrations.newest()


def test_an_upgraded_database_has_the_tables_and_columns_of_the_models(empty: Engine) -> None:
    migrations.upgrade(empty)
    found = inspect(empty)
    for name, table in Base.metadata.tables.items():
        assert {column["name"] for column in found.get_columns(name)} == {one.name for one in table.columns}


def rebuild(engine: Engine, table: str, *, aside: bool) -> list[str]:
    """What the check says after a batch rebuild of a table, as a revision would do it."""
    with engine.connect() as connection:
        # as the revisions run
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
        operations = Operations(MigrationContext.configure(connection))

        def run() -> None:
            with operations.batch_alter_table(table, recreate="always"):
                pass

        if aside:
            with triggers_aside(connection):
                run()
        else:
            run()
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        return faults(connection)


@pytest.fixture
def rebuilt(tmp_path: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{tmp_path / 'rebuilt.sqlite'}", execution_options={WRITE: True})
    migrations.upgrade(engine, "0001")
    with engine.begin() as connection:
        small_record.write_down(connection)
    migrations.upgrade(engine)
    yield engine
    engine.dispose()


def test_a_batch_rebuild_that_drops_triggers_is_named(rebuilt: Engine) -> None:
    told = rebuild(rebuilt, "bid_price", aside=False)
    assert [one.rpartition(" its trigger ")[2] for one in told] == [
        "bid_price_no_update is gone.",
        "bid_price_no_delete is gone.",
        "bid_price_no_replace is gone.",
    ]


@pytest.mark.parametrize("table", ["bid_price", "tender", "mark"])
def test_a_batch_rebuild_with_the_triggers_aside_keeps_them_all(rebuilt: Engine, table: str) -> None:
    assert rebuild(rebuilt, table, aside=True) == []
