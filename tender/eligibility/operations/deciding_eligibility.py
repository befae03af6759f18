"""A person's decision that takes a bid out of the assessment, or keeps it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from lots import chain, event, states
from lots.bid import Bid
from lots.eligibility import IN_ASSESSMENT, STATES, EligibilityDecision
from lots.person import Person, require_role
from lots.reason import reason_faults
from lots.refusal import NotFound, Refusal, Refusals
from lots.tender import Lot, Tender, lock_tender
from scoring.methods.bid_states import DECIDABLE
from tender.eligibility.assessment import ABOUT_PRICE, BidderEligibility, assessment
from tender.eligibility.blindness import keep_blind
from tender.eligibility.operations.dealing_letters import deal_letters
from tender.eligibility.operations.returning import refuse_unmarked_return
from tender.frame.formats import london_day, long_datetime

WHEN = (states.OPENED, states.MARKING, states.MODERATION, states.QUALITY_LOCKED, states.PRICES_OPENED)
HEARD_FIRST = frozenset(row.name for row in DECIDABLE if row.heard_first)
"""The provider must have had its say (Procurement Act 2023 ss.19(4), 58)."""
CANNOT_COME_BACK = (
    "It can no longer come back. Leave the decision as it is; if it was wrong, cancel the lot or the "
    "tender and ask again."
)
MOST_CHARACTERS = 5000


@dataclass(frozen=True)
class ProposedDecision:
    """A decision as asked for, not yet checked."""

    state: str
    lots: tuple[Lot, ...]
    reason: str
    evidence: str
    invited: date | None
    response: str


def decide(  # noqa: PLR0913 - a decision is as many things, and callers name each
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    bid: Bid,
    state: str,
    lot_codes: Sequence[str],
    reason: str,
    evidence: str = "",
    response_invited_on: date | None = None,
    response: str = "",
    seen: int | None = None,
) -> EligibilityDecision:
    """Record a decision on a bid, for some of its lots or (none named) all.

    `seen` is the id of the current decision on the bid that the person had before them, None for none.
    """
    tender = lock_tender(session, tender)
    require_role(actor, "officer")
    keep_blind(session, tender, actor)
    states.require(tender, now, *WHEN)
    bidders = assessment(session, tender)
    before = next((bidder for bidder in bidders if bidder.opened.bid_id == bid.id), None)
    if before is None:
        raise NotFound("There is no such bid in this tender.")
    current = before.current_decision
    chain.require_seen(current, seen, _decided_meanwhile)
    proposed = ProposedDecision(
        state,
        _lots(before, lot_codes),
        reason.strip(),
        evidence.strip(),
        response_invited_on,
        response.strip(),
    )
    faults = [
        *_wrong_state(before, tender, proposed),
        *_wrong_text(proposed),
        *_without_a_hearing(tender, now, proposed),
    ]
    if faults:
        raise Refusals(faults)
    entry = EligibilityDecision(
        tender_id=tender.id,
        bid_id=bid.id,
        state=state,
        reason=proposed.reason,
        evidence=proposed.evidence,
        response_invited_on=response_invited_on,
        response=proposed.response,
        by_id=actor.id,
        at=now,
        lots=list(proposed.lots),
    )
    chain.append(session, entry, after=current)
    refuse_unmarked_return(session, tender, bidders, assessment(session, tender), CANNOT_COME_BACK)
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="eligibility.decided",
        subject=before.name,
        body={
            "bid": before.alias,
            "state": state,
            "lots": [lot.code for lot in proposed.lots] or "all",
            "reason": proposed.reason,
            "evidence": proposed.evidence,
            "response_invited_on": response_invited_on.isoformat() if response_invited_on else None,
            "response": proposed.response,
            "states_before": dict(sorted(before.states.items())),
            "replaces": entry.replaces_id,
        },
        now=now,
    )
    deal_letters(session, actor=actor, now=now, tender=tender)
    return entry


def _decided_meanwhile(current: EligibilityDecision | None) -> str:
    if current is None:
        return "The decision that your page showed is not one of this bid. Look at the bid again."
    return (
        f"{current.by.name} decided on this bid on {long_datetime(current.at)}: {STATES[current.state]}. "
        "Look at that decision before you take another."
    )


def _lots(before: BidderEligibility, codes: Sequence[str]) -> tuple[Lot, ...]:
    known = {
        bid_lot.lot.code: bid_lot.lot for bid_lot in before.opened.lots if bid_lot.lot.code in before.states
    }
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise Refusal(
            f"{', '.join(unknown)} is not a lot of this bid. Choose from {', '.join(known)}.", "lot_codes"
        )
    chosen = tuple(lot for code, lot in known.items() if code in codes)
    return () if len(chosen) == len(known) else chosen


def _wrong_state(before: BidderEligibility, tender: Tender, proposed: ProposedDecision) -> list[Refusal]:
    if proposed.state not in STATES:
        return [Refusal("Select what you decide.", "state")]
    if proposed.state in ABOUT_PRICE and tender.state != states.PRICES_OPENED:
        return [Refusal("A bid can be abnormally low only once prices are opened.", "state")]
    if proposed.state == IN_ASSESSMENT and before.refused_by_cqc:
        return [
            Refusal(
                "The published CQC rule takes this bid out and leaves no choice. "
                "If the ratings have changed, load the newer file and pin it.",
                "state",
            )
        ]
    return []


def _wrong_text(proposed: ProposedDecision) -> list[Refusal]:
    faults = [
        Refusal(f"Shorten this to {MOST_CHARACTERS:,} characters.", field)
        for field in ("evidence", "response")
        if len(getattr(proposed, field)) > MOST_CHARACTERS
    ]
    return [*reason_faults(proposed.reason), *faults]


def _without_a_hearing(tender: Tender, now: datetime, proposed: ProposedDecision) -> list[Refusal]:
    """The provider must have been asked, and its answer written down, where the law gives it a say."""
    faults = []
    invited, published = proposed.invited, tender.published_at
    if proposed.state in HEARD_FIRST and invited is None:
        message = (
            "Enter the day on which the provider was told and asked for its side. It must be heard before "
            "this decision (Procurement Act 2023 ss.19(4), 58)."
        )
        faults.append(Refusal(message, "response_invited_on"))
    if proposed.state in HEARD_FIRST and not proposed.response:
        faults.append(Refusal("Write what the provider answered, or that it did not answer.", "response"))
    if invited is not None and published and not (london_day(published) <= invited <= london_day(now)):
        message = "The day must be between the tender’s publication and today."
        faults.append(Refusal(message, "response_invited_on"))
    return faults
