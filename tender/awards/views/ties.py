"""Deciding a tie that the published rules leave: an officer proposes an order, an approver answers."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for

from lots import states
from lots.refusal import NotFound, Refusal, Refusals
from lots.tie import letters
from tender.awards import pages
from tender.awards.forms import APPROVE, TieAnswerForm, tie_form
from tender.awards.operations import deciding_ties
from tender.frame.context import current_person, db, now
from tender.frame.permissions import requires
from tender.frame.view_results import ViewResult, caller, form_page, redirect_with
from tender.procurements.access import tender_for

blueprint = Blueprint("award_ties", __name__)

RESULTS = "awards.results"


@blueprint.route("/tenders/<int:tender_id>/results/<code>/tie/<int:rank>", methods=["GET", "POST"])
@requires("tie.propose")
def propose(tender_id: int, code: str, rank: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    page = pages.award_page(db.session, tender, now())
    lot = page.lot(code)
    tie = next((one.tie for one in page.ties if (one.tie.lot, one.tie.rank) == (code, rank)), None)
    if tie is None or tender.state != states.PRICES_OPENED:
        return redirect(url_for(RESULTS, tender_id=tender_id))
    names = {bid.bidder: bid.name for bid in lot.bids}
    form = tie_form([(letter, names[letter]) for letter in tie.bidders])

    def propose() -> ViewResult:
        chosen = [(form[f"place_{at}"].data, letter) for at, letter in enumerate(tie.bidders)]
        missing = [
            Refusal(f"Select the place of {names[letter]}", f"place_{at}")
            for at, (place, letter) in enumerate(chosen)
            if not place
        ]
        if missing:
            raise Refusals(missing)
        if len({place for place, _ in chosen}) < len(chosen):
            raise Refusal("Give each bidder a place of its own", "place_0")
        order = [letter for _, letter in sorted(chosen, key=lambda one: int(one[0]))]
        deciding_ties.propose_tie(
            **caller(), tender=tender, lot_code=code, order=order, reason=form.reason.data or ""
        )
        message = "The order is proposed. Somebody with the role of approver decides on it next."
        return redirect_with(message, RESULTS, tender_id=tender_id)

    return form_page(form, propose, "awards/tie.html", tender=tender, lot=lot, tie=tie)


@blueprint.route("/tenders/<int:tender_id>/ties/<int:proposal_id>", methods=["GET", "POST"])
@requires("tie.approve")
def answer(tender_id: int, proposal_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    page = pages.award_page(db.session, tender, now())
    proposal = deciding_ties.find_proposal(db.session, tender, proposal_id)
    lot = next((one for one in page.outcomes if one.id == proposal.lot.code), None)
    if lot is None:
        raise NotFound("These results have no such lot.")
    known = letters(db.session, tender)
    names = {bid.bidder: bid.name for bid in lot.bids}
    order = [names.get(known[bid], known[bid]) for bid in proposal.bid_ids]
    form = TieAnswerForm()

    def decide() -> ViewResult:
        approved = form.decision.data == APPROVE
        deciding_ties.answer_tie(
            **caller(),
            tender=tender,
            proposal_id=proposal_id,
            approved=approved,
            reason=form.reason.data or "",
        )
        done = "The tie is decided, and the results are worked out again."
        message = done if approved else "The proposal is sent back to the officers."
        return redirect_with(message, RESULTS, tender_id=tender_id)

    return form_page(
        form, decide, "awards/tie_answer.html", tender=tender, lot=lot, proposal=proposal, order=order
    )
