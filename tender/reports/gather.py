"""All that a report tells, read from the record with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lots import event, log_check, panel
from lots.award import Evaluation, Recommendation, current_evaluation
from lots.bid import OpenedBid
from lots.eligibility import EligibilityDecision, all_decisions
from lots.event import Event
from lots.letters import letters
from lots.mark import Mark
from lots.moderation import AgreedMark, current_agreed_marks
from lots.panel import ConflictDecision, ConflictDeclaration, Place
from lots.person import Person
from lots.rating import RatingsPin
from lots.rating_decisions import PinRequest
from lots.record import opened_bids
from lots.refusal import NotFound
from lots.tender import Cancellation, Opening, Standstill, Tender
from tender.awards.outcome.lots import LotOutcome, read_outcomes
from tender.awards.outcome.one_mark import sensitive_lots
from tender.awards.outcome.warnings import Note, notes
from tender.eligibility.absence import turned_lots
from tender.eligibility.assessment import BidderEligibility, assessment
from tender.eligibility.operations import pinning_ratings

_NOT_IN_A_TIMELINE = (
    "person.",
    "provider.",
    "bid.",
    "question.",
    "lots.",
    "panel.",
    "tender.changed",
    "conflict.",
    "eligibility.",
    "location.",
    "mark.",
    "agreed_mark.",
    "letters.",
    "step.",
    "account.",
)


@dataclass(frozen=True)
class ReportedConflict:
    """A conflict of interest that an evaluator declared, and what the moderator decided."""

    declaration: ConflictDeclaration
    decision: ConflictDecision | None


@dataclass(frozen=True)
class Material:
    """What the sections of a report are written from."""

    tender: Tender
    evaluation: Evaluation
    record: dict[str, Any]
    outcomes: tuple[LotOutcome, ...]
    notes: Sequence[Note]
    opened: Sequence[OpenedBid]
    decisions: dict[int, list[EligibilityDecision]]
    agreed: dict[tuple[int, int], AgreedMark]
    panel: Sequence[Place]
    """Everybody who was ever on the panel."""
    marked: frozenset[int]
    """Ids of the people who gave a mark."""
    letters: dict[tuple[int, int], str]
    """Each evaluator's letters, by (person id, bid id)."""
    conflicts: Sequence[ReportedConflict]
    pins: Sequence[RatingsPin]
    pin_requests: Sequence[PinRequest]
    eligibility: Sequence[BidderEligibility]
    """By the ratings that the tender rests on."""
    opening: Opening | None
    cancellations: Sequence[Cancellation]
    recommendations: Sequence[Recommendation]
    standstill: Standstill | None
    timeline: Sequence[Event]
    """The steps of the whole tender: no single bid, mark or declaration."""
    accounts: Sequence[Event]
    """What was done to accounts of people who decide."""
    log: log_check.LogCheck

    @property
    def names(self) -> dict[str, str]:
        return {bidder["id"]: bidder["name"] for bidder in self.record["bidders"]}

    @property
    def recommendation(self) -> Recommendation | None:
        """The current recommendation, unless it was sent back."""
        last = self.recommendations[-1] if self.recommendations else None
        return None if last is None or last.outcome == "returned" else last


def gather(session: Session, tender: Tender) -> Material:
    """Read all of it. Raises NotFound before the tender has been evaluated."""
    evaluation = current_evaluation(session, tender)
    if evaluation is None:
        raise NotFound("There is no award report yet: the results of this tender have not been worked out.")
    record = evaluation.record
    outcomes = read_outcomes(
        record, evaluation.result, sensitive_lots(evaluation.record_text), turned_lots(evaluation.record_text)
    )
    return Material(
        tender=tender,
        evaluation=evaluation,
        record=record,
        outcomes=outcomes,
        notes=notes(outcomes),
        opened=opened_bids(session, tender),
        decisions=all_decisions(session, tender),
        agreed=current_agreed_marks(session, tender),
        panel=panel.places(session, tender),
        marked=frozenset(
            session.scalars(select(Mark.person_id).where(Mark.tender_id == tender.id).distinct())
        ),
        letters=letters(session, tender),
        conflicts=_conflicts(session, tender),
        pins=_all(session, select(RatingsPin), RatingsPin, tender, RatingsPin.file, RatingsPin.by),
        pin_requests=pinning_ratings.requests(session, tender),
        eligibility=assessment(session, tender),
        opening=session.get(Opening, tender.id),
        cancellations=_all(session, select(Cancellation), Cancellation, tender),
        recommendations=_all(
            session,
            select(Recommendation),
            Recommendation,
            tender,
            Recommendation.by,
            Recommendation.decided_by,
        ),
        standstill=session.get(Standstill, tender.id),
        timeline=_timeline(session, tender),
        accounts=_accounts(session, tender),
        log=log_check.check(session, tender),
    )


def _all(session: Session, chosen: Any, row: Any, tender: Tender, *with_: Any) -> list[Any]:
    statement = chosen.where(row.tender_id == tender.id).order_by(row.id)
    return list(session.scalars(statement.options(*(joinedload(each) for each in with_))))


def _conflicts(session: Session, tender: Tender) -> list[ReportedConflict]:
    rows = session.scalars(
        select(ConflictDeclaration)
        .where(ConflictDeclaration.tender_id == tender.id, ConflictDeclaration.conflicted)
        .order_by(ConflictDeclaration.id)
        .options(joinedload(ConflictDeclaration.person), joinedload(ConflictDeclaration.bid))
    )
    decided = panel.decisions(session, tender)
    deciders = {decision.by_id for decision in decided.values()}
    if deciders:  # into the session at once, so that each decision finds its person there
        list(session.scalars(select(Person).where(Person.id.in_(deciders))))
    return [ReportedConflict(row, decided.get(row.id)) for row in rows]


def _accounts(session: Session, tender: Tender) -> list[Event]:
    statement = select(Event).where(
        Event.log == event.log_of(tender), Event.action.startswith("account.", autoescape=True)
    )
    return list(session.scalars(statement.order_by(Event.sequence)))


def _timeline(session: Session, tender: Tender) -> list[Event]:
    statement = select(Event).where(Event.log == event.log_of(tender)).order_by(Event.sequence)
    for prefix in _NOT_IN_A_TIMELINE:
        statement = statement.where(~Event.action.startswith(prefix, autoescape=True))
    return list(session.scalars(statement))
