"""A tender whose bids have been opened, written straight into the record: where judging begins."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lots import publication, states
from lots.bid import SUBMITTED, Bid, BidAnswer, BidLot, BidVersion, OpenedBid
from lots.bid import alias as letter
from lots.panel import EVALUATOR, MODERATOR, PanelMember
from lots.provider import Provider
from lots.rating import RatingsFile
from lots.tender import Lot, Opening, Question, Tender
from scoring.canonical import canonical_json
from tender.eligibility.operations import loading_ratings, pinning_ratings
from tender.eligibility.ratings_files.kinds import WIDE
from tests.app.conftest import People
from tests.app.staging import Stage, scene, take_over

KEY_COLUMNS = [
    f"Location {name} rating" for name in ("safe", "effective", "caring", "responsive", "well-led")
]


@dataclass(frozen=True)
class Bidder:
    """A bid to be: the bidder's name, its CQC numbers, and the lots that it bids for."""

    name: str
    provider_id: str = ""
    locations: tuple[str, ...] = ()
    lots: tuple[str, ...] = ("L1", "L2")
    company_number: str = ""


THREE = (
    Bidder("Zeal Care Ltd", "1-100", ("1-101",)),
    Bidder("Acorn Homecare CIC", "1-200", ("1-201",), ("L1",)),
    Bidder("Mellor Support Ltd", "1-300", ("1-301",)),
)
"""Their letters are A, B and C in this order, which is not that of the alphabet."""

FOUR = (("Safeguarding", ()), ("Workforce", ()), ("Town rounds", ("L1",)), ("Winter", ("L2",)))


@dataclass(frozen=True)
class Opened:
    """Ids of what was made."""

    tender_id: int
    bid_ids: dict[str, int] = field(default_factory=dict)
    """By letter."""
    own: dict[str, dict[str, str]] = field(default_factory=dict)
    """By evaluator's e-mail, their own letter for each of the tender's."""

    def letter(self, email: str, alias: str) -> str:
        """Under which an evaluator knows the bid; the tender's own letter where they have none for it."""
        return self.own.get(email, {}).get(alias, alias)

    def tender(self, session: Session) -> Tender:
        return session.get_one(Tender, self.tender_id)

    def bid(self, session: Session, alias: str) -> Bid:
        return session.get_one(Bid, self.bid_ids[alias])

    def question(self, session: Session, code: str) -> Question:
        return session.scalars(
            select(Question).where(Question.tender_id == self.tender_id, Question.code == code)
        ).one()


def open_tender(
    session: Session,
    people: People,
    now: datetime,
    *,
    bidders: Sequence[Bidder] = THREE,
    questions: Sequence[tuple[str, tuple[str, ...]]] = FOUR,
    evaluators: Sequence[str] = ("evaluator@example.org", "evaluator2@example.org"),
    reference: str = "HC-1",
) -> Opened:
    """Two homecare lots, questions given as (title, lots or none for all), everybody named, bids opened.

    Every lot must be asked as many questions as the other; they share the quality weight evenly.
    """
    asked_in_each = sum(1 for _, codes in questions if "L1" in codes or not codes)
    officer = people.of(session, "officer@example.org")
    published, deadline = now - timedelta(days=30), now - timedelta(hours=2)
    tender = Tender(
        reference=reference,
        title="Homecare in two zones",
        buyer="Lancashire Council",
        service="homecare",
        deadline=deadline,
        created_by_id=officer.id,
        created_at=published,
        published_at=published,
        opened_at=now - timedelta(hours=1),
        draw_seed="a published text",
    )
    tender.lots = [
        Lot(code=code, position=at, service="homecare", zone=zone, hours_per_week=100000, guide_price=2300)
        for at, (code, zone) in enumerate((("L1", "Burnley"), ("L2", "Pendle")), start=1)
    ]
    tender.questions = [
        Question(
            code=f"Q{at}",
            position=at,
            title=title,
            text=f"How do you assure {title.lower()}?",
            criterion=f"The best answer shows {title.lower()} with evidence from practice.",
            weight=6000 // asked_in_each,
            lots=[lot for lot in tender.lots if lot.code in codes],
        )
        for at, (title, codes) in enumerate(questions, start=1)
    ]
    session.add(tender)
    session.flush()
    tender.rules_text = canonical_json(publication.rules_document(tender)).decode()
    tender.rules_sha256 = hashlib.sha256(tender.rules_text.encode()).hexdigest()
    tender.state = states.OPENED
    second = people.of(session, "officer2@example.org")
    session.add(
        Opening(
            tender_id=tender.id,
            first_id=officer.id,
            first_at=now - timedelta(hours=1),
            second_id=second.id,
            second_at=now - timedelta(hours=1),
        )
    )
    seats = [(email, EVALUATOR) for email in evaluators] + [("moderator@example.org", MODERATOR)]
    session.add_all(
        PanelMember(tender_id=tender.id, person_id=people.ids[email], role=role, named_at=published)
        for email, role in seats
    )
    session.flush()
    made = Opened(tender.id)
    for at, bidder in enumerate(bidders):
        made.bid_ids[letter(at)] = _bid(session, tender, people, bidder, letter(at), deadline)
    take_over(session, now)
    return made


