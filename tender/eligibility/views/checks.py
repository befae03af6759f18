"""Pages on which two officers settle a location that the file of ratings does not."""

from __future__ import annotations

from flask import Blueprint, url_for

from lots.refusal import NotFound
from lots.relevant_location import RelevantLocation
from lots.tender import Tender
from tender.eligibility.access import find_bidder, opened_tender
from tender.eligibility.assessment import BidderEligibility
from tender.eligibility.forms import AnswerForm, CheckForm
from tender.eligibility.operations import checking_locations
from tender.frame.context import current_person
from tender.frame.permissions import requires
from tender.frame.view_results import ViewResult, caller, form_page, redirect_with

blueprint = Blueprint("location_checks", __name__)

_ADDRESS = "/tenders/<int:tender_id>/eligibility/<alias>/locations/<location_id>"


@blueprint.route(_ADDRESS, methods=["GET", "POST"])
@requires("eligibility.decide")
def check(tender_id: int, alias: str, location_id: str) -> ViewResult:
    """Record what was found, with its evidence."""
    tender, bidder, location = _unsettled(tender_id, alias, location_id)
    form = CheckForm()

    def check() -> ViewResult:
        checking_locations.record_check(
            **caller(),
            tender=tender,
            bid=bidder.bid,
            location_id=location_id,
            reason=form.reason.data or "",
            evidence=form.evidence.data or "",
        )
        told = "Recorded. The location counts once another officer has confirmed it."
        return redirect_with(told, "eligibility.bidder", tender_id=tender_id, alias=alias)

    return form_page(
        form,
        check,
        "eligibility/check.html",
        tender=tender,
        bidder=bidder,
        location=location,
        back=url_for("eligibility.bidder", tender_id=tender_id, alias=alias),
    )


@blueprint.route(f"{_ADDRESS}/answer", methods=["GET", "POST"])
@requires("eligibility.decide")
def answer(tender_id: int, alias: str, location_id: str) -> ViewResult:
    """Confirm what another officer found, or refuse it."""
    tender, bidder, location = _unsettled(tender_id, alias, location_id)
    if location.check is None or location.check.answer is not None:
        raise NotFound("Nothing about this location waits for a second officer.")
    form = AnswerForm()

    def answer() -> ViewResult:
        agreed = form.agreed.data == "yes"
        checking_locations.answer_check(
            **caller(),
            tender=tender,
            bid=bidder.bid,
            location_id=location_id,
            agreed=agreed,
            reason=form.reason.data or "",
        )
        told = (
            f"Location {location_id} counts from now on." if agreed else "Refused. The location stays open."
        )
        return redirect_with(told, "eligibility.bidder", tender_id=tender_id, alias=alias)

    return form_page(
        form,
        answer,
        "eligibility/answer_check.html",
        tender=tender,
        bidder=bidder,
        location=location,
        own=location.check.by_id == current_person().id,
        back=url_for("eligibility.bidder", tender_id=tender_id, alias=alias),
    )


def _unsettled(
    tender_id: int, alias: str, location_id: str
) -> tuple[Tender, BidderEligibility, RelevantLocation]:
    tender = opened_tender(tender_id)
    bidder = find_bidder(tender, alias)
    for location in bidder.locations:
        if location.location_id == location_id and location.not_checked and bidder.source is not None:
            return tender, bidder, location
    raise NotFound("There is nothing to check about this location.")
