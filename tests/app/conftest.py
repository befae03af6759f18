"""The application for tests, a browser-like client that checks every page it sees, and people to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from lots.person import Person
from tender import Application, create_app
from tender.accounts import operations
from tender.accounts.passwords import Passwords
from tender.frame.context import db, one_change
from tests.app.client import Client

PASSWORD = "sturdy otter lantern"
CHEAP = {"PASSWORD_MEMORY_KIB": "8", "PASSWORD_ROUNDS": "1"}
"""Hashes that cost nothing; only the example may have them."""

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


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))


@pytest.fixture
def app(database: str, clock: Clock) -> Iterator[Application]:
    app = create_app({"DATABASE_URL": database, "TENDER_EXAMPLE": "1", **CHEAP}, clock)
    app.testing = True
    app.jinja_env.bytecode_cache = COMPILED
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Application) -> Client:
    """A browser. `client.another()` gives a second one, with cookies of its own."""
    return Client(app)


@pytest.fixture
def sign_in(client: Client) -> Callable[[str], Client]:
    """`sign_in("officer@example.org")` with the fixture's client; the person must exist."""

    def do(email: str) -> Client:
        client.sign_in(email, PASSWORD)
        return client

    return do


@pytest.fixture
def change(app: Application) -> Change:
    """`with change() as session:` runs operations outside a request and commits at the end. Leave the
    block before using the client: a request inside it would share its session."""

    @contextmanager
    def run() -> Iterator[Session]:
        with app.app_context(), one_change() as session:
            yield session

    return run


@pytest.fixture
def read(app: Application) -> Change:
    """`with read() as session:` looks at what is in the database, and changes nothing."""

    @contextmanager
    def run() -> Iterator[Session]:
        with app.app_context():
            yield db.session
            db.session.rollback()

    return run


ROLES_OF = {
    "administrator@example.org": ("Ada Administrator", {"administrator"}),
    "officer@example.org": ("Olive Officer", {"officer"}),
    "officer2@example.org": ("Oscar Officer", {"officer"}),
    "approver@example.org": ("Anna Approver", {"approver"}),
    "evaluator@example.org": ("Eve Evaluator", {"evaluator"}),
    "evaluator2@example.org": ("Evan Evaluator", {"evaluator"}),
    "moderator@example.org": ("Mona Moderator", {"moderator"}),
    "auditor@example.org": ("Aled Auditor", {"auditor"}),
}
PROVIDERS = {
    "provider@example.org": ("Paula Provider", "Pendle Care Ltd"),
    "provider2@example.org": ("Piotr Provider", "Ribble Homecare CIC"),
}


@dataclass(frozen=True)
class People:
    """The ids of everybody, by e-mail; `people.of(session, email)` is the row in that session."""

    ids: dict[str, int] = field(default_factory=dict)

    def of(self, session: Session, email: str) -> Person:
        return session.get_one(Person, self.ids[email])


@pytest.fixture
def people(change: Change, clock: Clock) -> People:
    """One person for each role and more where two are needed, two providers; all with PASSWORD."""
    passwords = Passwords(memory=8, rounds=1)
    ids = {}
    with change() as session:
        for email, (name, roles) in ROLES_OF.items():
            person = operations.add_person(
                session, actor=None, email=email, name=name, roles=roles, now=clock()
            )
            operations.set_password(
                session, actor=None, person=person, password=PASSWORD, passwords=passwords, now=clock()
            )
            ids[email] = person.id
        for email, (name, company) in PROVIDERS.items():
            registration = operations.Registration(company, name, email, PASSWORD)
            person = operations.register_provider(session, registration, passwords=passwords, now=clock())
            ids[email] = person.id
    return People(ids)


@pytest.fixture
def count_queries(app: Application) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with count_queries() as queries: client.get(…)`, then `len(queries)`. Transaction control and
    PRAGMAs are not counted."""

    @contextmanager
    def run() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_connection, _cursor, statement, _parameters, _context, _many) -> None:
            if not statement.upper().startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK")):
                statements.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return run
