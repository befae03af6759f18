"""What was decided and recorded about an award so far: by whom, when, with what reason."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lots.award import Recommendation
from lots.event import Event, log_of
from lots.person import Person
from lots.tender import Standstill, Tender
from lots.tie import TieProposal, proposals
from tender.frame.formats import long_date, long_datetime


@dataclass(frozen=True)
class Decided:
    """One step that was taken. `text` says by whom and when; `reason` is in that person's own words."""

    title: str
    text: str
    reason: str = ""


def decided(session: Session, tender: Tender) -> list[Decided]:
    """Every step of the award that was taken, in order; the same number of queries whatever happened."""
    recommendations = session.scalars(
        select(Recommendation)
        .where(Recommendation.tender_id == tender.id)
        .order_by(Recommendation.id)
        .options(joinedload(Recommendation.by), joinedload(Recommendation.decided_by))
    )
    steps = [step for each in proposals(session, tender) for step in _proposed(each)]
    steps += [step for each in recommendations for step in _recommended(each)]
    standstill = session.get(Standstill, tender.id)
    if standstill is not None:
        steps.append(_standstill(standstill, session.get_one(Person, standstill.by_id)))
    confirmed = session.scalar(
        select(Event).where(Event.log == log_of(tender), Event.action == "award.confirmed").limit(1)
    )
    if confirmed is not None:
        steps.append(Decided("Confirmed", f"{confirmed.actor_name}, {long_datetime(confirmed.at)}"))
    return steps


def _proposed(each: TieProposal) -> list[Decided]:
    """An order that was proposed for level bids; the results and the record name them."""
    where = f"the tie in lot {each.lot.code}"
    steps = [Decided(f"Proposed for {where}", f"{each.by.name}, {long_datetime(each.at)}", each.reason)]
    if each.answer is not None:
        title = "Approved" if each.answer.approved else "Sent back"
        text = f"{each.answer.by.name}, {long_datetime(each.answer.at)}"
        steps.append(Decided(f"{title} for {where}", text, each.answer.reason))
    return steps


def _recommended(each: Recommendation) -> list[Decided]:
    steps = [Decided("Recommended", f"{each.by.name}, {long_datetime(each.at)}", each.reason)]
    if each.decided_by is not None and each.decided_at is not None:
        title = "Approved" if each.outcome == "approved" else "Sent back"
        text = f"{each.decided_by.name}, {long_datetime(each.decided_at)}"
        steps.append(Decided(title, text, each.decision_reason))
    return steps


def _standstill(standstill: Standstill, by: Person) -> Decided:
    return Decided(
        "Standstill",
        f"Summaries sent on {long_date(standstill.summaries_sent_on)}, award notice published on "
        f"{long_date(standstill.notice_on)}, standstill until the end of {long_date(standstill.ends_on)}. "
        f"Recorded by {by.name}, {long_datetime(standstill.at)}",
    )
