"""What the provider's pages show, gathered in a number of queries that does not grow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from lots import states
from lots.bid import SUBMITTED, WITHDRAWN, Bid, BidVersion
from lots.event import Event, log_of
from lots.person import Person
from lots.provider import Provider
from lots.refusal import NotFound
from lots.seal import Seal
from lots.tender import LARGEST_ID, Cancellation, LotGroup, Question, Tender, count_words
from tender.bids import operations
from tender.bids.access import own_bid, provider_of, require_published
from tender.bids.checks import COMPANY, Missing, lots_bid_for, questions_to_answer, whats_missing
from tender.bids.draft import PRICES, DraftContent, read_draft
from tender.frame.formats import plural


@dataclass(frozen=True)
class Task:
    """One line of the task list."""

    title: str
    part: str
    status: str
    colour: str = ""
    hint: str = ""


@dataclass(frozen=True)
class BidPage:
    """A provider's bid as its pages show it."""

    tender: Tender
    bid: Bid
    provider: Provider
    content: DraftContent
    missing: list[Missing]
    current_version: BidVersion | None
    """The version that would be opened."""
    is_changed: bool
    """Whether the draft, or the company's details, differ from the current version."""
    is_open: bool

    @property
    def questions(self) -> list[Question]:
        return questions_to_answer(self.tender, self.content)

    def missing_in(self, part: str) -> list[Missing]:
        return [one for one in self.missing if one.part == part]

    def tasks(self) -> list[Task]:
        return [self._company(), self._prices(), *(self._answer(one) for one in self.questions)]

    def _company(self) -> Task:
        missing = self.missing_in(COMPANY)
        status = ("Completed", "") if not missing else (f"{plural(len(missing), 'detail')} missing", "yellow")
        return Task("Company and CQC details", COMPANY, *status)

    def _prices(self) -> Task:
        count = len(lots_bid_for(self.tender, self.content))
        if not count:
            return Task("Lots and prices", PRICES, "Not yet started", "blue")
        return Task("Lots and prices", PRICES, "Completed", hint=f"You bid for {plural(count, 'lot')}")

    def _answer(self, question: Question) -> Task:
        words = count_words(self.content.answers.get(question.code, ""))
        title, hint = f"{question.code}. {question.title}", f"{words:,} of {question.word_limit:,} words"
        if not words:
            return Task(
                title, question.code, "Not yet started", "blue", f"Up to {question.word_limit:,} words"
            )
        if words > question.word_limit:
            return Task(title, question.code, "Too long", "red", hint)
        return Task(title, question.code, "Completed", hint=hint)


@dataclass(frozen=True)
class BidLine:
    """A tender in the provider's own list; `bid` is None where it has not begun."""

    tender: Tender
    bid: Bid | None
    is_open: bool

    @property
    def status(self) -> tuple[str, str]:
        """The text and the colour of the tag."""
        state = None if self.bid is None else self.bid.state
        if self.tender.state == states.CANCELLED:
            return "Tender cancelled", "grey"
        if state == SUBMITTED:
            return "Submitted", "green"
        if state == WITHDRAWN:
            return "Withdrawn", "grey"
        return ("Draft", "yellow") if self.is_open else ("Not submitted", "grey")


def tender_for_providers(session: Session, tender_id: int) -> Tender:
    """The published tender with its lots, groups and questions. Raises NotFound."""
    if tender_id > LARGEST_ID:
        raise NotFound("There is no tender at this address.")
    tender = session.scalar(
        select(Tender)
        .where(Tender.id == tender_id)
        .options(
            selectinload(Tender.lots),
            selectinload(Tender.groups).selectinload(LotGroup.lots),
            selectinload(Tender.questions).selectinload(Question.lots),
        )
    )
    if tender is None:
        raise NotFound("There is no tender at this address.")
    require_published(tender)
    return tender


def is_open(tender: Tender, now: datetime) -> bool:
    return states.stage(tender, now) == states.PUBLISHED


def bid_page(session: Session, seal: Seal, tender_id: int, actor: Person, now: datetime) -> BidPage:
    """Raises NotFound where the tender is not published or the provider has no bid in it."""
    tender = tender_for_providers(session, tender_id)
    bid = own_bid(session, tender, actor)
    provider = provider_of(actor)
    content = read_draft(seal, bid)
    current_version = operations.current_version(bid)
    missing = whats_missing(tender, provider, content)
    is_changed = current_version is not None and not operations.submitted_is(
        seal, current_version, *operations.contents_of(tender, bid, content)
    )
    return BidPage(tender, bid, provider, content, missing, current_version, is_changed, is_open(tender, now))


def own_lines(session: Session, provider: Provider, now: datetime) -> list[BidLine]:
    """The provider's bids, those that can still be changed first."""
    bids = session.scalars(
        select(Bid)
        .join(Tender)
        .where(Bid.provider_id == provider.id)
        .order_by(Tender.deadline, Tender.id)
        .options(selectinload(Bid.tender))
    )
    lines = [BidLine(bid.tender, bid, is_open(bid.tender, now)) for bid in bids]
    return sorted(lines, key=lambda line: not line.is_open)


def open_lines(session: Session, provider: Provider, now: datetime) -> list[BidLine]:
    """Tenders that take bids and in which the provider has not begun one, the nearest deadline first."""
    begun = select(Bid.tender_id).where(Bid.provider_id == provider.id)
    tenders = session.scalars(
        select(Tender)
        .where(Tender.state == states.PUBLISHED, Tender.deadline > now, Tender.id.not_in(begun))
        .order_by(Tender.deadline, Tender.id)
        .options(selectinload(Tender.lots))
    )
    return [BidLine(tender, None, True) for tender in tenders]


def withdrawal_of(session: Session, version: BidVersion) -> Event | None:
    """The event by which this version was withdrawn."""
    return session.scalar(
        select(Event)
        .where(
            Event.log == log_of(version.bid.tender),
            Event.action == "bid.withdrawn",
            Event.body.contains(f'"{version.sha256}"', autoescape=True),
        )
        .order_by(Event.sequence.desc())
        .limit(1)
    )


def cancellation_of(session: Session, tender: Tender) -> Cancellation | None:
    return session.scalar(
        select(Cancellation).where(Cancellation.tender_id == tender.id, Cancellation.lot_id.is_(None))
    )


def time_left(deadline: datetime, now: datetime) -> str:
    """`14 days left`, `1 day left`, `3 hours left`, `20 minutes left`, `less than a minute left`."""
    left = deadline - now
    for length, word in (
        (timedelta(days=1), "day"),
        (timedelta(hours=1), "hour"),
        (timedelta(minutes=1), "minute"),
    ):
        if left >= length:
            return f"{plural(left // length, word)} left"
    return "less than a minute left" if left > timedelta(0) else "closed"
