"""Taking a tender through its first stages: publication, opening; and cancelling it."""

from __future__ import annotations

from flask import render_template

from lots import states
from lots.refusal import NotFound, Refusal
from lots.tender import Opening
from tender.frame.context import current_person, db, now, seal
from tender.frame.downloads import download
from tender.frame.permissions import SIGNED_IN, requires
from tender.frame.view_results import ViewResult, caller, form_page, redirect_with
from tender.procurements import pages
from tender.procurements.access import published_tender, tender_for
from tender.procurements.blueprint import blueprint
from tender.procurements.forms.setup import ConfirmForm, ReasonForm
from tender.procurements.operations import cancelling, opening_bids, publishing
from tender.procurements.operations.cancelling import LOT_STAGES
from tender.procurements.operations.holding import lot_of
from tender.procurements.views.drafts import draft_caller, draft_for


@blueprint.route("/<int:tender_id>/publish", methods=["GET", "POST"])
@requires("tender.publish")
def publish(tender_id: int) -> ViewResult:
    tender = draft_for(tender_id)
    form = ConfirmForm(data={"seen": tender.revision})

    def publish() -> ViewResult:
        publishing.publish(**draft_caller(tender, form))
        message = f"{tender.reference} is published and open for bids."
        return redirect_with(message, "procurements.home", tender_id=tender_id)

    # a Conflict gets its own page: the officer has to read what changed before publishing
    page = pages.publication(db.session, tender, now())
    return form_page(form, publish, "procurements/publish.html", tender=tender, page=page)


@blueprint.get("/<int:tender_id>/published")
@requires(SIGNED_IN)
def published(tender_id: int) -> ViewResult:
    """The frozen rules, for everybody with an account."""
    tender = published_tender(db.session, tender_id)
    return render_template("procurements/published.html", tender=tender, page=pages.published(tender))


@blueprint.get("/<int:tender_id>/published.json")
@requires(SIGNED_IN)
def published_json(tender_id: int) -> ViewResult:
    """The same bytes whose hash was published."""
    tender = published_tender(db.session, tender_id)
    return download(tender.rules_text or "", f"rules-{tender.id}.json", "application/json")


@blueprint.get("/<int:tender_id>/opening")
@requires("tender.see")
def opening(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    if tender.rules_text is None:
        raise NotFound("There is no opening before a tender is published.")
    return render_template(
        "procurements/opening.html",
        tender=tender,
        opening=db.session.get(Opening, tender.id),
        stage=states.stage(tender, now()),
        count=pages.opened_count(db.session, tender),
    )


@blueprint.post("/<int:tender_id>/opening/request")
@requires("tender.open")
def request_opening(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    opening_bids.request_opening(**caller(), tender=tender)
    message = "You asked for the bids to be opened. Another officer has to complete it."
    return redirect_with(message, "procurements.opening", tender_id=tender_id)


@blueprint.post("/<int:tender_id>/opening/complete")
@requires("tender.open")
def complete_opening(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    count = opening_bids.complete_opening(**caller(), seal=seal(), tender=tender)
    message = "1 bid is opened." if count == 1 else f"{count} bids are opened."
    return redirect_with(message, "procurements.opening", tender_id=tender_id)


@blueprint.route("/<int:tender_id>/cancel", methods=["GET", "POST"])
@requires("tender.cancel")
def cancel(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    at = states.stage(tender, now())
    if states.CANCELLED not in states.STAGES[at].moves:
        raise Refusal(f"A tender at “{states.NAMES[at]}” cannot be cancelled.")
    form = ReasonForm()

    def cancel() -> ViewResult:
        cancelling.cancel(**caller(), tender=tender, reason=form.reason.data or "")
        return redirect_with(f"{tender.reference} is cancelled.", "procurements.home", tender_id=tender_id)

    return form_page(form, cancel, "procurements/cancel.html", tender=tender, lot=None, stage=at)


@blueprint.route("/<int:tender_id>/lots/<code>/cancel", methods=["GET", "POST"])
@requires("tender.cancel")
def cancel_lot(tender_id: int, code: str) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    at = states.stage(tender, now())
    states.require(tender, now(), *LOT_STAGES)
    lot = lot_of(tender, code)
    form = ReasonForm()
    form.submit.label.text = f"Cancel lot {code}"

    def cancel() -> ViewResult:
        cancelling.cancel_lot(**caller(), tender=tender, lot=lot, reason=form.reason.data or "")
        return redirect_with(f"Lot {code} is cancelled.", "procurements.lots", tender_id=tender_id)

    return form_page(form, cancel, "procurements/cancel.html", tender=tender, lot=lot, stage=at)
