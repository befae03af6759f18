"""Databases for tests: a real SQLite file and a real PostgreSQL database, each fresh for each test.

A test that asks for `database` runs twice, on either. Migrations run once into a template, which is
copied for each test, and so is what many tests begin with (scenes.py); nothing is rolled back or emptied,
so triggers, commits and two connections at once are what they are in use.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.postgresql import PostgreSQL, migrate, owners_url, server
from tests.scenes import Kept, Scenery, wanted

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
        metafunc.parametrize("engine_name", engines(metafunc), indirect=True)


def engines(metafunc: pytest.Metafunc) -> list[Any]:
    """Both for each test, but that the few which go through everything take the other one in
    `make test-deep` alone: those in a browser, whose pages do not depend on the database, run on the one for
    real use; the example, marked `first_on("sqlite")`, runs on the one that `make run` loads it into."""
    marker = metafunc.definition.get_closest_marker("first_on")
    first = marker.args[0] if marker else "postgresql" if "browser" in metafunc.fixturenames else None
    return [name if first in {None, name} else pytest.param(name, marks=pytest.mark.deep) for name in ENGINES]


LONGEST = frozenset({"browser", "example"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These folders first: they take longest, and what one process takes last the others wait for."""
    items.sort(key=lambda item: LONGEST.isdisjoint(item.path.parts))


@pytest.fixture
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def kept_scene(request: pytest.FixtureRequest, engine_name: str) -> Kept:
    """What the test's database begins with: the scene that the test asks for, if any."""
    scenery: Scenery = request.getfixturevalue(f"{engine_name}_scenery")
    return scenery.at(wanted(request.fixturenames))


@pytest.fixture
def database(
    request: pytest.FixtureRequest, engine_name: str, kept_scene: Kept, tmp_path: Path
) -> Iterator[str]:
    """The URL of a database of this test's own, its tables made, and empty but for the test's scene."""
    if engine_name == "sqlite":
        file = tmp_path / "tender.sqlite"
        shutil.copy(kept_scene.template, file)
        yield f"sqlite:///{file}"
        return
    postgresql: PostgreSQL = request.getfixturevalue("postgresql_server")
    name = f"t{uuid.uuid4().hex}"
    postgresql.copy(kept_scene.template, name)
    yield postgresql.url(name)
    postgresql.run(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def owner_of(engine_name: str) -> Callable[[str], str]:
    """`owner_of(database)` is the URL by which the tables' owner reaches the database: whoever has its
    password can take off what guards the tables."""
    return owners_url


@pytest.fixture(scope="session")
def sqlite_scenery(tmp_path_factory: pytest.TempPathFactory) -> Scenery:
    folder = tmp_path_factory.mktemp("sqlite")

    @contextmanager
    def build(template: Path | None) -> Iterator[tuple[str, Callable[[], Path]]]:
        file = folder / f"{uuid.uuid4().hex}.sqlite"
        if template is not None:
            shutil.copy(template, file)

        def keep() -> Path:
            with contextlib.closing(sqlite3.connect(file)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return file

        yield f"sqlite:///{file}", keep

    with build(None) as (url, keep):
        migrate(url)
        return Scenery(keep(), build)


@pytest.fixture(scope="session")
def postgresql_scenery(postgresql_server: PostgreSQL) -> Scenery:
    @contextmanager
    def build(template: str) -> Iterator[tuple[str, Callable[[], str]]]:
        name = f"scene{uuid.uuid4().hex}"
        postgresql_server.copy(template, name)
        yield postgresql_server.url(name), lambda: name

    return Scenery(postgresql_server.template, build)


@pytest.fixture(scope="session")
def postgresql_server(request: pytest.FixtureRequest) -> Iterator[PostgreSQL]:
    """One server for the whole run, however many processes test."""
    run = getattr(request.config, "workerinput", {}).get("testrunuid", f"alone-{os.getpid()}")
    with server(run) as started:
        yield started
