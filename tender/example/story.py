"""Three tenders, told through the same operations as the pages use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lots import panel
from lots.catalogue.questions import BANK
from lots.person import Person
from lots.seal import Seal
from lots.tender import Tender
from tender.accounts.passwords import Passwords
from tender.awards.operations import deciding, ending, evaluating, opening_prices
from tender.bids import operations as bids
from tender.eligibility.operations import loading_ratings
from tender.example import judging
from tender.example.cast import Cast, gather
from tender.example.companies import COMPANIES, Company
from tender.example.ratings import ratings_csv
from tender.example.texts import answer
from tender.marking.operations import giving_marks
from tender.moderation.operations import opening
from tender.procurements.operations import (
    changing_lots,
    changing_panel,
    changing_questions,
    opening_bids,
    publishing,
    setting_up,
)

LONDON = ZoneInfo("Europe/London")
TWINS = {23: 21}
"""Company 23 answers, bids and prices as 21 does, so that the two tie wherever both bid."""
FAR_OFF = 18

HOMECARE = "LCC-2026-HC1"
CRISIS = "LCC-2026-CR1"
REABLEMENT = "LCC-2026-RE1"


class Step(TypedDict):
    """Who takes a step, in which session."""

    session: Session
    actor: Person


class TenderStep(Step):
    tender: Tender


class Story:
    """Carries the session, the people and a clock that only goes forward."""

    def __init__(
        self, session: Session, seal: Seal, cast: Cast, tell: Callable[[str], None], at: datetime
    ) -> None:
        self.session, self.seal, self.cast, self.tell, self.at = session, seal, cast, tell, at

    def on(self, day: date, hour: int = 9) -> None:
        self.at = datetime(day.year, day.month, day.day, hour, tzinfo=LONDON)

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)

    def tender(self, service: str, reference: str, title: str, *, most_lots: int) -> Tender:
        """A tender published with the whole question bank, its panel, and a limit on lots won."""
        who: Step = {"session": self.session, "actor": self.cast["officer"]}
        tender = setting_up.create_from_catalogue(
            **who, now=self.at, service=service, reference=reference, title=title
        )
        self.later(hours=1)
        for question in BANK.values():
            changing_questions.add_question(
                **who, now=self.at, tender=tender, bank_key=question.key,
                minimum=2 if question.key == "safeguarding" else None,
            )  # fmt: skip
        changing_lots.set_group(
            **who, now=self.at, tender=tender, code=service, most_lots=most_lots,
            lot_codes=[lot.code for lot in tender.lots],
        )  # fmt: skip
        for name in ("evaluator", "evaluator2", "evaluator3"):
            changing_panel.name_panel_member(
                **who, now=self.at, tender=tender, person=self.cast[name], role=panel.EVALUATOR
            )
        changing_panel.name_panel_member(
            **who, now=self.at, tender=tender, person=self.cast["moderator"], role=panel.MODERATOR
        )
        return tender

    def publish(self, tender: Tender, deadline: date) -> None:
        setting_up.change_details(
            self.session, actor=self.cast["officer"], now=self.at, tender=tender, title=tender.title,
            description=tender.description,
            deadline=datetime(deadline.year, deadline.month, deadline.day, 12, tzinfo=LONDON),
        )  # fmt: skip
        self.later(hours=1)
        publishing.publish(self.session, actor=self.cast["officer"], now=self.at, tender=tender)

    def bid(self, tender: Tender, company: Company, *, submit: bool = True) -> None:
        """One company's bid for some of the lots; without `submit` it stays a draft."""
        who: TenderStep = {
            "session": self.session,
            "actor": self.cast.providers[company.number],
            "tender": tender,
        }
        self.later(minutes=7)
        bids.start(**who, now=self.at)
        questions = tender.questions if submit else tender.questions[:3]
        for index, question in enumerate(questions):
            text = answer(question.bank_key, judging.level(company, index), company.years)
            self.later(minutes=1)
            bids.save_answer(**who, now=self.at, seal=self.seal, question_code=question.code, text=text)
        prices = prices_of(tender, company)
        bids.save_prices(
            **who, now=self.at, seal=self.seal, prices=prices, preferences=list(prices),
            most_lots=1 if company.number in {8, 22} else None,
        )  # fmt: skip
        if submit:
            self.later(minutes=2)
            bids.submit(**who, now=self.at, seal=self.seal)

    def open(self, tender: Tender) -> None:
        """After the deadline: two officers open the bids and pin the ratings; marking starts."""
        assert tender.deadline is not None  # noqa: S101  it is published
        self.on(tender.deadline.date(), 14)
        opening_bids.request_opening(self.session, actor=self.cast["officer"], now=self.at, tender=tender)
        self.later(minutes=10)
        opening_bids.complete_opening(
            self.session, actor=self.cast["officer2"], now=self.at, seal=self.seal, tender=tender
        )
        self.later(hours=1)
        newest = loading_ratings.newest(self.session)
        assert newest is not None  # noqa: S101  loaded with the people
        loading_ratings.pin(
            self.session, actor=self.cast["officer"], now=self.at, tender=tender, ratings_file=newest
        )
        self.later(hours=1)
        giving_marks.start(self.session, actor=self.cast["officer"], now=self.at, tender=tender)

    def award(self, tender: Tender) -> None:
        """From locked quality to the end of the standstill."""
        officer: TenderStep = {"session": self.session, "actor": self.cast["officer"], "tender": tender}
        self.later(hours=1)
        opening.lock_quality(self.session, actor=self.cast["moderator"], now=self.at, tender=tender)
        self.later(hours=1)
        opening_prices.open_prices(**officer, now=self.at, seal=self.seal)
        evaluating.evaluate(**officer, now=self.at)
        self.later(days=12)
        judging.decide_on_the_low_price(self, tender, COMPANIES[FAR_OFF - 1].name)
        evaluating.evaluate(**officer, now=self.at)
        self.later(hours=1)
        deciding.recommend(
            **officer, now=self.at,
            reason="The evaluation follows the published rules, every check has been made, and the report "
            "shows how each place was won.",
        )  # fmt: skip
        self.later(days=2)
        deciding.approve(
            self.session, actor=self.cast["approver"], now=self.at, tender=tender,
            reason="I have read the report, the close lots and the decision on the low price, and I agree.",
        )  # fmt: skip
        self.later(days=1)
        standstill = ending.record_summaries(
            **officer, now=self.at, summaries_sent_on=self.at.date(), notice_on=self.at.date()
        )
        self.on(standstill.ends_on + timedelta(days=1))
        ending.confirm_award(**officer, now=self.at)


