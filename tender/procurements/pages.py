"""What the pages show: each gathered in a fixed number of queries, however many lots and people there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lots import states
from lots.bid import Bid, OpenedBid
from lots.confirmation import StepRequest, step_requests
from lots.panel import EVALUATOR, MODERATOR, PanelMember, Place, members, places, sitting
from lots.person import Person
from lots.publication import evaluation_rules
from lots.rating import HOMECARE
from lots.tender import SERVICES, Cancellation, Lot, Question, Standstill, Tender, cancelled_lots
from scoring.methods import tie_keys
from tender.frame.formats import estimate, hundredths_as_text, long_datetime, plural
from tender.procurements.describing import RulesSection, sections
from tender.procurements.operations.changing_panel import candidates
from tender.procurements.operations.publishing import DETAILS, LOTS, PANEL, QUESTIONS, RULES, Gap, gaps
from tender.procurements.second_thoughts import second_thoughts
from tender.procurements.steps import colour, documents_of, steps_of

__all__ = ["candidates", "home", "lots", "opened_count", "panel", "publication", "published", "questions"]


@dataclass(frozen=True)
class HomePage:
    tender: Tender
    service: str
    stage: str
    stage_name: str
    colour: str
    gaps: list[Gap]
    tasks: list[dict[str, str]]
    """For a draft: what to set up."""
    steps: list[dict[str, str]]
    """From publication on."""
    cancellation: Cancellation | None
    cancelled_by: str
    value: int
    """Pence a year of the lots that are not cancelled."""
    lot_count: int
    may_cancel: bool
    documents: list[tuple[str, str]]
    next: str
    asked: list[StepRequest]
    """Steps that somebody asked for and a second person has to confirm."""
    standstill_until: date | None


def home(session: Session, tender: Tender, person: Person, now: datetime) -> HomePage:
    stage = states.stage(tender, now)
    found = gaps(session, tender, now) if stage == states.DRAFT else []
    cancelled = session.scalar(
        select(Cancellation).where(Cancellation.tender_id == tender.id, Cancellation.lot_id.is_(None))
    )
    canceller = session.get(Person, cancelled.by_id) if cancelled else None
    live = [lot for lot in tender.lots if lot.cancelled_at is None]
    standstill = session.get(Standstill, tender.id) if stage == states.STANDSTILL else None
    return HomePage(
        tender=tender,
        service=SERVICES[tender.service],
        stage=stage,
        stage_name=states.NAMES[stage],
        colour=colour(stage),
        gaps=found,
        tasks=_tasks(session, tender, found) if stage == states.DRAFT else [],
        steps=steps_of(tender, person, now, standstill) if tender.rules_text else [],
        cancellation=cancelled,
        cancelled_by=canceller.name if canceller else "",
        value=sum(lot.yearly_value for lot in live),
        lot_count=len(live),
        may_cancel="officer" in person.roles and states.CANCELLED in states.STAGES[stage].moves,
        documents=documents_of(tender, person, now),
        next=_next(session, tender, stage),
        standstill_until=standstill.ends_on if standstill else None,
        asked=step_requests(session, tender, stage, now) if "officer" in person.roles else [],
    )


def _next(session: Session, tender: Tender, stage: str) -> str:
    """What comes next, for everybody who sees the tender."""
    if stage == states.OPENED and not opened_count(session, tender):
        return "No bids were received. An officer cancels the tender; its lots can be taken into a new one."
    return states.STAGES[stage].next


def _tasks(session: Session, tender: Tender, found: list[Gap]) -> list[dict[str, str]]:
    """What a draft needs, each with how far it is."""
    seated = members(session, tender)
    evaluators = sum(one.role == EVALUATOR for one in seated)
    moderator = any(one.role == MODERATOR for one in seated)
    deadline = f"Deadline {long_datetime(tender.deadline)}" if tender.deadline else "No deadline yet"
    value = estimate(sum(lot.yearly_value for lot in tender.lots))
    weights = f"{hundredths_as_text(tender.quality_weight)} for quality"
    parts = (
        ("Title, description and deadline", "details", DETAILS, deadline),
        ("Lots and limits", "lots", LOTS, f"{plural(len(tender.lots), 'lot')}, {value} a year"),
        (
            "How bids are judged",
            "rules",
            RULES,
            f"{weights}, {hundredths_as_text(tender.price_weight)} for price",
        ),
        ("Quality questions", "questions", QUESTIONS, plural(len(tender.questions), "question")),
        (
            "Panel",
            "panel",
            PANEL,
            f"{plural(evaluators, 'evaluator')}, {'a moderator' if moderator else 'no moderator'}",
        ),
    )
    tasks = []
    for title, endpoint, part, hint in parts:
        open_ones = sum(gap.part == part for gap in found)
        task = {"title": title, "hint": hint, "status": "Completed"}
        task["href"] = url_for(f"procurements.{endpoint}", tender_id=tender.id)
        if open_ones:
            task |= {"status": f"{open_ones} to do", "colour": "blue"}
        tasks.append(task)
    publish = {"title": "Check and publish", "hint": "The rules freeze at publication"}
    publish["href"] = url_for("procurements.publish", tender_id=tender.id)
    publish |= (
        {"status": "Not ready yet", "colour": "grey"} if found else {"status": "Ready", "colour": "green"}
    )
    return [*tasks, publish]


@dataclass(frozen=True)
class LotsPage:
    lots: list[Lot]
    value: int
    hours: int
    is_draft: bool
    limits: list[tuple[str, int, list[str]]]
    """Name of the group, most lots, codes."""
    reasons: dict[str, str]
    """Why a lot was cancelled, by code."""


def lots(session: Session, tender: Tender, stage: str) -> LotsPage:
    groups = {group.id: group for group in tender.groups}
    members: dict[int, list[str]] = {group.id: [] for group in tender.groups}
    for lot in tender.lots:
        if lot.group_id in members:
            members[lot.group_id].append(lot.code)
    reasons = cancelled_lots(session, tender)
    live = [lot for lot in tender.lots if lot.cancelled_at is None]
    return LotsPage(
        lots=list(tender.lots),
        value=sum(lot.yearly_value for lot in live),
        hours=sum(lot.hours_per_week for lot in live),
        is_draft=stage == states.DRAFT,
        limits=[(groups[key].code, groups[key].most_lots, codes) for key, codes in members.items()],
        reasons={lot.code: reasons[lot.id] for lot in tender.lots if lot.id in reasons},
    )


@dataclass(frozen=True)
class QuestionsPage:
    rows: list[tuple[Question, str]]
    """Each question with a text that names the lots in which it is asked."""
    total: int
    """Basis points of all questions that every lot asks."""
    by_lot: list[tuple[str, int]]
    """Where some questions belong to some lots only: lot and the sum of its weights."""


def questions(tender: Tender) -> QuestionsPage:
    rows = [
        (question, ", ".join(lot.code for lot in question.lots) if question.lots else "All lots")
        for question in tender.questions
    ]
    total = sum(question.weight for question in tender.questions if not question.lots)
    own: dict[str, int] = {lot.code: total for lot in tender.lots}
    for question in tender.questions:
        for lot in question.lots:
            own[lot.code] += question.weight
    by_lot = list(own.items()) if any(question.lots for question in tender.questions) else []
    return QuestionsPage(rows, total, by_lot)


@dataclass(frozen=True)
class PanelPage:
    evaluators: list[PanelMember]
    moderator: PanelMember | None
    changed: list[Place]
    """Whoever came or went since publication."""


def panel(session: Session, tender: Tender) -> PanelPage:
    found = places(session, tender)
    seated = sitting(found)
    moderator = next((one for one in seated if one.role == MODERATOR), None)
    evaluators = [one for one in seated if one.role == EVALUATOR]
    return PanelPage(evaluators, moderator, [place for place in found if place.changes])


@dataclass(frozen=True)
class PublicationPage:
    gaps: list[tuple[Gap, str]]
    """Each with the address where it is mended."""
    notes: list[str]
    """Nothing that stops publication, but worth a second thought."""
    doubts: list[tuple[Gap, str]]
    """What is probably a slip, with the address where it is mended."""
    sections: list[RulesSection]
    lot_count: int
    question_count: int
    value: int
    panel: PanelPage


def publication(session: Session, tender: Tender, now: datetime) -> PublicationPage:
    found = gaps(session, tender, now)
    page = panel(session, tender)
    notes = []
    if len(page.evaluators) == 1:
        name = page.evaluators[0].person.name
        notes.append(
            f"{name} is the only evaluator. If they have a conflict of interest, nobody is left to mark."
        )
    if not tender.groups and len(tender.lots) > 1:
        notes.append("There is no limit on lots: one provider may win them all.")
    if not tie_keys.needs_seed(tender.ties):
        notes.append(
            "The rules do not end ties with a draw. If two bids are level after everything published, an "
            "officer has to decide with a reason, and a second person has to approve it, before anything is "
            "awarded. Add “A draw” as the last way to part equal totals to avoid that."
        )
    return PublicationPage(
        gaps=[(gap, url_for(f"procurements.{gap.part}", tender_id=tender.id)) for gap in found],
        notes=notes,
        doubts=[
            (doubt, url_for(f"procurements.{doubt.part}", tender_id=tender.id))
            for doubt in second_thoughts(tender, now)
        ],
        sections=sections(evaluation_rules(tender), list(tender.cqc_areas), [HOMECARE]),
        lot_count=len(tender.lots),
        question_count=len(tender.questions),
        value=sum(lot.yearly_value for lot in tender.lots),
        panel=page,
    )


@dataclass(frozen=True)
class PublishedPage:
    document: dict[str, Any]
    sections: list[RulesSection]
    questions: list[dict[str, Any]]
    """The text of each question, followed by its weight, minimum and lots."""
    cancelled: set[str]


def published(tender: Tender) -> PublishedPage:
    document = tender.rules
    rules = document["rules"]
    judged = {question["id"]: question for question in rules["questions"]}
    return PublishedPage(
        document=document,
        sections=sections(rules, document["cqc_areas"], document.get("cqc_services", [])),
        questions=[{**judged[each["id"]], **each} for each in document["questions"]],
        cancelled={lot.code for lot in tender.lots if lot.cancelled_at is not None},
    )


def opened_count(session: Session, tender: Tender) -> int | None:
    """How many bids were opened; None before the opening, when nobody may know."""
    if tender.opened_at is None:
        return None
    statement = select(func.count()).select_from(OpenedBid).join(Bid).where(Bid.tender_id == tender.id)
    return session.scalar(statement) or 0
