"""Pages of who stays in the assessment, and of the decisions on a bid."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from lots import alike, states
from lots.chain import id_of
from lots.eligibility import IN_ASSESSMENT, STATES
from lots.rating import newest_file
from lots.rating_decisions import waiting_request
from lots.refusal import Conflict
from tender.eligibility import assessment
from tender.eligibility.absence import turned_without
from tender.eligibility.access import find_bidder, opened_tender
from tender.eligibility.age import warning_of_age
from tender.eligibility.forms import DecideForm
from tender.eligibility.notes import age_in_years
from tender.eligibility.operations import checking_locations, deciding_eligibility
from tender.eligibility.operations.deciding_eligibility import WHEN
from tender.eligibility.operations.pinning_ratings import current_pin, stage_to_pin_for
from tender.eligibility.unchecked import what_is_not_checked
from tender.frame.context import current_person, db, now, refusals, refuse
from tender.frame.formats import london_day
from tender.frame.permissions import may, requires
from tender.frame.view_results import ViewResult, caller

blueprint = Blueprint("eligibility", __name__)
blueprint.add_app_template_filter(assessment.TAGS.__getitem__, "eligibility_tag")


@blueprint.get("/tenders/<int:tender_id>/eligibility")
@requires("eligibility.see")
def bidders(tender_id: int) -> ViewResult:
    tender = opened_tender(tender_id)
    pinned = current_pin(db.session, tender)
    bidders = sorted(assessment.assessment(db.session, tender), key=_what_needs_attention_first)
    newest = newest_file(db.session)
    return render_template(
        "eligibility/bidders.html",
        tender=tender,
        pinned=pinned,
        newer=newest if newest and pinned and newest.dated > pinned.file.dated else None,
        age=warning_of_age(pinned.file, london_day(now())) if pinned else "",
        request_waiting=waiting_request(db.session, tender),
        bidders=bidders,
        waiting=what_is_not_checked(bidders) if pinned else [],
        alike=alike.among(bidder.opened.company for bidder in bidders),
        can_pin=may("ratings.pin") and stage_to_pin_for(tender) is not None,
        before_marking=may("marking.start") and tender.state == states.OPENED,
    )


def _what_needs_attention_first(bidder: assessment.BidderEligibility) -> tuple[bool, bool, str]:
    return bidder.state == IN_ASSESSMENT, not bidder.flags, bidder.name.casefold()


@blueprint.get("/tenders/<int:tender_id>/eligibility/<alias>")
@requires("eligibility.see")
def bidder(tender_id: int, alias: str) -> ViewResult:
    tender = opened_tender(tender_id)
    bidder = find_bidder(tender, alias)
    return render_template(
        "eligibility/bidder.html",
        tender=tender,
        bidder=bidder,
        zones={each.lot.code: each.lot.zone for each in bidder.opened.lots},
        counting_ids={decision.id for decision in bidder.counting.values()},
        state_names=STATES,
        age_in_years=age_in_years,
        person=current_person(),
        can_decide=may("eligibility.decide") and tender.state in WHEN,
        can_check=may("eligibility.decide") and tender.state in checking_locations.WHEN,
    )


@blueprint.route("/tenders/<int:tender_id>/eligibility/<alias>/decide", methods=["GET", "POST"])
@requires("eligibility.decide")
def decide(tender_id: int, alias: str) -> ViewResult:
    tender = opened_tender(tender_id)
    bidder = find_bidder(tender, alias)
    form = DecideForm.about(tender, bidder)
    back = url_for("eligibility.bidder", tender_id=tender.id, alias=alias)
    status = 200
    if form.validate_on_submit():
        try:
            with refusals(form):
                deciding_eligibility.decide(
                    **caller(),
                    tender=tender,
                    bid=bidder.bid,
                    state=form.state.data,
                    lot_codes=form.lot_codes.data or (),
                    reason=form.reason.data or "",
                    evidence=form.evidence.data or "",
                    response_invited_on=form.response_invited_on.data,
                    response=form.response.data or "",
                    seen=form.seen.data,
                )
                flash(f"The decision on {bidder.name} is recorded.")
                return redirect(back)
        except Conflict as conflict:
            refuse(form, conflict)
            bidder, status = find_bidder(tender, alias), 409
            form.seen.data = id_of(bidder.current_decision)
    page = render_template(
        "eligibility/decide.html",
        form=form,
        tender=tender,
        bidder=bidder,
        state_names=STATES,
        back=back,
        turned=turned_without(db.session, tender, alias),
    )
    return page, status
