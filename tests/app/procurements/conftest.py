"""A tender in the making, and the verbs of whoever works on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lots import event
from lots.catalogue import BANK
from lots.refusal import Refusal
from lots.tender import Tender, find_tender
from tender.bids import operations as bids
from tender.bids.operations import ProviderDetails
from tender.frame.context import seal
from tender.procurements.operations import (
    changing_panel,
    changing_questions,
    opening_bids,
    publishing,
    setting_up,
)
from tests.app.client import Client
from tests.app.conftest import Change, Clock, People
from tests.app.staging import Stage, scene

OFFICER, OFFICER2 = "officer@example.org", "officer2@example.org"
EVALUATOR, MODERATOR = "evaluator@example.org", "moderator@example.org"
PROVIDER, PROVIDER2 = "provider@example.org", "provider2@example.org"
DEADLINE = datetime(2026, 12, 7, 12, 0, tzinfo=UTC)


@dataclass
class Tendering:
    """One tender; each verb is a transaction of its own, as a request is."""

    change: Change
    read: Change
    people: People
    clock: Clock
    tender_id: int = 0

    @property
    def path(self) -> str:
        return f"/tenders/{self.tender_id}"

    def create(self, service: str = "crisis", reference: str = "LCC-1", title: str = "Crisis care") -> int:
        with self.change() as session:
            self.tender_id = setting_up.create_from_catalogue(
                session,
                actor=self.people.of(session, OFFICER),
                now=self.clock(),
                service=service,
                reference=reference,
                title=title,
            ).id
        return self.tender_id

    def do(self, verb: Callable[..., Any], email: str = OFFICER, **more: Any) -> None:
        """`do(operations.publish)`. A value that is a function is called with the session and tender."""
        with self.change() as session:
            tender = find_tender(session, self.tender_id)
            given = {
                name: value(session, tender) if callable(value) else value for name, value in more.items()
            }
            verb(session, actor=self.people.of(session, email), now=self.clock(), tender=tender, **given)

    def name(self, email: str, role: str) -> None:
        self.do(
            changing_panel.name_panel_member,
            person=lambda session, _: self.people.of(session, email),
            role=role,
        )

    def complete(self) -> None:
        """Everything that publication needs."""
        for key in BANK:
            self.do(changing_questions.add_question, bank_key=key)
        self.name(EVALUATOR, "evaluator")
        self.name(MODERATOR, "moderator")
        self.do(setting_up.change_details, deadline=DEADLINE)

    def publish(self) -> None:
        self.do(publishing.publish, seal=lambda *_: seal())

    def bid(self, email: str, lots: dict[str, int]) -> None:
        """A whole bid, submitted."""
        with self.change() as session:
            actor = self.people.of(session, email)
            by: dict[str, Any] = {"actor": actor, "now": self.clock()}
            number = "01234567" if email == PROVIDER else "07654321"
            details = ProviderDetails(
                name=actor.provider.name,
                company_number=number,
                address="1 Mill Street\nNelson\nBB9 7LE",
                contact_email=email,
                phone="01282 123456",
                cqc_provider_id="1-101678901",
                is_sme=True,
                is_vcse=False,
                locations=("1-1234567890",),
            )
            bids.change_provider(session, provider=actor.provider, details=details, **by)
            tender = find_tender(session, self.tender_id)
            bids.start(session, tender=tender, **by)
            for question in tender.questions:
                bids.save_answer(
                    session,
                    tender=tender,
                    seal=seal(),
                    question_code=question.code,
                    text=f"{actor.provider.name} on {question.title}.",
                    **by,
                )
            bids.save_prices(session, tender=tender, seal=seal(), prices=lots, **by)
            bids.submit(session, tender=tender, seal=seal(), **by)

    def to_the_deadline(self, **after: float) -> None:
        self.clock.set(DEADLINE + timedelta(**after))

    def open(self) -> None:
        self.do(opening_bids.request_opening)
        self.do(opening_bids.complete_opening, OFFICER2, seal=lambda *_: seal())

    def state(self) -> str:
        return str(self.see(lambda tender: tender.state))

    def revision(self) -> int:
        return int(self.see(lambda tender: tender.revision))

    def see(self, what: Callable[[Tender], Any]) -> Any:
        with self.read() as session:
            return what(find_tender(session, self.tender_id))

    def actions(self) -> list[str]:
        """The tender's log, in order."""
        with self.read() as session:
            log = f"tender:{self.tender_id}"
            statement = select(event.Event.action).where(event.Event.log == log)
            return list(session.scalars(statement.order_by(event.Event.sequence)))

    def at_once(self, *steps: Callable[[], None]) -> list[str]:
        """Take the steps at the same moment; gives what was refused. Anything but a refusal fails."""
        start, told, broken = Barrier(len(steps)), [], []

        def run(step: Callable[[], None]) -> None:
            start.wait(timeout=20)
            try:
                step()
            except Refusal as refusal:
                told.append(refusal.message)
            except Exception as error:
                broken.append(error)

        threads = [Thread(target=run, args=[step]) for step in steps]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert not broken, broken
        return told


def on(stage: Stage, tender_id: int = 0) -> Tendering:
    return Tendering(stage.change, stage.read, stage["people"], stage.clock, tender_id)


@scene(after="people")
def draft_id(stage: Stage) -> int:
    """The number of a draft of the three crisis areas, straight from the catalogue."""
    return on(stage).create()


@scene(after="draft_id")
def published_id(stage: Stage) -> int:
    """The same tender, complete and published."""
    tendering = on(stage, stage["draft_id"])
    tendering.complete()
    tendering.publish()
    return tendering.tender_id


@pytest.fixture
def tendering(change: Change, read: Change, people: People, clock: Clock, draft_id: int) -> Tendering:
    return Tendering(change, read, people, clock, draft_id)


@pytest.fixture
def published(tendering: Tendering, published_id: int) -> Tendering:
    assert tendering.tender_id == published_id
    return tendering


@pytest.fixture
def officer(sign_in: Callable[[str], Client], people: People) -> Client:
    return sign_in(OFFICER)


def logged(session: Session, tender_id: int, action: str) -> list[event.Event]:
    statement = select(event.Event).where(event.Event.tender_id == tender_id, event.Event.action == action)
    return list(session.scalars(statement.order_by(event.Event.sequence)))


@scene(after="published_id")
def bid_for_id(stage: Stage) -> int:
    """The number of the published tender, with two bids in."""
    tendering = on(stage, stage["published_id"])
    tendering.bid(PROVIDER, {"L1": 1_599, "L2": 1_610})
    tendering.bid(PROVIDER2, {"L2": 1_580})
    return tendering.tender_id


@pytest.fixture
def with_bids(published: Tendering, bid_for_id: int) -> Tendering:
    assert published.tender_id == bid_for_id
    return published
