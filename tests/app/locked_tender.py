"""A tender whose quality is locked, made in one go: the starting point of every award.

It is written straight into the tables, with real sealed envelopes, so that tests of awards, reports and
the log can have two hundred bidders in it without two thousand steps before. What follows goes through
operations.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from lots import event, publication
from lots.bid import Bid, BidAnswer, BidLot, BidVersion, OpenedBid, alias
from lots.eligibility import EligibilityDecision
from lots.moderation import AgreedMark
from lots.panel import ConflictDeclaration, PanelMember
from lots.person import Person
from lots.provider import Provider
from lots.rating import Rating, RatingsFile, RatingsPin
from lots.seal import Seal
from lots.tender import Lot, LotGroup, Opening, Question, Tender
from scoring.canonical import canonical_json, sha256_of
from tender.bids import envelopes
from tests.app.staging import take_over

PUBLISHED = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
DEADLINE = datetime(2026, 10, 1, 11, 0, tzinfo=UTC)
LOCKED = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
QUESTIONS = (("Safeguarding", 2000, 2), ("Continuity of care", 2500, None), ("Social value", 1500, None))
"""Title, weight in basis points, minimum mark."""


@dataclass(frozen=True)
class Bidder:
    name: str
    marks: Sequence[int]
    """For each question in turn."""
    prices: Mapping[str, int]
    """Pence an hour, by lot code."""
    well_led: str = "Good"
    most_lots: int | None = None
    decision: tuple[str, str] | None = None
    """State and reason of a decision taken before marking."""


BIDDERS = (
    Bidder("Ribble Homecare CIC", (4, 4, 5), {"L1": 1850, "L2": 1850, "L3": 1900}),
    Bidder("Pendle Care Ltd", (5, 4, 3), {"L1": 1790, "L2": 1810}, most_lots=1),
    Bidder("Zażółć Opieka – Łódź Ltd", (3, 3, 4), {"L1": 1700, "L3": 1720}),
    Bidder("Fylde Support Services", (1, 4, 4), {"L1": 1650, "L2": 1660}),
    Bidder(
        "Wyre & Lune <Living> Ltd", (4, 3, 3), {"L1": 1690, "L2": 1690, "L3": 1690}, well_led="Inadequate"
    ),
    Bidder(
        "Hyndburn Helpers",
        (4, 4, 4),
        {"L2": 1500},
        decision=("excluded", "Convicted of fraud in 2025, and no measures taken since."),
    ),
)


@dataclass(frozen=True)
class Locked:
    """What a test needs to go on."""

    tender_id: int
    reference: str
    bid_ids: dict[str, int] = field(default_factory=dict)
    """By bidder's name."""


def lock_a_tender(
    session: Session,
    people: Mapping[str, Person],
    seal: Seal,
    *,
    bidders: Sequence[Bidder] = BIDDERS,
    reference: str = "LCC-HC-01",
    lots: Sequence[str] = ("Burnley", "Pendle", "Rossendale"),
    most_lots: int = 2,
    **settings: object,
) -> Locked:
    """A homecare tender with these bidders, at “quality locked”. `people` by role."""
    tender = _published(session, people, reference, lots, most_lots, settings)
    bids = {}
    file = _ratings(session, tender, people["officer"])
    for place, bidder in enumerate(bidders):
        bids[bidder.name] = _opened_bid(session, tender, seal, people, place, bidder, file)
    event.write(
        session,
        tender=None,
        actor=people["officer"],
        action="ratings.loaded",
        subject=file.filename,
        body={"sha256": file.sha256, "rows": len(bidders)},
        now=DEADLINE,
    )
    _panel(session, tender, people, list(bids.values()))
    tender.state = "moderation"
    take_over(session, PUBLISHED)
    tender.state = "quality_locked"
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=people["moderator"],
        action="quality.locked",
        subject=reference,
        body={},
        now=LOCKED,
    )
    event.keep_head(session, tender, LOCKED)
    return Locked(tender.id, reference, {name: bid.id for name, bid in bids.items()})


def _published(
    session: Session,
    people: Mapping[str, Person],
    reference: str,
    lots: Sequence[str],
    most_lots: int,
    settings: Mapping[str, object],
) -> Tender:
    tender = Tender(
        reference=reference,
        title="Homecare in East Lancashire",
        description="Care at home for adults.",
        buyer="Lancashire County Council",
        service="homecare",
        deadline=DEADLINE,
        created_by=people["officer"],
        created_at=PUBLISHED - timedelta(days=10),
        published_at=PUBLISHED,
        opened_at=DEADLINE + timedelta(hours=2),
        ties=["quality", "price", "draw"],
        draw_seed="as published",
    )
    for name, value in settings.items():
        setattr(tender, name, value)
    group = LotGroup(code="homecare", most_lots=most_lots)
    tender.groups = [group]
    tender.lots = [
        Lot(
            code=f"L{n}",
            position=n,
            service="homecare",
            zone=zone,
            hours_per_week=100_000 + 50_000 * n,
            guide_price=1800,
            group=group,
        )
        for n, zone in enumerate(lots, 1)
    ]
    tender.questions = [
        Question(
            code=f"Q{n}",
            position=n,
            title=title,
            text=f"How will you do it? ({title})",
            criterion="Clear, specific and proved.",
            weight=weight,
            minimum=minimum,
        )
        for n, (title, weight, minimum) in enumerate(QUESTIONS, 1)
    ]
    session.add(tender)
    session.flush()
    event.write(
        session,
        tender=None,
        actor=people["officer"],
        action="tender.added",
        subject=reference,
        body={"log": event.log_of(tender), "reference": reference},
        now=tender.created_at,
    )
    tender.rules_text = canonical_json(publication.rules_document(tender)).decode()
    tender.rules_sha256 = sha256_of(publication.rules_document(tender))
    tender.state = "published"
    event.write(
        session,
        tender=tender,
        actor=people["officer"],
        action="tender.published",
        subject=reference,
        body={"rules_sha256": tender.rules_sha256},
        now=PUBLISHED,
    )
    return tender


