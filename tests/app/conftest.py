"""The application for tests, a browser-like client that checks every page it sees, and people to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from lots.person import Person
from tender import Application
from tender.accounts import operations
from tender.accounts.passwords import Passwords
from tender.frame.context import db
from tests.app.client import Client
from tests.app.staging import (
    CHEAP,
    START,
    Change,
    Clock,
    Stage,
    application,
    arranging,
    changing,
    reading,
    scene,
)
from tests.scenes import Kept, go_on

__all__ = ["CHEAP", "PASSWORD", "Change", "Client", "Clock", "People"]

PASSWORD = "sturdy otter lantern"


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def app(database: str, clock: Clock) -> Iterator[Application]:
    with application(database, clock) as app:
        yield app


@pytest.fixture
def staged(database: str, kept_scene: Kept, clock: Clock) -> Callable[[str], Any]:
    """`staged("opened")` is what that scene gave, made here and now if this test did not begin with it."""
    state = [kept_scene]
    if kept_scene.moment is not None:
        clock.set(kept_scene.moment)

    def get(name: str) -> Any:
        if name not in state[0].values:
            state[0] = go_on(name, database, replace(state[0], moment=clock()))
            clock.set(state[0].moment or START)
        return state[0].value(name)

    return get


@pytest.fixture
def client(app: Application) -> Client:
    """A browser. `client.another()` gives a second one, with cookies of its own."""
    return Client(app)


@pytest.fixture
def sign_in(client: Client) -> Callable[[str], Client]:
    """`sign_in("officer@example.org")` gives the fixture's client, signed in as this person, who must exist.
    Tests of signing in itself go through its page."""
    return client.enter


@pytest.fixture
def change(app: Application) -> Change:
    """`with change() as session:` runs operations outside a request and commits at the end."""
    return changing(app)


@pytest.fixture
def arrange(app: Application, clock: Clock) -> Change:
    """`with arrange() as session:` writes what a test begins with straight into the tables."""
    return arranging(app, clock)


@pytest.fixture
def read(app: Application) -> Change:
    """`with read() as session:` looks at what is in the database, and changes nothing."""
    return reading(app)


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


@scene()
def people(stage: Stage) -> People:
    """One person for each role and more where two are needed, two providers; all with PASSWORD."""
    passwords = Passwords(memory=8, rounds=1)
    ids = {}
    clock = stage.clock
    with stage.change() as session:
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
