"""The world in which every route is tried: the example, with people and tenders that it leaves out.

Its tenders are at every stage at which somebody has a secret. What those secrets are is read from its own
tables (secrets.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lots.person import Person
from lots.tender import Tender
from tender.accounts import operations as accounts
from tender.accounts.passwords import Passwords
from tender.example import story
from tender.frame.context import seal
from tender.procurements.operations import setting_up
from tests.app.award_steps import ROLES, take_on
from tests.app.conftest import PASSWORD, People
from tests.app.locked_tender import lock_a_tender
from tests.app.staging import Stage, scene

SIGNED_OUT = ""
IDENTITIES = {
    "nobody": SIGNED_OUT,
    "administrator": "administrator@example.org",
    "officer": "officer@example.org",
    "officer of another tender": "officer3@example.org",
    "approver": "approver@example.org",
    "evaluator": "evaluator@example.org",
    "evaluator yet to declare": "evaluator3@example.org",
    "evaluator off the panel": "evaluator4@example.org",
    "moderator": "moderator@example.org",
    "moderator off the panel": "moderator2@example.org",
    "auditor": "auditor@example.org",
    "provider that bids": "provider1@example.org",
    "provider with a draft": "provider7@example.org",
    "provider that does not bid": "provider@example.org",
    "without access": "gone@example.org",
}
"""Everybody who may come, by e-mail."""

MORE_STAFF = {
    "officer3@example.org": ("Olaf Other", {"officer"}),
    "evaluator4@example.org": ("Edna Elsewhere", {"evaluator"}),
    "moderator2@example.org": ("Mo Elsewhere", {"moderator"}),
    "gone@example.org": ("Gwen Gone", {"officer", "approver"}),
}


@dataclass(frozen=True)
class World:
    """The ids of its tenders, by reference."""

    tenders: dict[str, int]


@scene()
def world(stage: Stage) -> World:
    passwords = Passwords(memory=8, rounds=1)
    with stage.change() as session:
        story.load(session, seal=seal(), passwords=passwords, now=stage.clock(), tell=lambda _line: None)
    with stage.change() as session:
        _more_people(session, passwords, stage)
    with stage.change() as session:
        setting_up.create_from_catalogue(
            session, actor=_person(session, "officer3@example.org"), now=stage.clock(),
            service="crisis", reference="LCC-DRAFT", title="Crisis care, not yet published",
        )  # fmt: skip
    with stage.read() as session:
        people = People({row.email: row.id for row in session.execute(select(Person.email, Person.id))})
    moment = stage.clock()
    for reference, steps in (("LCC-LOCKED", ()), ("LCC-PRICES", ("open", "evaluate")), ("LCC-REC", LAST)):
        with stage.change() as session:
            by_role = {role: people.of(session, email) for role, email in ROLES.items()}
            locked = lock_a_tender(session, by_role, seal(), reference=reference)
        take_on(stage.change, people, stage.clock, locked, steps)
    assert stage.clock() >= moment
    with stage.read() as session:
        return World({row.reference: row.id for row in session.execute(select(Tender.reference, Tender.id))})


LAST = ("open", "evaluate", "recommend")


def _more_people(session: Session, passwords: Passwords, stage: Stage) -> None:
    for email, (name, roles) in MORE_STAFF.items():
        person = accounts.add_person(
            session, actor=None, email=email, name=name, roles=roles, now=stage.clock()
        )
        accounts.set_password(
            session, actor=None, person=person, password=PASSWORD, passwords=passwords, now=stage.clock()
        )
        if email.startswith("gone"):
            accounts.set_active(session, actor=None, person=person, active=False, now=stage.clock())
    accounts.register_provider(
        session,
        accounts.Registration(
            "Outsider Care Ltd", "Otto Outsider", IDENTITIES["provider that does not bid"], PASSWORD
        ),
        passwords=passwords,
        now=stage.clock(),
    )


def _person(session: Session, email: str) -> Person:
    return session.scalars(select(Person).where(Person.email == email)).one()
