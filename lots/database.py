"""Tables' common ground: base class, exact column types, and the engine as this record needs it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Engine, Integer, MetaData, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.url import URL, make_url
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

WRITE = "write"
"""Execution option of a connection that will change something: SQLite then takes the write lock at once,
so that two changes queue instead of one failing half-way."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


class _Whole(TypeDecorator[int]):
    """A whole number that refuses floats, booleans and strings on the way in."""

    impl: Any = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        if value is not None and type(value) is not int:
            raise TypeError(f"a whole number is needed here, not {value!r}")
        return value


class Pence(_Whole):
    """Money in whole pence."""

    cache_ok = True


class Hours(_Whole):
    """Hours in hundredths of an hour: 1,128 hours are 112800."""

    cache_ok = True


class BasisPoints(_Whole):
    """Points or percent in hundredths: a weight of 60 is 6000."""

    impl = Integer
    cache_ok = True


class UTCDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC and always given back with its zone. A moment without zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError(f"a moment needs its time zone: {value!r}")
        moment: datetime = value.astimezone(UTC)
        # SQLite keeps no zones: what lies in the file is UTC by this type's promise
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def database_url(text: str) -> URL:
    """The URL with the driver this product ships: `postgresql://…` is served by psycopg."""
    url = make_url(text)
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ValueError(f"the database must be SQLite or PostgreSQL, not {url.get_backend_name()}")
    return url


def prepare(engine: Engine) -> Engine:
    """Make an engine keep this record's promises: foreign keys, one transaction from first read to commit."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def connect(url: str | URL, **options: Any) -> Engine:
    """An engine for the URL, prepared."""
    return prepare(create_engine(database_url(str(url)) if isinstance(url, str) else url, **options))


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    # the driver's own transaction handling begins too late; _on_sqlite_begin does it
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout = 15000",
        "journal_mode = WAL",
        "foreign_keys = ON",
        "synchronous = FULL",
        "secure_delete = ON",
        "recursive_triggers = ON",  # REPLACE then asks the triggers for DELETE, too
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get(WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
