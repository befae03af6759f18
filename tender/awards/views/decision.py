"""The award's last steps: recommend, approve or send back, standstill, confirm."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lots import states
from lots.refusal import Refusal
from tender.awards import pages
from tender.awards.forms import APPROVE, DecisionForm, RecommendForm, SummariesForm
from tender.awards.operations import deciding, ending
from tender.awards.standstill import WORKING_DAYS
from tender.frame.context import current_person, db, now
from tender.frame.formats import long_date
from tender.frame.permissions import requires
from tender.frame.view_results import ViewResult, caller, form_page, redirect_with
from tender.procurements.access import tender_for

blueprint = Blueprint("award_decisions", __name__)

RESULTS = "awards.results"


@blueprint.route("/tenders/<int:tender_id>/recommend", methods=["GET", "POST"])
@requires("award.recommend")
def recommend(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    page = pages.award_page(db.session, tender, now())
    if request.method == "GET" and (tender.state != states.PRICES_OPENED or page.evaluation is None):
        return _elsewhere(tender_id)
    states.require(tender, now(), states.PRICES_OPENED)
    if page.evaluation is None:
        raise Refusal("The results have not been worked out yet. Work them out first.")
    form = RecommendForm(seen=page.evaluation.number)

    def recommend() -> ViewResult:
        reason = form.reason.data or ""
        deciding.recommend(**caller(), tender=tender, reason=reason, seen=form.seen.number)
        message = "The award is recommended. Somebody with the role of approver decides on it next."
        return redirect_with(message, RESULTS, tender_id=tender_id)

    return form_page(form, recommend, "awards/recommend.html", page=page, tender=tender)


@blueprint.route("/tenders/<int:tender_id>/approve", methods=["GET", "POST"])
@requires("award.approve")
def approve(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    page = pages.award_page(db.session, tender, now())
    waiting = page.recommendation
    if request.method == "GET" and tender.state != states.RECOMMENDED:
        return _elsewhere(tender_id)
    form = DecisionForm(seen=waiting.id if waiting else None)

    def decide() -> ViewResult:
        approved = form.decision.data == APPROVE
        verb = deciding.approve if approved else deciding.return_
        verb(**caller(), tender=tender, reason=form.reason.data or "", seen=form.seen.number)
        message = "The award is approved." if approved else "The recommendation is sent back to the officers."
        return redirect_with(message, RESULTS, tender_id=tender_id)

    return form_page(form, decide, "awards/approve.html", page=page, tender=tender, waiting=waiting)


@blueprint.route("/tenders/<int:tender_id>/standstill", methods=["GET", "POST"])
@requires("award.confirm")
def standstill(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    if request.method == "GET" and (tender.state != states.APPROVED or not tender.standstill_offered):
        return _elsewhere(tender_id)
    form = SummariesForm()

    def record() -> ViewResult:
        recorded = ending.record_summaries(
            **caller(),
            tender=tender,
            summaries_sent_on=form.summaries_sent_on.data,
            notice_on=form.notice_on.data,
        )
        message = f"The standstill lasts until the end of {long_date(recorded.ends_on)}."
        return redirect_with(message, RESULTS, tender_id=tender_id)

    return form_page(form, record, "awards/standstill.html", tender=tender, working_days=WORKING_DAYS)


@blueprint.route("/tenders/<int:tender_id>/confirm", methods=["GET", "POST"])
@requires("award.confirm")
def confirm(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    page = pages.award_page(db.session, tender, now())
    if request.method == "POST":
        ending.confirm_award(**caller(), tender=tender)
        return redirect_with("The award is confirmed. Contracts can be signed.", RESULTS, tender_id=tender_id)
    if tender.state not in {states.APPROVED, states.STANDSTILL}:
        return _elsewhere(tender_id)
    return render_template("awards/confirm.html", page=page, tender=tender)


def _elsewhere(tender_id: int) -> Response:
    """When a step is not to be taken now, the results say where the award is and what comes next."""
    return redirect(url_for(RESULTS, tender_id=tender_id, _anchor="decided"))
