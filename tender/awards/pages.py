"""What the pages of an award show, gathered with the same number of queries for any number of bids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

import scoring
from lots import states
from lots.award import Evaluation, Recommendation, current_evaluation, current_recommendation
from lots.bid import Bid
from lots.moderation import AgreedMark
from lots.panel import Place, places
from lots.record import pinned_file
from lots.refusal import NotFound, Refusals
from lots.tender import Standstill, Tender
from lots.tie import TieProposal, letters, proposals
from scoring import Explanation
from tender.awards import readiness
from tender.awards.decided import Decided, decided
from tender.awards.operations.deciding_ties import WaitingTie, waiting_ties
from tender.awards.operations.evaluating import judge
from tender.awards.outcome.lots import BidOutcome, LotOutcome, read_outcomes
from tender.awards.outcome.one_mark import sensitive_lots
from tender.awards.outcome.warnings import Note, notes
from tender.eligibility.absence import turned_lots
from tender.eligibility.age import warning_of_age
from tender.frame.formats import london_day


@dataclass(frozen=True)
class TieToDecide:
    """A tie that the published rules leave, and the proposal about it that waits or was sent back last."""

    tie: WaitingTie
    proposal: TieProposal | None

    @property
    def waits_for_approver(self) -> bool:
        return self.proposal is not None and self.proposal.answer is None


@dataclass(frozen=True)
class AwardPage:
    """How far the award of one tender is."""

    tender: Tender
    evaluation: Evaluation | None
    recommendation: Recommendation | None
    standstill: Standstill | None
    bars: tuple[str, ...]
    """What prevents the next step: recommending the evaluation, approving it, or confirming the award."""
    ties: tuple[TieToDecide, ...]
    """The ties that a person has to decide; empty at other stages."""
    old_ratings: str
    """Where the ratings used are old, a sentence that says so."""
    changed_panel: tuple[Place, ...]
    """Whoever came onto the panel, or left it, after publication."""
    decided: tuple[Decided, ...]
    """The steps taken so far."""
    today: date
    """In London."""

    @property
    def standstill_runs(self) -> bool:
        return self.standstill is not None and self.standstill.runs_on(self.today)

    @cached_property
    def outcomes(self) -> tuple[LotOutcome, ...]:
        if self.evaluation is None:
            return ()
        judged = self.evaluation
        return read_outcomes(
            judged.record, judged.result, sensitive_lots(judged.record_text), turned_lots(judged.record_text)
        )

    @cached_property
    def notes(self) -> list[Note]:
        return notes(self.outcomes)

    def lot(self, code: str) -> LotOutcome:
        for lot in self.outcomes:
            if lot.id == code:
                return lot
        raise NotFound("These results have no such lot.")

    def bid(self, lot_code: str, letter: str) -> BidOutcome:
        for bid in self.lot(lot_code).bids:
            if bid.bidder == letter:
                return bid
        raise NotFound("Nobody with this letter bid for this lot.")

    def neighbours(self, lot: LotOutcome) -> tuple[LotOutcome | None, LotOutcome | None]:
        place = self.outcomes.index(lot)
        before = self.outcomes[place - 1] if place else None
        after = self.outcomes[place + 1] if place + 1 < len(self.outcomes) else None
        return before, after


def award_page(session: Session, tender: Tender, now: datetime) -> AwardPage:
    evaluation = current_evaluation(session, tender)
    today = london_day(now)
    bars: list[str] = []
    ties: list[TieToDecide] = []
    pinned = pinned_file(session, tender) if tender.state in _RATINGS_COUNT else None
    if tender.state == states.PRICES_OPENED and evaluation is not None:
        bars = [*_stale(session, tender, evaluation)]
        bars += readiness.what_bars_recommendation(session, tender, evaluation)
        ties = _ties_to_decide(session, tender, evaluation)
    elif tender.state == states.RECOMMENDED:
        bars = readiness.what_bars_approval(session, tender)
    elif tender.state in {states.APPROVED, states.STANDSTILL}:
        bars = readiness.what_bars_confirmation(session, tender)
    return AwardPage(
        tender,
        evaluation,
        current_recommendation(session, tender),
        session.get(Standstill, tender.id),
        tuple(bars),
        tuple(ties),
        warning_of_age(pinned, today) if pinned else "",
        tuple(place for place in places(session, tender) if place.changes),
        tuple(decided(session, tender)),
        today,
    )


_RATINGS_COUNT = frozenset({states.PRICES_OPENED, states.RECOMMENDED, states.APPROVED, states.STANDSTILL})


def _ties_to_decide(session: Session, tender: Tender, evaluation: Evaluation) -> list[TieToDecide]:
    waiting = waiting_ties(evaluation)
    if not waiting:
        return []
    known = letters(session, tender)
    last = {
        (one.lot.code, frozenset(known[bid] for bid in one.bid_ids)): one
        for one in proposals(session, tender)
    }
    return [TieToDecide(tie, last.get((tie.lot, frozenset(tie.bidders)))) for tie in waiting]


STALE = "Something that the results depend on has changed since they were worked out. Work them out again."


def _stale(session: Session, tender: Tender, evaluation: Evaluation) -> list[str]:
    try:
        return [] if judge(session, tender).is_that_of(evaluation) else [STALE]
    except Refusals as refused:
        return [STALE, *(fault.message for fault in refused.faults)]


def explanation(evaluation: Evaluation, lot_code: str, letter: str) -> Explanation:
    """The engine's working of every figure of one bid, from the record as it was evaluated."""
    result = scoring.evaluate(scoring.read(evaluation.record_text))
    return result.explain(lot_code, letter)


def agreed_marks(session: Session, tender: Tender, letter: str) -> dict[str, AgreedMark]:
    """One bid's agreed marks, by question code."""
    rows = session.scalars(
        select(AgreedMark)
        .join(Bid, AgreedMark.bid_id == Bid.id)
        .where(AgreedMark.tender_id == tender.id, Bid.alias == letter)
        .order_by(AgreedMark.id)
        .options(joinedload(AgreedMark.question), joinedload(AgreedMark.recorded_by))
    )
    return {row.question.code: row for row in rows}


def tenders_at_award() -> tuple[str, ...]:
    """The stages at which there is something to do, or to read, about an award."""
    return (states.QUALITY_LOCKED, *sorted(states.AFTER_PRICES))
