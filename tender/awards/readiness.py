"""What prevents the recommendation of an evaluation, with the way to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lots.award import Evaluation, current_awards
from lots.eligibility import all_decisions, current_decisions
from lots.event import Event, log_of
from lots.rating import RatingsFile, newest_file
from lots.record import opened_bids, pinned_file
from lots.tender import Tender
from scoring.methods.bid_states import LOW_PRICE
from scoring.result.sentences import sentence_of
from tender.awards.outcome.names import names_in_record
from tender.eligibility import recheck
from tender.eligibility.assessment import assessment
from tender.frame.formats import long_date


@dataclass(frozen=True)
class Ratings:
    """The ratings file that the tender uses, and the newest that was loaded."""

    pinned: RatingsFile | None
    newest: RatingsFile | None

    @property
    def current(self) -> bool:
        return self.pinned is not None and self.newest is not None and self.pinned.id == self.newest.id


def ratings(session: Session, tender: Tender) -> Ratings:
    return Ratings(pinned_file(session, tender), newest_file(session))


def what_bars_recommendation(session: Session, tender: Tender, evaluation: Evaluation) -> list[str]:
    """Every reason why this evaluation cannot be recommended yet, a sentence or two each."""
    return [
        *_stale_ratings(ratings(session, tender)),
        *recheck.what_stops(session, tender, "Pin the newer file and work out the results again."),
        *_undecided_low_prices(session, tender, evaluation),
        *_undecided_ties(evaluation),
        *_nothing_to_award(evaluation),
    ]


def what_bars_approval(session: Session, tender: Tender) -> list[str]:
    """Every reason why the recommendation cannot be approved, though it can be sent back."""
    return recheck.what_stops(
        session,
        tender,
        "Send the recommendation back; then the newer file is pinned and the results are worked out again.",
    )


def what_bars_confirmation(session: Session, tender: Tender) -> list[str]:
    """Every reason why the approved award cannot be confirmed."""
    stops = recheck.what_stops(
        session,
        tender,
        "Pin the newer file for the signing, with the reason, and a second officer confirms it.",
    )
    return [*stops, *_winners_out(session, tender)]


def _winners_out(session: Session, tender: Tender) -> list[str]:
    """Those who were to be awarded a lot and are not in the assessment any more."""
    bidders = {bidder.opened.bid_id: bidder for bidder in assessment(session, tender)}
    lots: dict[int, list[str]] = {}
    for award in current_awards(session, tender):
        if award.lot.code not in bidders[award.bid_id].lots_in:
            lots.setdefault(award.bid_id, []).append(award.lot.code)
    return [
        f"{bidders[bid_id].name} was to be awarded {', '.join(codes)} and is not in the assessment any more: "
        f"{'; '.join(bidders[bid_id].reasons)}. If the ratings are wrong, pin the right file; if they are "
        "right, the award cannot be confirmed as approved: cancel the tender, with the reason."
        for bid_id, codes in lots.items()
    ]


def _stale_ratings(found: Ratings) -> list[str]:
    if found.pinned is None:
        return []
    if found.newest is not None and not found.current:
        return [
            f"The CQC ratings pinned to this tender are as at {long_date(found.pinned.dated)}, and a "
            f"newer file, as at {long_date(found.newest.dated)}, has been loaded. Pin it and work out "
            "the results again."
        ]
    return []


def low_prices_to_decide(session: Session, tender: Tender, evaluation: Evaluation) -> list[tuple[str, str]]:
    """(bidder's letter, lot code) of ranked bids flagged as abnormally low on which nobody has decided since
    the prices were opened."""
    flagged = [
        (row["bidder"], lot["id"])
        for lot in evaluation.result["lots"]
        for row in lot["ranking"]
        if row["rank"] is not None and LOW_PRICE.name in row["flags"]
    ]
    if not flagged:
        return []
    opened_at = _prices_opened_at(session, tender)
    decided = all_decisions(session, tender)
    known = set()
    for opened in opened_bids(session, tender):
        counting = current_decisions(decided.get(opened.bid_id, []), [bid_lot.lot for bid_lot in opened.lots])
        # a decision from before the opening of prices cannot have been about the price
        known |= {
            (opened.bid.alias, code)
            for code, decision in counting.items()
            if opened_at is not None and decision.at >= opened_at
        }
    return [pair for pair in flagged if pair not in known]


def _undecided_low_prices(session: Session, tender: Tender, evaluation: Evaluation) -> list[str]:
    lots: dict[str, list[str]] = {}
    for bidder, lot in low_prices_to_decide(session, tender, evaluation):
        lots.setdefault(bidder, []).append(lot)
    names = {bidder["id"]: bidder["name"] for bidder in evaluation.record["bidders"]}
    return [
        f"The price of {names[bidder]} (Provider {bidder}) looks abnormally low in {', '.join(codes)}. "
        "Ask for its explanation and record your decision: it stays in assessment, or is disregarded as "
        "abnormally low."
        for bidder, codes in lots.items()
    ]


def _prices_opened_at(session: Session, tender: Tender) -> datetime | None:
    return session.scalar(
        select(Event.at)
        .where(Event.log == log_of(tender), Event.action == "prices.opened")
        .order_by(Event.sequence.desc())
        .limit(1)
    )


def _undecided_ties(evaluation: Evaluation) -> list[str]:
    names = names_in_record(evaluation.record)
    return [
        f"Lot {lot['id']} has a tie that the published rules do not break: "
        f"{sentence_of(tie['reason'], names)}"
        for lot in evaluation.result["lots"]
        for tie in lot.get("undecided", ())
    ]


def _nothing_to_award(evaluation: Evaluation) -> list[str]:
    if any(lot["awards"] for lot in evaluation.result["lots"]):
        return []
    return ["Nobody wins a place in any lot, so there is no award to recommend. Cancel the tender instead."]
