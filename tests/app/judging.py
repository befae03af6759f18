"""Steps of the panel by the operations, for tests that begin in the middle."""

from __future__ import annotations

from collections.abc import Container

from sqlalchemy.orm import Session

from lots.letters import letters
from lots.mark import Mark
from lots.panel import ConflictDeclaration, current_declarations
from lots.rating import RatingsFile
from tender.eligibility.to_mark import plan
from tender.marking.operations import declaring_conflicts, giving_marks
from tender.moderation.operations import opening
from tests.app.conftest import Clock, People
from tests.app.opened_tender import ALL_GOOD, Opened, pin
from tests.app.staging import Stage, scene

OFFICER = "officer@example.org"
EVALUATORS = ("evaluator@example.org", "evaluator2@example.org")
MODERATOR = "moderator@example.org"
RATIONALE = "Clear duties and yearly training for everybody."


def start(
    session: Session, people: People, clock: Clock, opened: Opened, content: bytes = ALL_GOOD
) -> RatingsFile:
    """Pin the ratings and start marking."""
    file = pin(session, people, opened, clock(), content)
    giving_marks.start(session, actor=people.of(session, OFFICER), now=clock(), tender=opened.tender(session))
    note_letters(session, people, opened)
    return file


def note_letters(session: Session, people: People, opened: Opened) -> None:
    """Keep, for the pages of evaluators, which letters they were dealt."""
    aliases = {bid_id: alias for alias, bid_id in opened.bid_ids.items()}
    emails = {person_id: email for email, person_id in people.ids.items()}
    for (person_id, bid_id), letter in letters(session, opened.tender(session)).items():
        opened.own.setdefault(emails[person_id], {})[aliases[bid_id]] = letter


def declare(
    session: Session, people: People, clock: Clock, opened: Opened, email: str, **conflicts: str
) -> list[ConflictDeclaration]:
    """Declare on everybody: a conflict with the letters given, `A="My sister works there."`, no other."""
    made = declaring_conflicts.declare_conflicts(
        session,
        actor=people.of(session, email),
        now=clock(),
        tender=opened.tender(session),
        declarations={
            bid_id: (alias in conflicts, conflicts.get(alias, "")) for alias, bid_id in opened.bid_ids.items()
        },
    )
    note_letters(session, people, opened)
    return made


def conflict(session: Session, people: People, opened: Opened, email: str, alias: str) -> ConflictDeclaration:
    declared = current_declarations(session, opened.tender(session))
    return declared[people.ids[email], opened.bid_ids[alias]]


def give_mark(
    session: Session,
    people: People,
    clock: Clock,
    opened: Opened,
    email: str,
    alias: str,
    code: str,
    mark: int,
    rationale: str = RATIONALE,
    change_reason: str = "",
    seen: int | None = None,
) -> Mark:
    return giving_marks.record_mark(
        session,
        actor=people.of(session, email),
        now=clock(),
        tender=opened.tender(session),
        bid=opened.bid(session, alias),
        question=opened.question(session, code),
        mark=mark,
        rationale=rationale,
        change_reason=change_reason,
        seen=seen,
    )


def give_marks(
    session: Session,
    people: People,
    clock: Clock,
    opened: Opened,
    email: str,
    aliases: Container[str],
    mark: int = 3,
) -> None:
    """The same mark on every question of the bids with these letters."""
    for item in plan(session, opened.tender(session)).items:
        if item.alias in aliases:
            give_mark(session, people, clock, opened, email, item.alias, item.question.code, mark)


def open_moderation(
    session: Session, people: People, clock: Clock, opened: Opened, marks: tuple[int, int] = (3, 4)
) -> None:
    """Start, declare, mark everything (the first evaluator's mark, the second's) and open moderation."""
    start(session, people, clock, opened)
    for email, mark in zip(EVALUATORS, marks, strict=True):
        declare(session, people, clock, opened, email)
        give_marks(session, people, clock, opened, email, "ABC", mark)
    opening.open_moderation(
        session, actor=people.of(session, MODERATOR), now=clock(), tender=opened.tender(session)
    )


@scene(after="opened")
def started(stage: Stage) -> Opened:
    """The opened tender, its ratings pinned, being marked."""
    opened: Opened = stage["opened"]
    with stage.change() as session:
        start(session, stage["people"], stage.clock, opened)
    return opened


@scene(after="started")
def declared(stage: Stage) -> Opened:
    """The same, both evaluators having declared no conflict."""
    opened: Opened = stage["opened"]
    with stage.change() as session:
        for email in EVALUATORS:
            declare(session, stage["people"], stage.clock, opened, email)
    return opened


@scene(after="opened")
def moderated(stage: Stage) -> Opened:
    """The opened tender in moderation; the first evaluator gave 3 everywhere, the second 4."""
    opened: Opened = stage["opened"]
    with stage.change() as session:
        open_moderation(session, stage["people"], stage.clock, opened)
    return opened
