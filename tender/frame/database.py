"""The application's engine, and the one session of the request or command at hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app, g
from sqlalchemy import Engine, event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from lots.database import WRITE, connect, database_url

READ_ONLY = "read_only"


@dataclass(frozen=True)
class Engines:
    """One engine with one pool, and two ways to begin a transaction on it."""

    plain: Engine
    reading: Engine
    """The database itself refuses every change."""
    writing: Engine


class Database:
    """`db.session` is the session at hand; the first who asks for it makes it."""

    def init_app(self, app: Flask, sessions: sessionmaker[Session]) -> None:
        app.extensions["sessions"] = sessions
        self.keep_at(app, app.config["DATABASE_URL"])
        app.teardown_appcontext(_close)

    def keep_at(self, app: Flask, address: str) -> None:
        """Keep the record at this address from now on. Connects when it is first needed."""
        self.let_go(app)
        app.extensions["engines"] = _engines(_within(app, database_url(address)))

    def let_go(self, app: Flask) -> None:
        """Close the connections that wait in the pool."""
        if "engines" in app.extensions:
            app.extensions["engines"].plain.dispose()

    @property
    def engine(self) -> Engine:
        return _current().plain

    @property
    def session(self) -> Session:
        """Closed, and what is not committed undone, when the request or command ends."""
        if "database_session" not in g:
            g.database_session = current_app.extensions["sessions"](bind=self.engine)
        session: Session = g.database_session
        return session

    def is_used(self) -> bool:
        """Whether anybody has asked for the session yet."""
        return "database_session" in g

    def only_read(self) -> None:
        """Have the database refuse every change in what follows."""
        self.session.bind = _current().reading

    def write(self) -> None:
        """Let the session change things. On SQLite, changes queue from their first statement on."""
        self.session.bind = _current().writing


def _current() -> Engines:
    engines: Engines = current_app.extensions["engines"]
    return engines


def _close(_error: BaseException | None) -> None:
    session = g.pop("database_session", None)
    if session is not None:
        session.close()


def _within(app: Flask, url: URL) -> URL:
    """A relative path of SQLite is relative to the instance folder, not to where the process was started."""
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return url
    folder = Path(app.instance_path)
    if not Path(str(url.database)).is_absolute():
        folder.mkdir(parents=True, exist_ok=True)
    return url.set(database=str(folder / str(url.database)))


def _engines(url: URL) -> Engines:
    plain = connect(url, hide_parameters=True, pool_pre_ping=True)
    if plain.dialect.name == "sqlite":
        event.listen(plain, "begin", _hold_sqlite_to_reading)
        event.listen(plain, "checkin", _free_sqlite)
    # what only reads sees one moment of the record, as it does on SQLite: what others add while the record is
    # checked must not look like a fault
    held = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
    if plain.dialect.name != "postgresql":
        held = {}
    return Engines(
        plain,
        reading=plain.execution_options(**{READ_ONLY: True}, **held),
        writing=plain.execution_options(**{WRITE: True}),
    )


def _hold_sqlite_to_reading(connection: Connection) -> None:
    if connection.get_execution_options().get(READ_ONLY, False):
        connection.exec_driver_sql("PRAGMA query_only = ON")


def _free_sqlite(connection: DBAPIConnection | None, _record: ConnectionPoolEntry) -> None:
    if connection is not None:
        connection.execute("PRAGMA query_only = OFF")
