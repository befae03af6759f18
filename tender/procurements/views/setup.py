"""Tenders: the list, a new one, its home page, its details."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from lots import states
from lots.catalogue import SERVICES
from lots.refusal import Conflict, Refusal
from lots.schedule import Schedule, ScheduleRefused, read_schedule
from lots.spreadsheet import MOST_BYTES
from lots.tender import Tender
from tender.frame.context import current_person, db, now, refusals, refuse
from tender.frame.paging import Page, page_number
from tender.frame.permissions import requires
from tender.procurements import pages
from tender.procurements.access import matching, seen_by, tender_for
from tender.procurements.blueprint import Answer, blueprint
from tender.procurements.forms.fields import DraftForm
from tender.procurements.forms.setup import CatalogueForm, DetailsForm, UploadForm
from tender.procurements.operations import setting_up
from tender.procurements.operations.holding import read_whole
from tender.procurements.operations.setting_up import BUYER

LONGEST_FAULTS = 100
"""Faults of an upload that a page lists; more would help nobody."""


@blueprint.get("/")
@requires("tender.see")
def everything() -> Answer:
    words = request.args.get("search", "").strip()[:100]
    chosen = select(Tender).where(seen_by(current_person())).order_by(Tender.id.desc())
    if words:
        chosen = chosen.where(matching(words))
    tenders = Page.of(db.session, chosen, page_number())
    stages = {tender.id: states.stage(tender, now()) for tender in tenders.rows}
    return render_template(
        "procurements/all.html",
        tenders=tenders,
        stages=stages,
        words=words,
        on_panels_only=not current_person().roles & {"officer", "approver", "auditor"},
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires("tender.set_up")
def new() -> Answer:
    form = CatalogueForm(data={"buyer": _last_buyer()})
    if form.validate_on_submit():
        with refusals(form):
            tender = setting_up.create_from_catalogue(
                db.session,
                actor=current_person(),
                now=now(),
                service=form.service.data,
                reference=form.reference.data or "",
                title=form.title.data or "",
                buyer=form.buyer.data or "",
            )
            flash(f"{tender.reference} is created as a draft.")
            return redirect(url_for("procurements.home", tender_id=tender.id))
    hints = [{"hint": {"text": service.summary}} for service in SERVICES.values()]
    return render_template("procurements/new.html", form=form, service_hints=hints)


@blueprint.route("/new/upload", methods=["GET", "POST"])
@requires("tender.set_up")
def new_from_schedule() -> Answer:
    form = UploadForm(data={"buyer": _last_buyer()})
    faults: list[str] = []
    if form.validate_on_submit():
        schedule = uploaded(form, form.schedule.data, faults)
        if schedule is not None:
            with refusals(form):
                tender = setting_up.create_from_schedule(
                    db.session,
                    actor=current_person(),
                    now=now(),
                    service=form.service.data,
                    reference=form.reference.data or "",
                    title=form.title.data or "",
                    buyer=form.buyer.data or "",
                    schedule=schedule,
                )
                flash(f"{tender.reference} is created as a draft, with {len(schedule.rows)} lots.")
                return redirect(url_for("procurements.lots", tender_id=tender.id))
    return render_template("procurements/upload_new.html", form=form, faults=faults, multipart=True)


def uploaded(form: DraftForm | UploadForm, file: object, faults: list[str]) -> Schedule | None:
    """The schedule in an uploaded file; None with the form refused and `faults` listed where it is wrong."""
    if not isinstance(file, FileStorage) or not file.filename:
        refuse(form, Refusal("Choose a file", "schedule"))
        return None
    name = file.filename.replace("\\", "/").rsplit("/", 1)[-1][:100]
    try:
        with file.stream as stream:
            # one byte more than the limit tells that there are too many, without reading them all
            return read_schedule(name, stream.read(MOST_BYTES + 1))
    except ScheduleRefused as error:
        told = [str(fault) for fault in error.faults]
        faults += told[:LONGEST_FAULTS]
        if len(told) == 1:
            refuse(form, Refusal(told[0].rstrip("."), "schedule"))
            faults.clear()
        else:
            message = f"The schedule has {len(told)} faults, listed below. Nothing was saved"
            refuse(form, Refusal(message, "schedule"))
        if len(told) > LONGEST_FAULTS:
            faults.append(f"… and {len(told) - LONGEST_FAULTS} more.")
        return None


@blueprint.get("/<int:tender_id>")
@requires("tender.see")
def home(tender_id: int) -> Answer:
    person = current_person()
    tender = tender_for(db.session, person, tender_id)
    return render_template("procurements/home.html", page=pages.home(db.session, tender, person, now()))


@blueprint.route("/<int:tender_id>/details", methods=["GET", "POST"])
@requires("tender.set_up")
def details(tender_id: int) -> Answer:
    tender = draft_for(tender_id)
    form = DetailsForm.showing(tender)
    if form.validate_on_submit():
        with kept(form, tender):
            setting_up.change_details(
                db.session,
                actor=current_person(),
                now=now(),
                tender=tender,
                seen=form.revision,
                title=form.title.data or "",
                buyer=form.buyer.data or "",
                description=form.description.data or "",
                deadline=form.deadline(tender.deadline),
                standstill_offered=form.standstill.data == "yes",
            )
            flash("The details are saved.")
            return redirect(url_for("procurements.home", tender_id=tender.id))
    return render_template("procurements/details.html", form=form, tender=tender)


def draft_for(tender_id: int) -> Tender:
    """The tender, if it is still a draft: its set-up pages offer nothing afterwards."""
    tender = tender_for(db.session, current_person(), tender_id)
    states.require(tender, now(), states.DRAFT)
    read_whole(db.session, tender)
    return tender


@contextmanager
def kept(form: DraftForm, tender: Tender) -> Iterator[None]:
    """As `refusals`; and where somebody else changed the draft meanwhile, what was typed stays in the form.

    Sent again, it is saved over the other's change, knowingly.
    """
    try:
        with refusals(form):
            yield
    except Conflict as conflict:
        refuse(form, Refusal(conflict.message))
        if states.stage(tender, now()) != states.DRAFT:
            raise
        form.form_errors[-1] += (
            " What you typed is still here. Look at theirs, then save again to keep yours."
        )
        form.now_at(tender)


def _last_buyer() -> str:
    return db.session.scalar(select(Tender.buyer).order_by(Tender.id.desc()).limit(1)) or BUYER
