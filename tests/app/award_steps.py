"""Fixtures that take a tender whose quality is locked through every step of its award, by operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy.orm import Session

from lots.tender import Tender
from tender.awards.operations import deciding, ending, evaluating, opening_prices
from tender.frame.context import seal
from tests.app.client import Client
from tests.app.conftest import Change, Clock, People
from tests.app.locked_tender import Locked, lock_a_tender
from tests.app.staging import Stage, scene

ROLES = {
    "officer": "officer@example.org",
    "officer2": "officer2@example.org",
    "evaluator": "evaluator@example.org",
    "moderator": "moderator@example.org",
    "provider": "provider@example.org",
}
Lock = Callable[..., Locked]
Take = Callable[..., None]


def lock_on(change: Change, people: People, wanted: dict[str, object]) -> Locked:
    with change() as session:
        by_role = {role: people.of(session, email) for role, email in ROLES.items()}
        return lock_a_tender(session, by_role, seal(), **wanted)  # type: ignore[arg-type]


def take_on(change: Change, people: People, clock: Clock, locked: Locked, steps: Sequence[str]) -> None:
    for step in steps:
        with change() as session:
            _step(session, people, clock, session.get_one(Tender, locked.tender_id), step)
        if step == "notify":
            clock.forward(days=14)
        else:
            clock.forward(minutes=1)


@pytest.fixture
def lock(change: Change, people: People) -> Lock:
    """`lock(bidders=…, reference=…, decimals=3)` makes a tender whose quality is locked. Where it is the
    usual one that is wanted, ask for `locked`, or for what is further on: `evaluated`, `recommended` or
    `approved`."""

    def do(**wanted: object) -> Locked:
        return lock_on(change, people, wanted)

    return do


STEPS = ("open", "evaluate", "recommend", "approve", "notify", "confirm")


@pytest.fixture
def take(change: Change, people: People, clock: Clock) -> Take:
    """`take(locked, "approve")` takes every step from the opening of prices up to that one."""

    def do(locked: Locked, last: str, first: str = "open") -> None:
        steps = STEPS[STEPS.index(first) : STEPS.index(last) + 1]
        take_on(change, people, clock, locked, steps)

    return do


def _on(stage: Stage, *steps: str) -> Locked:
    locked: Locked = stage["locked"]
    take_on(stage.change, stage["people"], stage.clock, locked, steps)
    return locked


@scene(after="people")
def locked(stage: Stage) -> Locked:
    """A tender whose quality is locked."""
    return lock_on(stage.change, stage["people"], {})


@scene(after="locked")
def evaluated(stage: Stage) -> Locked:
    """The same, its prices open and its results worked out."""
    return _on(stage, "open", "evaluate")


@scene(after="evaluated")
def recommended(stage: Stage) -> Locked:
    """The same, its award recommended."""
    return _on(stage, "recommend")


@scene(after="recommended")
def approved(stage: Stage) -> Locked:
    """The same, its award approved."""
    return _on(stage, "approve")


def _step(session: Session, people: People, clock: Clock, tender: Tender, step: str) -> None:
    officer = {"actor": people.of(session, "officer@example.org"), "now": clock(), "tender": tender}
    if step == "open":
        opening_prices.open_prices(session, seal=seal(), **officer)
    elif step == "evaluate":
        evaluating.evaluate(session, **officer)
    elif step == "recommend":
        deciding.recommend(session, reason="The best bids under the published rules.", **officer)
    elif step == "approve":
        approver = {**officer, "actor": people.of(session, "approver@example.org")}
        deciding.approve(session, reason="The record bears it out, all of it.", **approver)
    elif step == "notify":
        today = clock().date()
        ending.record_summaries(session, summaries_sent_on=today, notice_on=today, **officer)
    else:
        ending.confirm_award(session, **officer)


Browse = Callable[[str], Client]


@pytest.fixture
def browse(client: Client) -> Browse:
    """`browse("officer@example.org")` is a browser of that person's own, signed in."""

    def do(email: str) -> Client:
        return client.another().enter(email)

    return do