def prices_of(tender: Tender, company: Company) -> dict[str, int]:
    """The lots that the company bids for, and its price in each: its own, more or less by the zone."""
    number = TWINS.get(company.number, company.number)
    if tender.price_method == "fixed":
        return {lot.code: lot.guide_price for index, lot in enumerate(tender.lots) if (number + index) % 2}
    return {
        lot.code: company.price + ((number * 13 + index * 29) % 9 - 4) * 3
        for index, lot in enumerate(tender.lots)
        if not company.sme or len(tender.lots) < 6 or (number + index) % 3 == 0
    }


def load(
    session: Session, *, seal: Seal, passwords: Passwords, now: datetime, tell: Callable[[str], None]
) -> None:
    """Tell the whole story, ending at `now`: one tender awarded, one being marked, one open for bids."""
    today = now.astimezone(LONDON).date()
    began = datetime(today.year, today.month, today.day, 9, tzinfo=LONDON) - timedelta(days=170)
    tell("Making the people of a council and thirty care companies, all invented")
    story = Story(session, seal, gather(session, passwords, began), tell, began + timedelta(hours=1))
    loading_ratings.load_ratings(
        session, actor=story.cast["officer"], now=story.at, filename="example-ratings.csv",
        content=ratings_csv(), as_at=story.at.date(),
    )  # fmt: skip
    _homecare(story, today)
    _crisis(story, today)
    _reablement(story, today)


def _homecare(story: Story, today: date) -> None:
    story.on(today - timedelta(days=160))
    tender = story.tender("homecare", HOMECARE, "Homecare in Lancashire’s twelve districts", most_lots=2)
    story.publish(tender, today - timedelta(days=120))
    story.on(today - timedelta(days=150))
    _all_bid(story, tender, COMPANIES)
    story.open(tender)
    story.tell("Homecare: evaluators mark, the panel agrees")
    judging.mark_all(story, tender)
    judging.agree_all(story, tender)
    story.tell("Homecare: prices, recommendation, approval, standstill")
    story.award(tender)


def _crisis(story: Story, today: date) -> None:
    story.on(today - timedelta(days=60))
    tender = story.tender("crisis", CRISIS, "Crisis care at home in three areas", most_lots=1)
    story.publish(tender, today - timedelta(days=12))
    story.on(today - timedelta(days=40))
    _all_bid(story, tender, COMPANIES[4:16])
    story.open(tender)
    story.tell("Crisis: the first evaluator has marked all, the second half")
    judging.mark_some(story, tender)


def _reablement(story: Story, today: date) -> None:
    story.on(today - timedelta(days=9))
    tender = story.tender("reablement", REABLEMENT, "Reablement in six areas at a set price", most_lots=1)
    story.publish(tender, today + timedelta(days=25))
    story.on(today - timedelta(days=5))
    _all_bid(story, tender, COMPANIES[:6])
    for company in COMPANIES[6:8]:
        story.bid(tender, company, submit=False)


def _all_bid(story: Story, tender: Tender, companies: Iterable[Company]) -> None:
    companies = list(companies)
    for number, company in enumerate(companies, start=1):
        story.tell(f"{tender.reference}: bid {number} of {len(companies)}, {company.name}")
        story.bid(tender, company)
