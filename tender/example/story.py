"""Three tenders, made by the same operations as the pages use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from lots.seal import Seal
from lots.tender import Tender
from tender.accounts.passwords import Passwords
from tender.eligibility.operations import loading_ratings
from tender.example import judging
from tender.example.cast import gather
from tender.example.companies import COMPANIES, Company
from tender.example.ratings import ratings_csv
from tender.example.stage import LONDON, Story
from tender.frame.formats import london_day

HOMECARE = "LCC-2026-HC1"
CRISIS = "LCC-2026-CR1"
REABLEMENT = "LCC-2026-RE1"


@dataclass(frozen=True)
class Bidders:
    """Who bids in each of the tenders."""

    homecare: Sequence[Company]
    """Among them those of whom the story of the award tells."""
    crisis: Sequence[Company]
    reablement: Sequence[Company]
    undecided: Sequence[Company]
    """They have begun a bid for reablement and not submitted it."""


EVERYBODY = Bidders(COMPANIES, COMPANIES[4:16], COMPANIES[:6], COMPANIES[6:8])


def load(
    session: Session,
    *,
    seal: Seal,
    passwords: Passwords,
    now: datetime,
    tell: Callable[[str], None],
    bidders: Bidders = EVERYBODY,
) -> None:
    """Make the example, which ends at `now`: one tender awarded, one being marked, one open for bids."""
    today = london_day(now)
    began = datetime(today.year, today.month, today.day, 9, tzinfo=LONDON) - timedelta(days=170)
    tell("Making the people of a council and thirty care companies, all invented")
    story = Story(session, seal, gather(session, passwords, began), tell, began + timedelta(hours=1))
    loading_ratings.load_ratings(
        session, actor=story.cast["officer"], now=story.at, filename="example-ratings.csv",
        content=ratings_csv(), as_at=story.at.date(),
    )  # fmt: skip
    _homecare(story, today, bidders)
    _crisis(story, today, bidders)
    _reablement(story, today, bidders)


def _homecare(story: Story, today: date, bidders: Bidders) -> None:
    story.on(today - timedelta(days=160))
    tender = story.tender("homecare", HOMECARE, "Homecare in Lancashire’s twelve districts", most_lots=2)
    story.publish(tender, today - timedelta(days=120))
    story.on(today - timedelta(days=150))
    _all_bid(story, tender, bidders.homecare)
    story.open(tender)
    story.tell("Homecare: evaluators mark, the panel agrees")
    judging.mark_all(story, tender)
    judging.agree_all(story, tender)
    story.tell("Homecare: prices, recommendation, approval, standstill")
    judging.award(story, tender)


def _crisis(story: Story, today: date, bidders: Bidders) -> None:
    story.on(today - timedelta(days=60))
    tender = story.tender("crisis", CRISIS, "Crisis care at home in three areas", most_lots=1)
    story.publish(tender, today - timedelta(days=12))
    story.on(today - timedelta(days=40))
    _all_bid(story, tender, bidders.crisis)
    story.open(tender)
    story.tell("Crisis: the first evaluator has marked all, the second half")
    judging.mark_some(story, tender)


def _reablement(story: Story, today: date, bidders: Bidders) -> None:
    story.on(today - timedelta(days=9))
    tender = story.tender("reablement", REABLEMENT, "Reablement in six areas at a set price", most_lots=1)
    story.publish(tender, today + timedelta(days=25))
    story.on(today - timedelta(days=5))
    _all_bid(story, tender, bidders.reablement)
    for company in bidders.undecided:
        story.bid(tender, company, submit=False)


def _all_bid(story: Story, tender: Tender, companies: Sequence[Company]) -> None:
    for number, company in enumerate(companies, start=1):
        story.tell(f"{tender.reference}: bid {number} of {len(companies)}, {company.name}")
        story.bid(tender, company)
