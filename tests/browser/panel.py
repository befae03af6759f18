"""Evaluators and the moderator at their browsers."""

from __future__ import annotations

from tests.browser.care import BIDDERS, Bidder
from tests.browser.council import Somebody


def bidder_of(somebody: Somebody) -> tuple[Bidder, int]:
    """Whose answer is on the page, told by its text alone, and which question it answers."""
    shown = somebody.main.inner_text()
    bidder = next(one for one in BIDDERS if one.answer in shown)
    return bidder, 0 if "/Q1" in somebody.page.url else 1


def declare_no_conflict(evaluator: Somebody, tender: str) -> None:
    evaluator.open(f"{tender}/marking/conflicts")
    for bidder in BIDDERS[:3]:
        evaluator.sees(bidder.company.name)
    evaluator.tick("I have no conflict of interest")
    evaluator.press("Declare")


def mark_everything(evaluator: Somebody, tender: str, *, harsher: int = 0) -> None:
    """Mark what is offered, one answer after the other, until there is nothing left."""
    evaluator.open(f"{tender}/marking")
    evaluator.follow("Start marking")
    for _ in range(6):
        evaluator.does_not_see(*(bidder.company.name for bidder in BIDDERS), "£")
        bidder, question = bidder_of(evaluator)
        mark = bidder.marks[question] - harsher
        evaluator.main.get_by_role("radio", name=str(mark)).check()
        evaluator.fill("Why this mark", f"The criterion is met to the level of {mark}.")
        evaluator.press("Save and go to next")
    evaluator.sees("6 of 6")


def agree_every_mark(moderator: Somebody, tender: str) -> None:
    """Open moderation and agree one mark for each answer, with reasons."""
    moderator.open(f"{tender}/moderation")
    moderator.press("Open moderation")
    moderator.follow("Say who is at the meeting")
    moderator.tick("Eve Evaluator", "Evan Evaluator")
    moderator.press("Save who is there")
    for _ in range(6):
        bidder, question = bidder_of(moderator)
        mark = bidder.marks[question]
        moderator.main.get_by_role("radio", name=str(mark)).check()
        moderator.fill(
            "Reasons for this mark", f"By the criterion the answer deserves {mark}: it names its way."
        )
        moderator.fill("What was said", "The evaluators compared their notes and agreed.")
        moderator.press("Save and go to next")
    moderator.open(f"{tender}/moderation")
    moderator.press("Lock quality")
    moderator.press("Lock quality")
