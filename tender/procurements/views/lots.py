"""The lots of a draft and the limits on winning them."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for

from lots import states
from lots.refusal import NotFound
from lots.schedule import TEMPLATE, write_schedule
from tender.frame.context import current_person, db, now
from tender.frame.permissions import requires
from tender.procurements import pages
from tender.procurements.access import tender_for
from tender.procurements.blueprint import Answer, blueprint
from tender.procurements.forms.setup import ConfirmForm, LimitForm, LotForm, ReplaceLotsForm
from tender.procurements.operations import changing_lots
from tender.procurements.operations.cancelling import LOT_STAGES
from tender.procurements.operations.changing_lots import current_schedule
from tender.procurements.operations.holding import lot_of
from tender.procurements.views.setup import draft_for, kept, uploaded


@blueprint.get("/<int:tender_id>/lots")
@requires("tender.see")
def lots(tender_id: int) -> Answer:
    tender = tender_for(db.session, current_person(), tender_id)
    stage = states.stage(tender, now())
    return render_template(
        "procurements/lots.html",
        tender=tender,
        page=pages.lots(db.session, tender, stage),
        can_cancel_lots=stage in LOT_STAGES,
    )


@blueprint.get("/<int:tender_id>/lots.csv")
@requires("tender.see")
def lots_csv(tender_id: int) -> Answer:
    tender = tender_for(db.session, current_person(), tender_id)
    return _csv(write_schedule(current_schedule(tender)), f"lots-{tender.id}.csv")


@blueprint.get("/lot-schedule-template.csv")
@requires("tender.set_up")
def schedule_template() -> Answer:
    return _csv(write_schedule(TEMPLATE), "lot-schedule-template.csv")


def _csv(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype="text/csv", headers=headers)


@blueprint.route("/<int:tender_id>/upload-lots", methods=["GET", "POST"])
@requires("tender.set_up")
def replace_lots(tender_id: int) -> Answer:
    tender = draft_for(tender_id)
    form = ReplaceLotsForm(data={"seen": str(tender.revision)})
    faults: list[str] = []
    if form.validate_on_submit():
        schedule = uploaded(form, form.schedule.data, faults)
        if schedule is not None:
            with kept(form, tender):
                changing_lots.replace_lots(
                    db.session,
                    actor=current_person(),
                    now=now(),
                    tender=tender,
                    schedule=schedule,
                    seen=form.revision,
                )
                flash(f"The tender now has the {len(schedule.rows)} lots of your schedule.")
                return redirect(url_for("procurements.lots", tender_id=tender_id))
    return render_template(
        "procurements/upload.html", form=form, tender=tender, faults=faults, multipart=True
    )


@blueprint.route("/<int:tender_id>/add-lot", methods=["GET", "POST"])
@requires("tender.set_up")
def add_lot(tender_id: int) -> Answer:
    tender = draft_for(tender_id)
    form = LotForm.showing(tender, None)
    if form.validate_on_submit():
        with kept(form, tender):
            row = form.row()
            changing_lots.add_lot(
                db.session,
                actor=current_person(),
                now=now(),
                tender=tender,
                row=row,
                seen=form.revision,
            )
            flash(f"Lot {row.code} is added.")
            return redirect(url_for("procurements.lots", tender_id=tender_id))
    return render_template("procurements/lot.html", form=form, tender=tender, lot=None)


@blueprint.route("/<int:tender_id>/lots/<code>", methods=["GET", "POST"])
@requires("tender.set_up")
def lot(tender_id: int, code: str) -> Answer:
    tender = draft_for(tender_id)
    shown = lot_of(tender, code)
    form = LotForm.showing(tender, shown)
    if form.validate_on_submit():
        with kept(form, tender):
            changing_lots.change_lot(
                db.session,
                actor=current_person(),
                now=now(),
                tender=tender,
                code=code,
                row=form.row(),
                seen=form.revision,
            )
            flash(f"Lot {form.code.data} is saved.")
            return redirect(url_for("procurements.lots", tender_id=tender_id))
    return render_template("procurements/lot.html", form=form, tender=tender, lot=shown)


@blueprint.route("/<int:tender_id>/lots/<code>/remove", methods=["GET", "POST"])
@requires("tender.set_up")
def remove_lot(tender_id: int, code: str) -> Answer:
    tender = draft_for(tender_id)
    shown = lot_of(tender, code)
    form = ConfirmForm(data={"seen": str(tender.revision)})
    if form.validate_on_submit():
        with kept(form, tender):
            changing_lots.remove_lot(
                db.session,
                actor=current_person(),
                now=now(),
                tender=tender,
                code=code,
                seen=form.revision,
            )
            flash(f"Lot {code} is removed.")
            return redirect(url_for("procurements.lots", tender_id=tender_id))
    return render_template(
        "procurements/remove.html",
        form=form,
        tender=tender,
        what=f"lot {shown.code} {shown.zone}",
        back=url_for("procurements.lots", tender_id=tender_id),
    )


@blueprint.route("/<int:tender_id>/add-limit", methods=["GET", "POST"])
@requires("tender.set_up")
def add_limit(tender_id: int) -> Answer:
    return _limit_page(tender_id, None)


@blueprint.route("/<int:tender_id>/limits/<code>", methods=["GET", "POST"])
@requires("tender.set_up")
def limit(tender_id: int, code: str) -> Answer:
    return _limit_page(tender_id, code)


def _limit_page(tender_id: int, code: str | None) -> Answer:
    tender = draft_for(tender_id)
    group = next((each for each in tender.groups if each.code == code), None)
    if code is not None and group is None:
        raise NotFound("There is no such group in this tender.")
    shown: dict[str, object] = {"seen": str(tender.revision)}
    if group is not None:
        shown |= {"code": group.code, "most_lots": group.most_lots}
        shown["lot_codes"] = [each.code for each in group.lots]
    form = LimitForm(data=shown)
    form.offer(tender)
    if form.validate_on_submit():
        with kept(form, tender):
            changing_lots.set_group(
                db.session,
                actor=current_person(),
                now=now(),
                tender=tender,
                # a group keeps its name: it is what the page was about
                code=code or form.code.data or "",
                most_lots=form.most_lots.data,
                lot_codes=list(form.lot_codes.data or []),
                seen=form.revision,
            )
            flash("The limit is saved.")
            return redirect(url_for("procurements.lots", tender_id=tender_id))
    return render_template("procurements/limit.html", form=form, tender=tender, group=group)


@blueprint.post("/<int:tender_id>/limits/<code>/remove")
@requires("tender.set_up")
def remove_limit(tender_id: int, code: str) -> Answer:
    tender = draft_for(tender_id)
    changing_lots.remove_group(db.session, actor=current_person(), now=now(), tender=tender, code=code)
    flash(f"The limit for {code} is taken away. The lots stay.")
    return redirect(url_for("procurements.lots", tender_id=tender_id))
