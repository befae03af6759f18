"""A small published tender to bid in, and a bid that lacks nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from lots import procurement, states
from lots.lot import Lot, LotGroup
from lots.person import Person
from lots.procurement import Tender
from lots.publication import rules_document
from lots.question import Question
from scoring import proof
from tender.bids import operations
from tender.bids.access import own_bid
from tender.bids.operations import ProviderDetails
from tender.context import seal
from tests.app.conftest import Change, Clock, People

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


def add_tender(session: Session, officer: Person, now: datetime, **changes: object) -> Tender:
    """A tender of three lots and three questions, the third for Burnley alone, published."""
    tender = Tender(
        **{
            "reference": "LCC-1",
            "title": "Homecare in East Lancashire",
            "buyer": "Lancashire County Council",
            "service": "homecare",
            "deadline": DEADLINE,
            "created_by": officer,
            "created_at": now,
            "draw_seed": "seed",
            "ceiling": 2800,
            "floor": 1200,
            **changes,
        }
    )
    session.add(tender)
    group = LotGroup(code="homecare", most_lots=2, tender=tender)
    lots = [
        Lot(code=f"L{n}", position=n, service="homecare", zone=zone, hours_per_week=hours, guide_price=2400)
        for n, (zone, hours) in enumerate([("Burnley", 112800), ("Pendle", 96050), ("Hyndburn", 80000)], 1)
    ]
    for lot in lots:
        lot.group = group
    tender.lots = lots
    tender.questions = [
        Question(code="Q1", position=1, title="Safeguarding", text="How?", weight=3000, word_limit=50),
        Question(code="Q2", position=2, title="Workforce", text="Who?", weight=3000, word_limit=50),
        Question(code="Q3", position=3, title="Mobilising in Burnley", text="When?", weight=0, lots=lots[:1]),
    ]
    session.flush()
    rules = rules_document(tender)
    tender.rules_text, tender.rules_sha256 = proof.canonical(rules).decode(), proof.digest(rules)
    tender.state, tender.published_at = states.PUBLISHED, now
    session.flush()
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
        return procurement.find(session, self.tender_id)

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


@pytest.fixture
def bidding(change: Change, read: Change, people: People, clock: Clock) -> Bidding:
    with change() as session:
        tender_id = add_tender(session, people.of(session, "officer@example.org"), clock()).id
    return Bidding(change, read, people, clock, tender_id)
