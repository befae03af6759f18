"""Ties that the published rules leave: an officer proposes an order, and a second person approves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lots import event, states
from lots.award import Evaluation, current_evaluation
from lots.person import Person, require_role
from lots.reason import reason_given
from lots.refusal import Conflict, NotFound, NotPermitted, Refusal
from lots.tender import Tender, lock_tender
from lots.tie import TieAnswer, TieProposal, letters, proposals
from tender.awards.operations.evaluating import judge, work_out


@dataclass(frozen=True)
class WaitingTie:
    """Bidders whom the published rules leave level, where that leaves places of a lot open."""

    lot: str
    rank: int
    bidders: tuple[str, ...]
    """Letters of all who share the rank."""
    places: tuple[int, ...]
    """The places that wait."""


def waiting_ties(evaluation: Evaluation) -> list[WaitingTie]:
    """The ties that a person has to decide, lot by lot."""
    found = []
    for lot in evaluation.result["lots"]:
        for tie in lot.get("undecided", ()):
            rank = tie["reason"]["rank"]
            level = tuple(row["bidder"] for row in lot["ranking"] if row["rank"] == rank)
            found.append(WaitingTie(lot["id"], rank, level, tuple(tie["places"])))
    return found


def propose_tie(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    lot_code: str,
    order: Sequence[str],
    reason: str,
) -> TieProposal:
    """Propose to place those who are level in a lot in this order of letters, first place first."""
    tender = lock_tender(session, tender)
    require_role(actor, "officer")
    states.require(tender, now, states.PRICES_OPENED)
    tie = _tie_of(session, tender, lot_code, order)
    if len(set(order)) != len(order) or set(order) != set(tie.bidders):
        raise Refusal(f"Give each of the {len(tie.bidders)} bidders a place of its own.", "order")
    reason = reason_given(reason, name="why you would place them in this order")
    bid_of = {letter: bid for bid, letter in letters(session, tender).items()}
    level = {bid_of[letter] for letter in tie.bidders}
    earlier = open_proposal(session, tender, lot_code, level)
    if earlier is not None:
        raise Conflict(f"{earlier.by.name} has proposed an order for this tie. It waits for an approver.")
    lot_ids = {lot.code: lot.id for lot in tender.lots}
    proposal = TieProposal(
        tender_id=tender.id,
        lot_id=lot_ids[lot_code],
        bid_ids=[bid_of[letter] for letter in order],
        reason=reason,
        by_id=actor.id,
        at=now,
    )
    session.add(proposal)
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="tie.proposed",
        subject=f"Lot {lot_code}",
        body={"proposal": proposal.id, "lot": lot_code, "bidders": list(order), "reason": reason},
        now=now,
    )
    return proposal


def answer_tie(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    proposal_id: int,
    approved: bool,
    reason: str,
) -> TieAnswer:
    """Approve a proposed order, or send it back. Once approved the results are worked out again."""
    tender = lock_tender(session, tender)
    require_role(actor, "approver")
    states.require(tender, now, states.PRICES_OPENED)
    proposal = find_proposal(session, tender, proposal_id)
    if proposal.answer is not None:
        done = "approved it" if proposal.answer.approved else "sent it back"
        raise Conflict(f"{proposal.answer.by.name} {done} since you opened this page.")
    if proposal.by_id == actor.id:
        raise NotPermitted("You proposed this order. Somebody else has to decide on it.")
    reason = reason_given(reason)
    known = letters(session, tender)
    order = [known[bid] for bid in proposal.bid_ids]
    if approved and set(_tie_of(session, tender, proposal.lot.code, order).bidders) != set(order):
        raise Conflict("Those who are level have changed since this was proposed. Send it back.")
    answer = TieAnswer(
        proposal_id=proposal.id,
        proposed_by_id=proposal.by_id,
        approved=approved,
        reason=reason,
        by_id=actor.id,
        at=now,
    )
    session.add(answer)
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="tie.decided" if approved else "tie.returned",
        subject=f"Lot {proposal.lot.code}",
        body={
            "proposal": proposal.id,
            "lot": proposal.lot.code,
            "bidders": order,
            "proposed_by": proposal.by.name,
            "reason": reason,
        },
        now=now,
    )
    if approved:
        session.expire(proposal)
        work_out(session, actor=actor, now=now, tender=tender)
    return answer


def find_proposal(session: Session, tender: Tender, proposal_id: int) -> TieProposal:
    """The proposal by its number. Raises NotFound."""
    for proposal in proposals(session, tender):
        if proposal.id == proposal_id:
            return proposal
    raise NotFound("There is no such proposal about a tie in this tender.")


def open_proposal(session: Session, tender: Tender, lot_code: str, level: set[int]) -> TieProposal | None:
    """The proposal that waits for an answer about these bids in a lot; None where there is none."""
    for proposal in proposals(session, tender):
        if proposal.answer is None and proposal.lot.code == lot_code and set(proposal.bid_ids) == level:
            return proposal
    return None


def _tie_of(session: Session, tender: Tender, lot_code: str, order: Sequence[str]) -> WaitingTie:
    """The tie that waits in a lot, of those whom the order names. Raises Refusal and Conflict."""
    evaluation = current_evaluation(session, tender)
    if evaluation is None:
        raise Refusal("The results have not been worked out yet. Work them out first.")
    if not judge(session, tender).is_that_of(evaluation):
        raise Conflict(
            "Something that the results depend on has changed since they were worked out. "
            "Work them out again, and look which bids are level then."
        )
    ties = [tie for tie in waiting_ties(evaluation) if tie.lot == lot_code]
    for tie in ties:
        if not order or set(order) & set(tie.bidders):
            return tie
    raise Conflict(f"No tie of these bidders waits for a decision in lot {lot_code} any more.")
