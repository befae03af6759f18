"""The application for tests, made quickly, its clock, and the stage on which scenes are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Table, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from lots import event, explained, rows
from lots.tender import Tender
from tender import Application, create_app
from tender.frame.context import db, one_change
from tender.whole.comparing import compare
from tests import scenes
from tests.scenes import Kept

CHEAP = {"PASSWORD_MEMORY_KIB": "8", "PASSWORD_ROUNDS": "1"}
"""Hashes that cost nothing; only the example may have them."""

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""When every test begins, unless its scene took time."""

MANY = pytest.mark.parametrize("many", [30, pytest.param(200, marks=pytest.mark.deep)])
"""For tests that hold what a page asks of the database for many bidders to what it asks for two: thirty
show a query for each bidder as well as two hundred do."""

Change = Callable[[], AbstractContextManager[Session]]


class Compiled(BytecodeCache):
    """Templates compiled once for all the applications of a test run; their source is part of the key."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


class KnownRule(Rule):
    """Builders of addresses compiled once for all the applications of a test run: they take most of the time
    in which one is made. Should Werkzeug come to build them elsewhere, this does nothing."""

    builders: ClassVar[dict[tuple[str, str, bool], Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (self.rule, repr(self.defaults), append_unknown)
        if key not in self.builders:
            self.builders[key] = super()._compile_builder(append_unknown)
        return self.builders[key]


Application.url_rule_class = KnownRule


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def set(self, moment: datetime) -> None:
        self.moment = moment

    def forward(self, **by: float) -> None:
        """`clock.forward(minutes=5)`"""
        self.moment += timedelta(**by)


@contextmanager
def application(url: str, clock: Clock) -> Iterator[Application]:
    """An application on the database at the URL, disconnected from it in the end."""
    app = create_app({"DATABASE_URL": url, "TENDER_EXAMPLE": "1", **CHEAP}, clock)
    app.testing = True
    app.jinja_env.bytecode_cache = COMPILED
    yield app
    with app.app_context():
        db.engine.dispose()


def changing(app: Application) -> Change:
    """`with change() as session:` runs operations outside a request and commits at the end. Leave the
    block before using the client: a request inside it would share its session."""

    @contextmanager
    def run() -> Iterator[Session]:
        with app.app_context(), one_change() as session:
            yield session

    return run


def arranging(app: Application, clock: Clock) -> Change:
    """`with arrange() as session:` writes straight into the tables what a test begins with, past the
    operations; the log tells it as rows that were taken over."""

    @contextmanager
    def run() -> Iterator[Session]:
        with app.app_context(), one_change() as session:
            yield session
            take_over(session, clock())

    return run


def take_over(session: Session, now: datetime) -> None:
    """Have the log tell what was written straight into the tables, of one tender at most."""
    session.flush()
    for table, key in explained.unexplained(session):
        if (table, key) in explained.unexplained(session):  # no event has taken it yet
            event.write(
                session,
                tender=_tender_of(session, table, key) if rows.of_tender(table) else None,
                actor=None,
                action="record.taken_over",
                subject="Written by a test",
                body={},
                now=now,
            )


def _tender_of(session: Session, table: Table, key: str) -> Tender:
    statement = select(Tender)
    for foreign in reversed(rows.path_to_tender(table) or ()):
        statement = statement.join(foreign.parent.table, foreign.parent == foreign.column)
    keys = zip(table.primary_key.columns, key.split(","), strict=True)
    found = session.scalar(statement.where(*(column == int(part) for column, part in keys)))
    return found or session.scalars(select(Tender).order_by(Tender.id)).one()  # the row was taken out


def reading(app: Application) -> Change:
    """`with read() as session:` looks at what is in the database, and changes nothing."""

    @contextmanager
    def run() -> Iterator[Session]:
        with app.app_context():
            yield db.session
            db.session.rollback()

    return run


def assert_whole(app: Application) -> None:
    """Every row of the record is as its log tells."""
    with app.app_context():
        for tender in [None, *db.session.scalars(select(Tender).order_by(Tender.id))]:
            assert compare(db.session, tender).faults == ()


class Stage:
    """Where a scene is made: the application, its clock, and by name what the scenes before it gave."""

    def __init__(self, app: Application, clock: Clock, before: Kept) -> None:
        self.clock = clock
        self.change = changing(app)
        self.arrange = arranging(app, clock)
        self.read = reading(app)
        self.before = before

    def __getitem__(self, name: str) -> Any:
        return self.before.value(name)


def scene(after: str | None = None) -> Callable[[Callable[[Stage], Any]], Any]:
    """Makes a function that acts on a stage a scene, and gives its fixture: what the function gave.

    A scene must not depend on anything but what is on the stage.
    """

    def register(act: Callable[[Stage], Any]) -> Any:
        name = act.__name__

        def make(url: str, before: Kept) -> tuple[Any, datetime]:
            clock = Clock(before.moment or START)
            with application(url, clock) as app:
                value = act(Stage(app, clock, before))
                assert_whole(app)
            return value, clock.moment

        scenes.add(name, after, make)

        def fixture(staged: Callable[[str], Any]) -> Any:
            return staged(name)

        fixture.__doc__ = act.__doc__
        return pytest.fixture(name=name)(fixture)

    return register
