"""What the example is made with: the session, the people, a clock, and the steps of every tender."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lots import panel
from lots.catalogue.questions import BANK
from lots.person import Person
from lots.rating import newest_file
from lots.seal import Seal
from lots.tender import Tender
from scoring.methods.price import METHODS
from tender.bids import operations as bids
from tender.eligibility.operations import pinning_ratings
from tender.example.cast import Cast
from tender.example.companies import TWINS, Company, level
from tender.example.texts import answer
from tender.marking.operations import giving_marks
from tender.procurements.operations import (
    changing_lots,
    changing_panel,
    changing_questions,
    opening_bids,
    publishing,
    setting_up,
)

LONDON = ZoneInfo("Europe/London")


class Acting(TypedDict):
    """Who takes a step, in which session."""

    session: Session
    actor: Person


class ActingOnTender(Acting):
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
        who: Acting = {"session": self.session, "actor": self.cast["officer"]}
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
        publishing.publish(
            self.session, actor=self.cast["officer"], now=self.at, seal=self.seal, tender=tender
        )

    def bid(self, tender: Tender, company: Company, *, submit: bool = True) -> None:
        """One company's bid for some of the lots; without `submit` it stays a draft."""
        who: ActingOnTender = {
            "session": self.session,
            "actor": self.cast.providers[company.number],
            "tender": tender,
        }
        self.later(minutes=7)
        bids.start(**who, now=self.at)
        questions = tender.questions if submit else tender.questions[:3]
        for index, question in enumerate(questions):
            text = answer(question.bank_key, level(company, index), company.years)
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
        newest = newest_file(self.session)
        assert newest is not None  # noqa: S101  loaded with the people
        pinning_ratings.pin(
            self.session, actor=self.cast["officer"], now=self.at, tender=tender, ratings_file=newest
        )
        self.later(hours=1)
        giving_marks.start(self.session, actor=self.cast["officer"], now=self.at, tender=tender)


def prices_of(tender: Tender, company: Company) -> dict[str, int]:
    """The lots that the company bids for, and its price in each: its own, more or less by the zone."""
    number = TWINS.get(company.number, company.number)
    if METHODS[tender.price_method].sets_price:
        return {lot.code: lot.guide_price for index, lot in enumerate(tender.lots) if (number + index) % 2}
    return {
        lot.code: company.price + ((number * 13 + index * 29) % 9 - 4) * 3
        for index, lot in enumerate(tender.lots)
        if not company.sme or len(tender.lots) < 6 or (number + index) % 3 == 0
    }
