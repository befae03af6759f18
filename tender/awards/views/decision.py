"""The award's last steps: recommend, approve or send back, standstill, confirm."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lots import states
from lots.award import Recommendation
from lots.confirmation import StepRequest
from lots.reason import reason_given
from lots.refusal import Refusal
from lots.working_days import NO_STANDSTILL, STANDSTILL
from tender.awards import pages
from tender.awards.forms import APPROVE, DecisionForm, RecommendForm, SummariesForm
from tender.awards.operations import deciding, ending
from tender.confirming.pages import Irreversible, confirm_page
from tender.frame.context import current_person, db, now
from tender.frame.formats import long_date, sentence_list
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
    if tender.state != states.RECOMMENDED and (request.form.get("confirmed") == "no" or not form.validate()):
        states.require(tender, now(), states.RECOMMENDED)  # there is no page to show again
    shown: dict[str, Any] = {
        "page": page,
        "tender": tender,
        "waiting": waiting,
        "no_standstill": NO_STANDSTILL,
    }

    def decide() -> ViewResult:
        approved = form.decision.data == APPROVE
        answer = request.form.get("confirmed")
        if answer == "no":
            return render_template("awards/approve.html", form=form, **shown)
        if approved and answer != "yes" and tender.state == states.RECOMMENDED:
            reason_given(form.reason.data or "", name="why you decide so")
            return render_template("awards/confirm_approval.html", form=form, **shown)
        verb = deciding.approve if approved else deciding.return_
        verb(**caller(), tender=tender, reason=form.reason.data or "", seen=form.seen.number)
        message = "The award is approved." if approved else "The recommendation is sent back to the officers."
        return redirect_with(message, RESULTS, tender_id=tender_id)

    if request.method == "POST" and _is_decided_so(waiting, form):
        return redirect_with("Your decision is recorded already.", RESULTS, tender_id=tender_id)
    return form_page(form, decide, "awards/approve.html", **shown)


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

    return form_page(form, record, "awards/standstill.html", tender=tender, working_days=STANDSTILL)


@blueprint.route("/tenders/<int:tender_id>/confirm", methods=["GET", "POST"])
@requires("award.confirm")
def confirm(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    page = pages.award_page(db.session, tender, now())
    if tender.state not in {states.APPROVED, states.STANDSTILL}:
        return _elsewhere(tender_id)
    standstill = page.standstill
    if page.standstill_runs or page.bars or (standstill is None and tender.standstill_offered):
        if request.method == "POST":
            ending.confirm_award(**caller(), tender=tender)
        return render_template("awards/confirm.html", page=page, tender=tender)
    step = Irreversible(
        key="confirm-award",
        title="Confirm the award",
        button="Confirm the award",
        changes=[
            *(["The standstill ended on " + long_date(standstill.ends_on) + "."] if standstill else []),
            *(
                f"{lot.id} {lot.title}: {sentence_list([winner.name for winner in lot.winners])} "
                f"{'wins' if len(lot.winners) == 1 else 'win'}."
                for lot in page.outcomes
                if lot.winners
            ),
            "Contracts can be signed.",
        ],
        undone="After this the award stands. Confirm only if no claim was made and the winners’ CQC ratings "
        "are still what they were."
        f"{f' {page.old_ratings}' if page.old_ratings else ''}",
        back=url_for(RESULTS, tender_id=tender_id),
        stay="Do not confirm yet",
    )

    def take(_reason: str, asked: StepRequest | None) -> ViewResult:
        ending.confirm_award(**caller(), tender=tender, asked_by=asked.by if asked else None)
        return redirect_with("The award is confirmed. Contracts can be signed.", RESULTS, tender_id=tender_id)

    return confirm_page(step, tender, take)


def _is_decided_so(waiting: Recommendation | None, form: DecisionForm) -> bool:
    """Whether this person has taken this very decision already: the button was pressed twice."""
    if waiting is None or waiting.decided_by_id != current_person().id:
        return False
    return waiting.outcome == ("approved" if form.decision.data == APPROVE else "returned")


def _elsewhere(tender_id: int) -> Response:
    """When a step is not to be taken now, the results say where the award is and what comes next."""
    return redirect(url_for(RESULTS, tender_id=tender_id, _anchor="decided"))
