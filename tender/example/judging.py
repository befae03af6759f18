"""How the example's panel marks, agrees, and deals with a price that is far off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from lots.bid import Bid
from lots.mark import current_marks
from lots.person import Person
from lots.record import opened_bids
from lots.tender import Tender
from tender.eligibility.operations import deciding_eligibility
from tender.eligibility.to_mark import Item, plan
from tender.example.companies import COMPANIES, Company
from tender.example.texts import discussion, rationale, reasons
from tender.marking.operations import declaring_conflicts, giving_marks
from tender.moderation.operations import agreeing, opening

if TYPE_CHECKING:
    from tender.example.story import Story

EVALUATORS = ("evaluator", "evaluator2", "evaluator3")
KEPT_OFF = 9
"""The company with which the third evaluator has a conflict of interest."""


def level(company: Company, question: int) -> int:
    """How many of the topic's five things the company's answer shows."""
    number = 21 if company.number == 23 else company.number
    return max(1, min(5, company.level + (0, -1, 0, 1, 0, 0, 1, -1)[(number * 3 + question) % 8]))


def own_mark(company: Company, question: int, evaluator: int) -> int:
    """One evaluator's mark: mostly what the answer shows, now and then a step off, twice far off."""
    number = 21 if company.number == 23 else company.number
    shown = level(company, question)
    if (number, question, evaluator) in {(9, 3, 1), (16, 0, 2)}:
        return max(0, shown - 3)
    return max(0, min(5, shown + (0, 0, 1, 0, 0, -1, 0)[(number + question * 2 + evaluator * 3) % 7]))


def _company_of(bid: Bid) -> Company:
    return next(company for company in COMPANIES if company.name == bid.provider.name)


def _declare(story: Story, tender: Tender, evaluators: Iterable[str]) -> None:
    opened = opened_bids(story.session, tender)
    for name in evaluators:
        story.later(minutes=20)
        declarations = {
            one.bid_id: (True, "My sister-in-law is a care worker there.")
            if name == "evaluator3" and one.name == COMPANIES[KEPT_OFF - 1].name
            else (False, "")
            for one in opened
        }
        made = declaring_conflicts.declare_conflicts(
            story.session, actor=story.cast[name], now=story.at, tender=tender, declarations=declarations
        )
        for declaration in made:
            if declaration.conflicted:
                story.later(hours=1)
                declaring_conflicts.decide_conflict(
                    story.session, actor=story.cast["moderator"], now=story.at, tender=tender,
                    declaration=declaration, may_mark=False,
                    reason="A close relative works for the bidder; two other evaluators mark this bid.",
                )  # fmt: skip


def _mark(story: Story, tender: Tender, name: str, items: Iterable[Item]) -> None:
    evaluator = EVALUATORS.index(name)
    for item in items:
        company = _company_of(item.bid)
        if name == "evaluator3" and company.number == KEPT_OFF:
            continue  # kept off by the conflict that was declared
        index = tender.questions.index(item.question)
        mark = own_mark(company, index, evaluator)
        story.later(minutes=4)
        giving_marks.record_mark(
            story.session, actor=story.cast[name], now=story.at, tender=tender, bid=item.bid,
            question=item.question, mark=mark,
            rationale=rationale(item.question.bank_key, level(company, index), mark),
        )  # fmt: skip


def mark_all(story: Story, tender: Tender) -> None:
    """Every evaluator declares on every bidder and marks every answer."""
    story.later(days=1)
    _declare(story, tender, EVALUATORS)
    items = plan(story.session, tender).items
    for name in EVALUATORS:
        story.tell(f"{tender.reference}: {story.cast[name].name} marks {len(items)} answers")
        _mark(story, tender, name, items)


def mark_some(story: Story, tender: Tender) -> None:
    """The first evaluator is done, the second half-way, the third has yet to declare."""
    story.later(hours=1)
    _declare(story, tender, EVALUATORS[:2])
    items = plan(story.session, tender).items
    _mark(story, tender, EVALUATORS[0], items)
    _mark(story, tender, EVALUATORS[1], items[: len(items) // 2])


def agree_all(story: Story, tender: Tender) -> None:
    """The panel meets and agrees one mark for each answer: the middle one of the evaluators' own."""
    story.later(days=2)
    moderator = story.cast["moderator"]
    opening.open_moderation(story.session, actor=moderator, now=story.at, tender=tender)
    own = current_marks(story.session, tender)
    items = plan(story.session, tender).items
    story.tell(f"{tender.reference}: the panel agrees {len(items)} marks")
    for item in items:
        company = _company_of(item.bid)
        index = tender.questions.index(item.question)
        given = sorted(
            mark.mark
            for (_, bid_id, question_id), mark in own.items()
            if (bid_id, question_id) == (item.bid.id, item.question.id)
        )
        agreed = given[len(given) // 2]
        markers = EVALUATORS[:2] if company.number == KEPT_OFF else EVALUATORS
        present: list[Person] = [moderator, *(story.cast[each] for each in markers)]
        story.later(minutes=3)
        agreeing.agree_mark(
            story.session, actor=moderator, now=story.at, tender=tender, bid=item.bid,
            question=item.question, mark=agreed,
            reasons=reasons(item.question.bank_key, level(company, index), agreed),
            discussion=discussion(given, agreed), present=present,
        )  # fmt: skip


def decide_on_the_low_price(story: Story, tender: Tender, name: str) -> None:
    """The provider priced far below the others was asked, and could not show that it can perform."""
    bid = next(one.bid for one in opened_bids(story.session, tender) if one.name == name)
    deciding_eligibility.decide(
        story.session, actor=story.cast["officer"], now=story.at, tender=tender, bid=bid,
        state="abnormally_low", lot_codes=[],
        reason="The price does not cover the lawful wage with travel time and on-costs, and the provider’s "
        "explanation did not show how the contract could be performed at it.",
        evidence="Price build-up sent by the provider; wage and travel time compared with its own rota.",
        response_invited_on=(story.at - timedelta(days=11)).date(),
        response="We keep travel short by working in one town and will review the price after a year.",
    )  # fmt: skip