def _bid(
    session: Session, tender: Tender, people: People, bidder: Bidder, alias: str, deadline: datetime
) -> int:
    provider = Provider(
        name=bidder.name,
        company_number=bidder.company_number,
        cqc_provider_id=bidder.provider_id,
        created_at=deadline,
    )
    session.add(provider)
    session.flush()
    bid = Bid(tender_id=tender.id, provider_id=provider.id, state=SUBMITTED, started_at=deadline, alias=alias)
    version = BidVersion(
        bid=bid,
        number=1,
        submitted_at=deadline - timedelta(hours=1),
        submitted_by_id=people.ids["provider@example.org"],
        quality_sealed=b"sealed",
        prices_sealed=b"sealed",
        quality_sha256="0" * 64,
        prices_sha256="0" * 64,
        sha256=hashlib.sha256(bidder.name.encode()).hexdigest(),
    )
    session.add_all([bid, version])
    session.flush()
    company = {
        **provider.description(),
        "cqc_provider_id": bidder.provider_id,
        "locations": list(bidder.locations),
    }
    lots = [lot for lot in tender.lots if lot.code in bidder.lots]
    asked = [q for q in tender.questions if not q.lots or {lot.code for lot in q.lots} & set(bidder.lots)]
    session.add(
        OpenedBid(
            bid_id=bid.id,
            version_id=version.id,
            company=company,
            preferences=[lot.code for lot in lots],
            answers=[
                BidAnswer(
                    question_id=question.id,
                    text=f"Answer of {alias} to {question.code}.\n\nWe train each carer before a visit.",
                )
                for question in asked
            ],
            lots=[BidLot(lot_id=lot.id) for lot in lots],
        )
    )
    session.flush()
    return bid.id


def ratings_csv(*rows: dict[str, str], columns: Sequence[str] = WIDE.needed) -> bytes:
    """A file as the CQC publishes it, one row for each dict of column to value; the rest is sensible."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, [*columns, "Brand Name"])
    writer.writeheader()
    for row in rows:
        usual = {
            "Location Name": f" Location {row['Location ID']}",
            "Provider Name": "A provider",
            "Provider ID": "1-999",
            "Location Local Authority": "Kent",
            "Service Types": "Domiciliary care service",
            "Dormant": "N",
            "Publication Date": "6/26/2025 12:00:00 AM",
            "Location Latest Overall Rating": "Good",
            **dict.fromkeys(KEY_COLUMNS, "Good"),
        }
        chosen = {**usual, **row}
        writer.writerow({column: value for column, value in chosen.items() if column in writer.fieldnames})
    return out.getvalue().encode()


def rated(location: str, provider: str, **ratings: str) -> dict[str, str]:
    """A row for `ratings_csv`: `overall`, `safe`, … as keywords, Good where not given."""
    columns = dict(zip(("safe", "effective", "caring", "responsive", "well_led"), KEY_COLUMNS, strict=True))
    columns["overall"] = "Location Latest Overall Rating"
    return {
        "Location ID": location,
        "Provider ID": provider,
        **{columns[name]: rating for name, rating in ratings.items()},
    }


ALL_GOOD = ratings_csv(rated("1-101", "1-100"), rated("1-201", "1-200"), rated("1-301", "1-300"))


def pin(
    session: Session,
    people: People,
    opened: Opened,
    now: datetime,
    content: bytes = ALL_GOOD,
    as_at: date = date(2026, 11, 1),
) -> RatingsFile:
    """Load the file and pin the tender to it, by the operations."""
    officer = people.of(session, "officer@example.org")
    file = loading_ratings.load_ratings(
        session, actor=officer, now=now, filename="ratings.csv", content=content, as_at=as_at
    )
    pinning_ratings.pin(session, actor=officer, now=now, tender=opened.tender(session), ratings_file=file)
    return file


@scene(after="people")
def opened(stage: Stage) -> Opened:
    """The tender with the three bidders; no ratings are pinned yet."""
    with stage.change() as session:
        return open_tender(session, stage["people"], stage.clock())
