"""Pages around the marking: its start, how far it is, and conflicts before the moderator."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for

from lots import panel, states
from lots.refusal import Conflict, NotFound
from lots.tender import Tender, find_tender
from tender.eligibility.to_mark import plan
from tender.frame.context import current_person, db, refusals, refuse
from tender.frame.permissions import may, requires
from tender.frame.view_results import ViewResult, caller
from tender.marking import counting
from tender.marking.forms import DecideConflictForm
from tender.marking.operations import declaring_conflicts, giving_marks
from tender.marking.operations.declaring_conflicts import DECLARE_AT
from tender.marking.pages import DeclaredConflict, find_declared_conflicts
from tender.marking.seats import seats
from tender.marking.views.marks import blueprint


def _opened(tender_id: int) -> Tender:
    tender = find_tender(db.session, tender_id)
    if not states.is_opened(tender):
        raise NotFound("The bids of this tender have not been opened, so there is nothing to see yet.")
    return tender


@blueprint.post("/tenders/<int:tender_id>/marking/start")
@requires("marking.start")
def start(tender_id: int) -> ViewResult:
    tender = find_tender(db.session, tender_id)
    giving_marks.start(**caller(), tender=tender)
    flash("Marking has started. Evaluators can declare conflicts and mark.")
    return redirect(url_for("marking.progress", tender_id=tender_id))


@blueprint.get("/tenders/<int:tender_id>/marking/progress")
@requires("marking.progress")
def progress(tender_id: int) -> ViewResult:
    tender = _opened(tender_id)
    marking_plan = plan(db.session, tender)
    seated = seats(db.session, tender)
    return render_template(
        "marking/progress.html",
        tender=tender,
        rows=counting.progress(db.session, tender, marking_plan, seated),
        bids=len(marking_plan.bids),
        questions=len(marking_plan.questions),
        started=tender.state != states.OPENED,
        missing=giving_marks.missing_for_marking(db.session, tender) if tender.state == states.OPENED else [],
    )


@blueprint.get("/tenders/<int:tender_id>/conflicts")
@requires("conflicts.see")
def declared_conflicts(tender_id: int) -> ViewResult:
    tender = _opened(tender_id)
    return render_template(
        "marking/declared_conflicts.html",
        tender=tender,
        conflicts=find_declared_conflicts(db.session, tender),
        can_decide=_can_decide(tender),
    )


@blueprint.route("/tenders/<int:tender_id>/conflicts/<int:number>", methods=["GET", "POST"])
@requires("conflicts.decide")
def decide(tender_id: int, number: int) -> ViewResult:
    tender = _opened(tender_id)
    conflict = _find(tender, number)
    form = DecideConflictForm()
    status = 200
    if form.validate_on_submit():
        try:
            with refusals(form):
                declaring_conflicts.decide_conflict(
                    **caller(),
                    tender=tender,
                    declaration=conflict.declaration,
                    may_mark=form.may_mark.data == "yes",
                    reason=form.reason.data or "",
                )
                flash("Your decision is recorded.")
                return redirect(url_for("marking.declared_conflicts", tender_id=tender_id))
        except Conflict as meanwhile:
            refuse(form, meanwhile)
            conflict, status = _find(tender, number), 409
    page = render_template(
        "marking/decide.html",
        form=form,
        tender=tender,
        conflict=conflict,
        can_decide=_can_decide(tender),
        back=url_for("marking.declared_conflicts", tender_id=tender_id),
    )
    return page, status


def _can_decide(tender: Tender) -> bool:
    return (
        tender.state in DECLARE_AT
        and may("conflicts.decide")
        and panel.sits_on(db.session, tender, current_person(), panel.MODERATOR)
    )


def _find(tender: Tender, number: int) -> DeclaredConflict:
    for conflict in find_declared_conflicts(db.session, tender):
        if conflict.number == number:
            return conflict
    raise NotFound("There is no such declared conflict in this tender.")
