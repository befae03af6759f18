"""A small published tender to bid in, and a bid that lacks nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from lots.schedule import Schedule, ScheduleRow
from lots.tender import Tender, find_tender
from tender.bids import operations
from tender.bids.access import own_bid
from tender.bids.operations import ProviderDetails
from tender.frame.context import seal
from tender.procurements.operations import (
    changing_panel,
    changing_questions,
    changing_rules,
    publishing,
    setting_up,
)
from tender.procurements.operations.changing_rules import RuleSettings
from tests.app.conftest import Change, Clock, People
from tests.app.staging import Stage, scene

DEADLINE = datetime(2026, 12, 7, 12, 0, tzinfo=UTC)
FIRST, SECOND = "provider@example.org", "provider2@example.org"
DETAILS = ProviderDetails(
    name="Pendle Care Ltd",
    company_number="01234567",
    address="1 Mill Street\nNelson\nBB9 7LE",
    contact_email="bids@pendle.example",
    phone="01282 123456",
    cqc_provider_id="1-101678901",
    is_sme=True,
    is_vcse=False,
    locations=("1-1234567890",),
)


ZONES = tuple(
    ScheduleRow(code, zone, hours, 2400, group="homecare")
    for code, zone, hours in [("L1", "Burnley", 112800), ("L2", "Pendle", 96050), ("L3", "Hyndburn", 80000)]
)


def add_tender(
    session: Session, people: People, now: datetime, rows: tuple[ScheduleRow, ...] = ZONES, **changes: object
) -> Tender:
    """A published tender of three lots and three questions, the third for Burnley alone.

    `changes` are to its reference or to its rules.
    """
    by = {"actor": people.of(session, "officer@example.org"), "now": now}
    tender = setting_up.create_from_schedule(
        session,
        service="homecare",
        reference=str(changes.pop("reference", "LCC-1")),
        title="Homecare in East Lancashire",
        schedule=Schedule(rows, {"homecare": 2}),
        **by,
    )
    tender.allocation = str(changes.pop("allocation", tender.allocation))
    by["tender"] = tender
    setting_up.change_details(session, deadline=DEADLINE, **by)
    settings = replace(RuleSettings.of(tender), **{"ceiling": 2800, "floor": 1200, **changes})
    changing_rules.change_rules(session, settings=settings, seen=None, **by)
    half = settings.quality_weight // 2
    for title, text, weight, lots in [
        ("Safeguarding", "How do you keep people safe?", half, []),
        ("Workforce", "Who delivers the care?", half, []),
        ("Mobilising in Burnley", "When could you begin?", 0, ["L1"]),
    ]:
        changing_questions.add_question(
            session,
            title=title,
            text=text,
            criterion="It says who does what, and by when.",
            weight=weight,
            word_limit=50,
            lot_codes=lots,
            **by,
        )
    for email, role in [("evaluator@example.org", "evaluator"), ("moderator@example.org", "moderator")]:
        changing_panel.name_panel_member(session, person=people.of(session, email), role=role, **by)
    publishing.publish(session, seal=seal(), **by)
    return tender


@dataclass(frozen=True)
class Bidding:
    """The operations, by whom and when already said; every call is a transaction of its own."""

    change: Change
    read: Change
    people: People
    clock: Clock
    tender_id: int

    def tender(self, session: Session) -> Tender:
        return find_tender(session, self.tender_id)

    def by(self, session: Session, email: str = FIRST) -> dict[str, object]:
        return {
            "actor": self.people.of(session, email),
            "now": self.clock(),
            "tender": self.tender(session),
        }

    def start(self, email: str = FIRST) -> None:
        with self.change() as session:
            operations.start(session, **self.by(session, email))

    def answer(self, code: str, text: str, email: str = FIRST, **more: object) -> None:
        with self.change() as session:
            operations.save_answer(
                session, seal=seal(), question_code=code, text=text, **self.by(session, email), **more
            )

    def price(self, prices: dict[str, int], email: str = FIRST, **more: object) -> None:
        with self.change() as session:
            operations.save_prices(session, seal=seal(), prices=prices, **self.by(session, email), **more)

    def describe(self, email: str = FIRST, details: ProviderDetails = DETAILS) -> None:
        with self.change() as session:
            actor = self.people.of(session, email)
            operations.change_provider(
                session, actor=actor, now=self.clock(), provider=actor.provider, details=details
            )

    def prepare(self, email: str = FIRST) -> None:
        """A draft that lacks nothing."""
        self.describe(email)
        self.start(email)
        self.answer("Q1", "We train everybody.", email)
        self.answer("Q2", "We pay for travel.", email)
        self.answer("Q3", "In six weeks.", email)
        self.price({"L1": 1599, "L2": 1610}, email)

    def submit(self, email: str = FIRST, **more: object) -> str:
        """The receipt's hash."""
        with self.change() as session:
            return operations.submit(session, seal=seal(), **self.by(session, email), **more).version.sha256

    def withdraw(self, email: str = FIRST, **more: object) -> None:
        with self.change() as session:
            operations.withdraw(session, **self.by(session, email), **more)

    def draft(self, email: str = FIRST) -> operations.DraftContent:
        with self.read() as session:
            by = self.by(session, email)
            return operations.read_draft(seal(), own_bid(session, by["tender"], by["actor"]))

    def to_the_deadline(self, **less: float) -> None:
        self.clock.set(DEADLINE - timedelta(**less))


def draft_tender(session: Session, bidding: Bidding) -> Tender:
    """A tender that is not published yet."""
    return setting_up.create_from_catalogue(
        session,
        actor=bidding.people.of(session, "officer@example.org"),
        now=bidding.clock(),
        service="crisis",
        reference="LCC-DRAFT",
        title="Crisis care, not published",
    )


@scene(after="people")
def to_bid_for(stage: Stage) -> int:
    """The number of the published tender."""
    with stage.change() as session:
        return add_tender(session, stage["people"], stage.clock()).id


@pytest.fixture
def bidding(change: Change, read: Change, people: People, clock: Clock, to_bid_for: int) -> Bidding:
    return Bidding(change, read, people, clock, to_bid_for)
