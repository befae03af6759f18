"""The award's last steps: recommend, approve or send back, standstill, confirm."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lots import states
from lots.refusal import Refusal
from tender.awards import pages
from tender.awards.forms import APPROVE, DecisionForm, RecommendForm, SummariesForm
from tender.awards.operations import deciding, ending
from tender.awards.standstill import WORKING_DAYS
from tender.frame.context import current_person, db, now, refusals
from tender.frame.formats import LONDON, long_date
from tender.frame.permissions import requires
from tender.procurements.access import tender_for

blueprint = Blueprint("award_decisions", __name__)

Answer = str | tuple[str, int] | Response


@blueprint.route("/tenders/<int:tender_id>/recommend", methods=["GET", "POST"])
@requires("award.recommend")
def recommend(tender_id: int) -> Answer:
    tender = tender_for(db.session, current_person(), tender_id)
    standing = pages.standing(db.session, tender)
    if request.method == "GET" and (tender.state != states.PRICES_OPENED or standing.evaluation is None):
        return _elsewhere(tender_id)
    states.require(tender, now(), states.PRICES_OPENED)
    if standing.evaluation is None:
        raise Refusal("The results have not been worked out yet. Work them out first.")
    form = RecommendForm(seen=standing.evaluation.number)
    if form.validate_on_submit():
        with refusals(form):
            deciding.recommend(
                db.session,
                actor=current_person(),
                now=now(),
                tender=tender,
                reason=form.reason.data or "",
                seen=_number(form.seen.data),
            )
            flash("The award is recommended. Somebody with the role of approver decides on it next.")
            return redirect(url_for("awards.results", tender_id=tender_id))
    return render_template("awards/recommend.html", standing=standing, tender=tender, form=form)


@blueprint.route("/tenders/<int:tender_id>/approve", methods=["GET", "POST"])
@requires("award.approve")
def approve(tender_id: int) -> Answer:
    tender = tender_for(db.session, current_person(), tender_id)
    standing = pages.standing(db.session, tender)
    waiting = standing.recommendation
    if request.method == "GET" and tender.state != states.RECOMMENDED:
        return _elsewhere(tender_id)
    form = DecisionForm(seen=waiting.id if waiting else "")
    if form.validate_on_submit():
        with refusals(form):
            approved = form.decision.data == APPROVE
            verb = deciding.approve if approved else deciding.return_
            verb(
                db.session,
                actor=current_person(),
                now=now(),
                tender=tender,
                reason=form.reason.data or "",
                seen=_number(form.seen.data),
            )
            flash(
                "The award is approved." if approved else "The recommendation is sent back to the officers."
            )
            return redirect(url_for("awards.results", tender_id=tender_id))
    return render_template(
        "awards/approve.html", standing=standing, tender=tender, form=form, waiting=waiting
    )


@blueprint.route("/tenders/<int:tender_id>/standstill", methods=["GET", "POST"])
@requires("award.confirm")
def standstill(tender_id: int) -> Answer:
    tender = tender_for(db.session, current_person(), tender_id)
    if request.method == "GET" and (tender.state != states.APPROVED or not tender.standstill_offered):
        return _elsewhere(tender_id)
    form = SummariesForm()
    if form.validate_on_submit():
        with refusals(form):
            recorded = ending.record_summaries(
                db.session,
                actor=current_person(),
                now=now(),
                tender=tender,
                summaries_sent_on=form.summaries_sent_on.data,
                notice_on=form.notice_on.data,
            )
            flash(f"The standstill lasts until the end of {long_date(recorded.ends_on)}.")
            return redirect(url_for("awards.results", tender_id=tender_id))
    return render_template("awards/standstill.html", tender=tender, form=form, working_days=WORKING_DAYS)


@blueprint.route("/tenders/<int:tender_id>/confirm", methods=["GET", "POST"])
@requires("award.confirm")
def confirm(tender_id: int) -> Answer:
    tender = tender_for(db.session, current_person(), tender_id)
    standing = pages.standing(db.session, tender)
    if request.method == "POST":
        ending.confirm_award(db.session, actor=current_person(), now=now(), tender=tender)
        flash("The award is confirmed. Contracts can be signed.")
        return redirect(url_for("awards.results", tender_id=tender_id))
    if tender.state not in {states.APPROVED, states.STANDSTILL}:
        return _elsewhere(tender_id)
    return render_template(
        "awards/confirm.html", standing=standing, tender=tender, today=now().astimezone(LONDON).date()
    )


def _elsewhere(tender_id: int) -> Response:
    """When a step is not to be taken now, the results say where the award is and what comes next."""
    return redirect(url_for("awards.results", tender_id=tender_id))


def _number(text: str | None) -> int:
    """A hidden field's number; one that fits nothing where somebody has tampered with it."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else -1
