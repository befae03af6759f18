"""Pages around the marking: its start, how far it is, and conflicts before the moderator."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for

from lots import panel, states
from lots.refusal import Conflict, NotFound
from lots.tender import Tender, find_tender
from tender.eligibility.to_mark import plan
from tender.frame.answers import Answer, asked
from tender.frame.context import current_person, db, refusals, refuse
from tender.frame.permissions import may, requires
from tender.marking import counting
from tender.marking.forms import DecideConflictForm
from tender.marking.operations import declaring_conflicts, giving_marks
from tender.marking.operations.declaring_conflicts import DECLARE_AT
from tender.marking.pages import ToldConflict, told_conflicts
from tender.marking.seats import seats
from tender.marking.views.marks import blueprint


def _opened(tender_id: int) -> Tender:
    tender = find_tender(db.session, tender_id)
    if not states.is_opened(tender):
        raise NotFound("The bids of this tender have not been opened, so there is nothing to see yet.")
    return tender


@blueprint.post("/tenders/<int:tender_id>/marking/start")
@requires("marking.start")
def start(tender_id: int) -> Answer:
    tender = find_tender(db.session, tender_id)
    giving_marks.start(**asked(), tender=tender)
    flash("Marking has started. Evaluators can declare conflicts and mark.")
    return redirect(url_for("marking.progress", tender_id=tender_id))


@blueprint.get("/tenders/<int:tender_id>/marking/progress")
@requires("marking.progress")
def progress(tender_id: int) -> Answer:
    tender = _opened(tender_id)
    whole = plan(db.session, tender)
    seated = seats(db.session, tender)
    return render_template(
        "marking/progress.html",
        tender=tender,
        rows=counting.progress(db.session, tender, whole, seated),
        bids=len(whole.bids),
        questions=len(whole.questions),
        started=tender.state != states.OPENED,
        missing=giving_marks.missing_for_marking(db.session, tender) if tender.state == states.OPENED else [],
    )


@blueprint.get("/tenders/<int:tender_id>/conflicts")
@requires("conflicts.see")
def told(tender_id: int) -> Answer:
    tender = _opened(tender_id)
    return render_template(
        "marking/told.html",
        tender=tender,
        conflicts=told_conflicts(db.session, tender),
        can_decide=_can_decide(tender),
    )


@blueprint.route("/tenders/<int:tender_id>/conflicts/<int:number>", methods=["GET", "POST"])
@requires("conflicts.decide")
def decide(tender_id: int, number: int) -> Answer:
    tender = _opened(tender_id)
    one = _find(tender, number)
    form = DecideConflictForm()
    status = 200
    if form.validate_on_submit():
        try:
            with refusals(form):
                declaring_conflicts.decide_conflict(
                    **asked(),
                    tender=tender,
                    declaration=one.declaration,
                    may_mark=form.may_mark.data == "yes",
                    reason=form.reason.data or "",
                )
                flash("Your decision is recorded.")
                return redirect(url_for("marking.told", tender_id=tender_id))
        except Conflict as conflict:
            refuse(form, conflict)
            one, status = _find(tender, number), 409
    page = render_template(
        "marking/decide.html",
        form=form,
        tender=tender,
        one=one,
        can_decide=_can_decide(tender),
        back=url_for("marking.told", tender_id=tender_id),
    )
    return page, status


def _can_decide(tender: Tender) -> bool:
    return (
        tender.state in DECLARE_AT
        and may("conflicts.decide")
        and panel.sits_on(db.session, tender, current_person(), panel.MODERATOR)
    )


def _find(tender: Tender, number: int) -> ToldConflict:
    for one in told_conflicts(db.session, tender):
        if one.number == number:
            return one
    raise NotFound("There is no such declared conflict in this tender.")