def _ratings(session: Session, tender: Tender, officer: Person) -> RatingsFile:
    file = RatingsFile(
        filename="ratings.csv",
        sha256=sha256_of(tender.reference),
        as_at=date(2026, 9, 30),
        row_count=1,
        loaded_by=officer,
        loaded_at=DEADLINE,
    )
    session.add(file)
    session.flush()
    session.add(
        RatingsPin(tender_id=tender.id, file_id=file.id, stage="opening", by_id=officer.id, at=DEADLINE)
    )
    return file


def _opened_bid(
    session: Session,
    tender: Tender,
    seal: Seal,
    people: Mapping[str, Person],
    place: int,
    bidder: Bidder,
    file: RatingsFile,
) -> Bid:
    location = f"1-{tender.id:03d}{place:06d}"
    provider = Provider(
        name=bidder.name,
        company_number=f"{place:08d}",
        address="1 High Street, Burnley",
        contact_email="bids@example.org",
        is_sme=True,
        created_at=PUBLISHED,
    )
    bid = Bid(tender=tender, provider=provider, state="submitted", started_at=PUBLISHED, alias=alias(place))
    session.add_all([provider, bid])
    session.flush()
    company = {**provider.description(), "locations": [location]}
    version = _version(bid, bidder, company, seal, people["provider"])
    session.add(version)
    lots = {lot.code: lot for lot in tender.lots}
    session.add_all(
        [
            Rating(
                file_id=file.id,
                row=place + 2,
                location_id=location,
                location_name=f"{bidder.name}, office",
                provider_cqc_id=f"1-P{place}",
                provider_name=bidder.name,
                local_authority="Lancashire",
                services="Domiciliary care service",
                dormant=False,
                published="2026-05-01",
                overall="Good",
                safe="Good",
                effective="Good",
                caring="Good",
                responsive="Good",
                well_led=bidder.well_led,
            ),
            OpenedBid(
                bid=bid,
                version=version,
                company=company,
                preferences=list(bidder.prices),
                most_lots=bidder.most_lots,
                hours_per_week=None,
                answers=[BidAnswer(question=q, text="We do it well.") for q in tender.questions],
                lots=[BidLot(lot=lots[code]) for code in bidder.prices],
            ),
        ]
    )
    session.flush()
    _judge_quality(session, tender, people, bid, bidder)
    return bid


def _version(
    bid: Bid, bidder: Bidder, company: dict[str, object], seal: Seal, submitter: Person
) -> BidVersion:
    quality = envelopes.quality_bytes(
        bid.tender,
        envelopes.QualityEnvelope(
            company=company,
            answers={question.code: "We do it well." for question in bid.tender.questions},
            lots=tuple(bidder.prices),
            preferences=tuple(bidder.prices),
            most_lots=bidder.most_lots,
            hours_per_week=None,
        ),
    )
    prices = envelopes.prices_bytes(envelopes.PriceEnvelope(dict(bidder.prices)))
    version = BidVersion(
        bid=bid,
        number=1,
        submitted_at=DEADLINE - timedelta(days=1),
        submitted_by_id=submitter.id,
        quality_sealed=seal.close(quality, about=envelopes.about(bid, 1, "quality")),
        prices_sealed=seal.close(prices, about=envelopes.about(bid, 1, "prices")),
        quality_sha256=_sha256(quality),
        prices_sha256=_sha256(prices),
    )
    version.sha256 = sha256_of(envelopes.version_document(version))
    return version


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _judge_quality(
    session: Session, tender: Tender, people: Mapping[str, Person], bid: Bid, bidder: Bidder
) -> None:
    if bidder.decision is not None:
        state, reason = bidder.decision
        session.add(
            EligibilityDecision(
                tender_id=tender.id,
                bid_id=bid.id,
                state=state,
                reason=reason,
                response_invited_on=date(2026, 10, 5),
                response="The provider did not answer.",
                by_id=people["officer"].id,
                at=DEADLINE + timedelta(days=10),
            )
        )
    session.add_all(
        AgreedMark(
            tender_id=tender.id,
            bid=bid,
            question=question,
            mark=mark,
            reasons=f"{bidder.name} shows {question.title.lower()} with evidence worth {mark}.",
            discussion="All read it the same way.",
            recorded_by=people["moderator"],
            at=LOCKED - timedelta(hours=1),
            present=[people["evaluator"], people["moderator"]],
        )
        for question, mark in zip(tender.questions, bidder.marks, strict=True)
    )


def _panel(session: Session, tender: Tender, people: Mapping[str, Person], bids: Sequence[Bid]) -> None:
    session.add_all(
        [
            PanelMember(tender_id=tender.id, person=people[role], role=role, named_at=PUBLISHED)
            for role in ("evaluator", "moderator")
        ]
    )
    session.add_all(
        ConflictDeclaration(
            tender_id=tender.id, bid=bid, person=people["evaluator"], conflicted=False, at=DEADLINE
        )
        for bid in bids
    )
    session.add(
        Opening(
            tender_id=tender.id,
            first=people["officer"],
            first_at=DEADLINE + timedelta(hours=1),
            second=people["officer2"],
            second_at=DEADLINE + timedelta(hours=2),
        )
    )
