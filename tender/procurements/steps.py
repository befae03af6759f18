"""A tender's way from publication to award: which steps there are, where each is taken, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for

from lots import states
from lots.person import Person
from lots.procurement import Tender
from tender.permissions import SIGNED_IN, may

ORDER = (
    states.DRAFT,
    states.PUBLISHED,
    states.CLOSED,
    states.OPENED,
    states.MARKING,
    states.MODERATION,
    states.QUALITY_LOCKED,
    states.PRICES_OPENED,
    states.RECOMMENDED,
    states.APPROVED,
    states.STANDSTILL,
    states.AWARDED,
    states.SIGNED,
)
NEXT = {
    states.PUBLISHED: "Providers can bid until the deadline. Until the bids are opened nobody can see who "
    "bids, how many there are, or what is in them.",
    states.CLOSED: "The deadline has passed. Two different officers open the bids: one asks, the other "
    "completes.",
    states.OPENED: "Officers choose the CQC ratings, check who stays in the assessment, and start marking.",
    states.MARKING: "Evaluators declare conflicts of interest and mark alone. The moderator opens moderation "
    "once everyone is in.",
    states.MODERATION: "The panel agrees one mark for each answer, with reasons. Then quality is locked.",
    states.QUALITY_LOCKED: "An officer opens the prices.",
    states.PRICES_OPENED: "The bids are evaluated and an officer recommends the award.",
    states.RECOMMENDED: "An approver, who is not the person who recommends, approves the award or sends it "
    "back.",
    states.APPROVED: "Assessment summaries go to every assessed bidder; then the award notice is published.",
    states.STANDSTILL: "Nobody signs before the standstill has ended.",
    states.AWARDED: "The award stands. The report says why each bidder won or lost.",
    states.SIGNED: "The contracts are signed.",
}
"""What comes next, in a sentence for everybody who sees the tender."""

COLOURS = {
    states.DRAFT: "grey",
    states.PUBLISHED: "green",
    states.CLOSED: "yellow",
    states.AWARDED: "green",
    states.SIGNED: "green",
    states.CANCELLED: "red",
}


def colour(stage: str) -> str:
    """The colour of a stage's tag: blue for what is being worked on."""
    return COLOURS.get(stage, "blue")


@dataclass(frozen=True)
class Step:
    """A step with its page. It can be looked at from `begins` on and is done once the stage is `done`."""

    title: str
    endpoint: str
    permission: str
    begins: str
    done: str | None
    own: bool = False
    """Shown only to those who hold the permission: it is about their own part."""


STEPS = (
    Step("Lots", "procurements.lots", "tender.see", states.PUBLISHED, states.PUBLISHED),
    Step("Published rules", "procurements.published", SIGNED_IN, states.PUBLISHED, states.PUBLISHED),
    Step("Panel", "procurements.panel", "tender.set_up", states.PUBLISHED, states.PUBLISHED, own=True),
    Step("Opening of the bids", "procurements.opening", "tender.see", states.PUBLISHED, states.OPENED),
    Step("CQC ratings and eligibility", "cqc.bidders", "eligibility.see", states.OPENED, states.MARKING),
    Step("Your marking", "marking.mine", "marking.mark", states.MARKING, states.MODERATION, own=True),
    Step("Conflicts of interest", "marking.told", "conflicts.see", states.MARKING, states.MODERATION),
    Step("Progress of marking", "marking.progress", "marking.progress", states.OPENED, states.MODERATION),
    Step("Moderation", "moderation.overview", "moderation.see", states.MARKING, states.QUALITY_LOCKED),
    Step("Prices and results", "awards.results", "results.read", states.QUALITY_LOCKED, states.RECOMMENDED),
    Step(
        "Recommendation",
        "award_decisions.recommend",
        "award.recommend",
        states.PRICES_OPENED,
        states.RECOMMENDED,
    ),
    Step("Approval", "award_decisions.approve", "award.approve", states.RECOMMENDED, states.APPROVED),
    Step("Standstill", "award_decisions.standstill", "award.confirm", states.APPROVED, states.AWARDED),
    Step("Award report", "reports.report", "report.read", states.PRICES_OPENED, states.AWARDED),
)
LOG = Step("Log of everything that was done", "audit.log", "log.read", states.DRAFT, None)


def steps_of(tender: Tender, person: Person, now: datetime) -> list[dict[str, str]]:
    """The steps as the task list shows them to this person, each with a link where it can be followed."""
    at = _reached(tender, now)
    return [
        _shown(step, tender, at)
        for step in STEPS
        if step.endpoint in current_app.view_functions and (may(step.permission, person) or not step.own)
    ]


def log_address(tender: Tender, person: Person) -> str | None:
    """Where the tender's log is, for those who may read it."""
    if LOG.endpoint not in current_app.view_functions or not may(LOG.permission, person):
        return None
    return url_for(LOG.endpoint, tender_id=tender.id)


def _shown(step: Step, tender: Tender, at: int) -> dict[str, str]:
    begun = at >= ORDER.index(step.begins)
    done = step.done is not None and at >= ORDER.index(step.done)
    shown = {"title": step.title, "status": "Completed" if done else "Cannot start yet"}
    if begun and not done:
        shown |= {"status": "Open", "colour": "blue"}
    if begun and may(step.permission):
        shown["href"] = url_for(step.endpoint, tender_id=tender.id)
    elif begun and not done:
        shown |= {"status": "With others", "colour": "grey"}
    return shown


def _reached(tender: Tender, now: datetime) -> int:
    """How far along ORDER the tender is, or was when it was cancelled so far as its own dates tell."""
    stage = states.stage(tender, now)
    if stage != states.CANCELLED:
        return ORDER.index(stage)
    if tender.opened_at is not None:
        return ORDER.index(states.OPENED)
    return ORDER.index(states.PUBLISHED if tender.rules_text else states.DRAFT)
