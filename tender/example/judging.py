"""How the example's panel marks and agrees, and how its award comes about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from lots.bid import Bid
from lots.mark import current_marks
from lots.person import Person
from lots.record import opened_bids
from lots.tender import Tender
from tender.awards.operations import deciding, ending, evaluating, opening_prices
from tender.eligibility.operations import deciding_eligibility
from tender.eligibility.to_mark import Item, plan
from tender.example.companies import COMPANIES, FAR_OFF, TWINS, Company, level
from tender.example.stage import ActingOnTender, Story
from tender.example.texts import discussion, rationale, reasons
from tender.marking.operations import declaring_conflicts, giving_marks
from tender.moderation.operations import agreeing, opening

EVALUATORS = ("evaluator", "evaluator2", "evaluator3")
KEPT_OFF = 9
"""The company with which the third evaluator has a conflict of interest."""


def own_mark(company: Company, question: int, evaluator: int) -> int:
    """One evaluator's mark: mostly what the answer shows, now and then a step off, twice far off."""
    number = TWINS.get(company.number, company.number)
    shown = level(company, question)
    if (number, question, evaluator) in {(9, 3, 1), (16, 0, 2)}:
        return max(0, shown - 3)
    return max(0, min(5, shown + (0, 0, 1, 0, 0, -1, 0)[(number + question * 2 + evaluator * 3) % 7]))


def _company_of(bid: Bid) -> Company:
    return next(company for company in COMPANIES if company.name == bid.provider.name)


def _with_companies(items: Iterable[Item]) -> list[tuple[Item, Company]]:
    """Each item with its company, read once: every operation expires the session's objects."""
    return [(item, _company_of(item.bid)) for item in items]


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
    for item, company in _with_companies(items):
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
    for item, company in _with_companies(items):
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


def award(story: Story, tender: Tender) -> None:
    """From locked quality to the end of the standstill."""
    officer: ActingOnTender = {"session": story.session, "actor": story.cast["officer"], "tender": tender}
    story.later(hours=1)
    opening.lock_quality(story.session, actor=story.cast["moderator"], now=story.at, tender=tender)
    story.later(hours=1)
    opening_prices.open_prices(**officer, now=story.at, seal=story.seal)
    evaluating.evaluate(**officer, now=story.at)
    story.later(days=12)
    decide_on_the_low_price(story, tender, COMPANIES[FAR_OFF - 1].name)
    evaluating.evaluate(**officer, now=story.at)
    story.later(hours=1)
    deciding.recommend(
        **officer, now=story.at,
        reason="The evaluation follows the published rules, every check has been made, and the report "
        "shows how each place was won.",
    )  # fmt: skip
    story.later(days=2)
    deciding.approve(
        story.session, actor=story.cast["approver"], now=story.at, tender=tender,
        reason="I have read the report, the close lots and the decision on the low price, and I agree.",
    )  # fmt: skip
    story.later(days=1)
    standstill = ending.record_summaries(
        **officer, now=story.at, summaries_sent_on=story.at.date(), notice_on=story.at.date()
    )
    story.on(standstill.ends_on + timedelta(days=1))
    ending.confirm_award(**officer, now=story.at)
