"""A tender's way from publication to award: which steps there are, where each is taken, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from lots import states
from lots.person import Person
from lots.tender import Standstill, Tender
from tender.frame.formats import london_day, long_date
from tender.frame.permissions import SIGNED_IN, may

ORDER = tuple(row.name for row in states.IN_ORDER)
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
    """A step with its page. It can be taken from `begins` on and is done once the stage is `done`."""

    title: str
    endpoint: str
    permission: str
    begins: str
    done: str
    own: bool = False
    """Shown only to those who hold the permission: it is about their own part."""


STEPS = (
    Step("Opening of the bids", "procurements.opening", "tender.see", states.CLOSED, states.OPENED),
    Step(
        "CQC ratings and eligibility", "eligibility.bidders", "eligibility.see", states.OPENED, states.MARKING
    ),
    Step(
        "Start and progress of marking",
        "marking.progress",
        "marking.progress",
        states.OPENED,
        states.MODERATION,
    ),
    Step("Your marking", "marking.mine", "marking.mark", states.MARKING, states.MODERATION, own=True),
    Step(
        "Conflicts of interest",
        "marking.declared_conflicts",
        "conflicts.see",
        states.MARKING,
        states.MODERATION,
    ),
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
    Step(
        "Summaries and award notice",
        "award_decisions.standstill",
        "award.confirm",
        states.APPROVED,
        states.STANDSTILL,
    ),
    Step(
        "Standstill and confirmation",
        "award_decisions.confirm",
        "award.confirm",
        states.STANDSTILL,
        states.AWARDED,
    ),
)


@dataclass(frozen=True)
class DocumentLink:
    """Something to read about a tender, from a stage on."""

    title: str
    endpoint: str
    permission: str
    begins: str


DOCUMENTS = (
    DocumentLink("Lots and limits", "procurements.lots", "tender.see", states.PUBLISHED),
    DocumentLink("Published rules and questions", "procurements.published", SIGNED_IN, states.PUBLISHED),
    DocumentLink("Panel", "procurements.panel", "tender.set_up", states.PUBLISHED),
    DocumentLink("Award report", "reports.report", "report.read", states.RECOMMENDED),
    DocumentLink("Log of everything that was done", "audit.log", "log.read", states.DRAFT),
)


def steps_of(
    tender: Tender, person: Person, now: datetime, standstill: Standstill | None
) -> list[dict[str, str]]:
    """The steps as the task list shows them to this person, each with a link where it can be followed."""
    at = _reached(tender, now)
    shown = {step: _shown(step, tender, person, at) for step in STEPS}
    if tender.state == states.STANDSTILL and standstill is not None:
        shown[STEPS[-1]] |= _of_standstill(standstill, now)
    return [
        {**shown[step], "title": "Confirmation"}
        if step is STEPS[-1] and not tender.standstill_offered
        else shown[step]
        for step in STEPS
        if (not step.own or may(step.permission, person))
        and (tender.standstill_offered or step.done != states.STANDSTILL)
    ]


def _of_standstill(standstill: Standstill, now: datetime) -> dict[str, str]:
    """Until when the standstill runs, or that the award can be confirmed."""
    end = long_date(standstill.ends_on)
    if standstill.runs_on(london_day(now)):
        return {"status": f"Until the end of {end}", "colour": "blue"}
    return {"status": "Can be confirmed", "colour": "green", "hint": f"The standstill ended with {end}"}


def documents_of(tender: Tender, person: Person, now: datetime) -> list[tuple[str, str]]:
    """Title and address of what this person may read about the tender."""
    at = _reached(tender, now)
    return [
        (document.title, url_for(document.endpoint, tender_id=tender.id))
        for document in DOCUMENTS
        if at >= ORDER.index(document.begins) and may(document.permission, person)
    ]


def _shown(step: Step, tender: Tender, person: Person, at: int) -> dict[str, str]:
    begins = step.begins
    if begins == states.STANDSTILL and not tender.standstill_offered:
        begins = states.APPROVED
    if at < ORDER.index(begins):
        return {"title": step.title, "status": "Cannot start yet"}
    shown = {"title": step.title}
    if at >= ORDER.index(step.done):
        shown["status"] = "Completed"
    elif tender.state == states.CANCELLED:
        shown["status"] = "Not completed"
    else:
        shown |= {"status": "Now", "colour": "blue"}
    if may(step.permission, person):
        shown["href"] = url_for(step.endpoint, tender_id=tender.id)
    return shown


def _reached(tender: Tender, now: datetime) -> int:
    """How far along ORDER the tender is, or was when it was cancelled so far as its own dates tell."""
    stage = states.stage(tender, now)
    if stage != states.CANCELLED:
        return ORDER.index(stage)
    if tender.opened_at is not None:
        return ORDER.index(states.OPENED)
    return ORDER.index(states.PUBLISHED if tender.rules_text else states.DRAFT)
