"""The lots of a draft and the limits on winning them."""

from __future__ import annotations

from flask import render_template, url_for

from lots import states
from lots.refusal import NotFound
from lots.schedule import TEMPLATE, write_schedule
from scoring.allocate.methods import METHODS
from tender.frame.context import current_person, db, now
from tender.frame.downloads import download
from tender.frame.formats import plural
from tender.frame.permissions import requires
from tender.frame.view_results import ViewResult, caller, redirect_with
from tender.procurements import pages
from tender.procurements.access import tender_for
from tender.procurements.blueprint import blueprint
from tender.procurements.forms.setup import ConfirmForm, LimitForm, LotForm, ReplaceLotsForm
from tender.procurements.operations import changing_lots
from tender.procurements.operations.cancelling import LOT_STAGES
from tender.procurements.operations.changing_lots import current_schedule
from tender.procurements.operations.holding import lot_of
from tender.procurements.views.drafts import draft_caller, draft_for, draft_page
from tender.procurements.views.setup import check_page, is_to_check, schedule_sent

LOTS = "procurements.lots"


@blueprint.get("/<int:tender_id>/lots")
@requires("tender.see")
def lots(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    stage = states.stage(tender, now())
    return render_template(
        "procurements/lots.html",
        tender=tender,
        page=pages.lots(db.session, tender, stage),
        can_cancel_lots=stage in LOT_STAGES,
        allocation=METHODS[tender.allocation].description,
    )


@blueprint.get("/<int:tender_id>/lots.csv")
@requires("tender.see")
def lots_csv(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    return download(write_schedule(current_schedule(tender)), f"lots-{tender.id}.csv", "text/csv")


@blueprint.get("/lot-schedule-template.csv")
@requires("tender.set_up")
def schedule_template() -> ViewResult:
    return download(write_schedule(TEMPLATE), "lot-schedule-template.csv", "text/csv")


@blueprint.route("/<int:tender_id>/upload-lots", methods=["GET", "POST"])
@requires("tender.set_up")
def replace_lots(tender_id: int) -> ViewResult:
    tender = draft_for(tender_id)
    form = ReplaceLotsForm(data={"seen": tender.revision})
    faults: list[str] = []

    def replace() -> ViewResult:
        schedule = schedule_sent(form, faults)
        if is_to_check(form, schedule):
            return check_page(form, schedule, url_for("procurements.replace_lots", tender_id=tender_id))
        changing_lots.replace_lots(**draft_caller(tender, form), schedule=schedule)
        message = f"The tender now has the {plural(len(schedule.rows), 'lot')} of your schedule."
        return redirect_with(message, LOTS, tender_id=tender_id)

    return draft_page(tender, form, replace, "procurements/upload.html", faults=faults, multipart=True)


@blueprint.route("/<int:tender_id>/add-lot", methods=["GET", "POST"])
@requires("tender.set_up")
def add_lot(tender_id: int) -> ViewResult:
    tender = draft_for(tender_id)
    form = LotForm.showing(tender, None)

    def add() -> ViewResult:
        row = form.row()
        changing_lots.add_lot(**draft_caller(tender, form), row=row)
        return redirect_with(f"Lot {row.code} is added.", LOTS, tender_id=tender_id)

    return draft_page(tender, form, add, "procurements/lot.html", lot=None)


@blueprint.route("/<int:tender_id>/lots/<code>", methods=["GET", "POST"])
@requires("tender.set_up")
def lot(tender_id: int, code: str) -> ViewResult:
    tender = draft_for(tender_id)
    shown = lot_of(tender, code)
    form = LotForm.showing(tender, shown)

    def change() -> ViewResult:
        changing_lots.change_lot(**draft_caller(tender, form), code=code, row=form.row())
        return redirect_with(f"Lot {form.code.data} is saved.", LOTS, tender_id=tender_id)

    return draft_page(tender, form, change, "procurements/lot.html", lot=shown)


@blueprint.route("/<int:tender_id>/lots/<code>/remove", methods=["GET", "POST"])
@requires("tender.set_up")
def remove_lot(tender_id: int, code: str) -> ViewResult:
    tender = draft_for(tender_id)
    shown = lot_of(tender, code)
    form = ConfirmForm(data={"seen": tender.revision})

    def remove() -> ViewResult:
        changing_lots.remove_lot(**draft_caller(tender, form), code=code)
        return redirect_with(f"Lot {code} is removed.", LOTS, tender_id=tender_id)

    return draft_page(
        tender,
        form,
        remove,
        "procurements/remove.html",
        what=f"lot {shown.code} {shown.zone}",
        back=url_for(LOTS, tender_id=tender_id),
    )


@blueprint.route("/<int:tender_id>/add-limit", methods=["GET", "POST"])
@requires("tender.set_up")
def add_limit(tender_id: int) -> ViewResult:
    return _limit_page(tender_id, None)


@blueprint.route("/<int:tender_id>/limits/<code>", methods=["GET", "POST"])
@requires("tender.set_up")
def limit(tender_id: int, code: str) -> ViewResult:
    return _limit_page(tender_id, code)


def _limit_page(tender_id: int, code: str | None) -> ViewResult:
    tender = draft_for(tender_id)
    group = next((each for each in tender.groups if each.code == code), None)
    if code is not None and group is None:
        raise NotFound("There is no such group in this tender.")
    shown: dict[str, object] = {"seen": tender.revision}
    if group is not None:
        shown |= {"code": group.code, "most_lots": group.most_lots}
        shown["lot_codes"] = [each.code for each in group.lots]
    form = LimitForm(data=shown)
    form.offer(tender)

    def set_limit() -> ViewResult:
        changing_lots.set_group(
            **draft_caller(tender, form),
            # a group keeps its name: it is what the page was about
            code=code or form.code.data or "",
            most_lots=form.most_lots.data,
            lot_codes=list(form.lot_codes.data or []),
        )
        return redirect_with("The limit is saved.", LOTS, tender_id=tender_id)

    return draft_page(tender, form, set_limit, "procurements/limit.html", group=group)


@blueprint.post("/<int:tender_id>/limits/<code>/remove")
@requires("tender.set_up")
def remove_limit(tender_id: int, code: str) -> ViewResult:
    tender = draft_for(tender_id)
    changing_lots.remove_group(**caller(), tender=tender, code=code)
    return redirect_with(f"The limit for {code} is taken away. The lots stay.", LOTS, tender_id=tender_id)
