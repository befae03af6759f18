"""Tenders: the list, a new one, its home page, its details."""

from __future__ import annotations

import io

from flask import render_template, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from lots import states
from lots.catalogue import SERVICES
from lots.refusal import Refusal
from lots.schedule import Schedule, read_schedule_file, write_schedule
from lots.schedule_headings import ScheduleRefused
from lots.tender import Tender
from tender.frame.context import aside, current_person, db, now
from tender.frame.formats import plural
from tender.frame.paging import Page, page_number
from tender.frame.permissions import requires
from tender.frame.view_results import ViewResult, caller, form_page, redirect_with
from tender.procurements import pages
from tender.procurements.access import matching, seen_by, tender_for
from tender.procurements.blueprint import blueprint
from tender.procurements.forms.setup import CatalogueForm, DetailsForm, ReplaceLotsForm, UploadForm
from tender.procurements.operations import setting_up
from tender.procurements.operations.setting_up import BUYER
from tender.procurements.views.drafts import draft_caller, draft_for, draft_page

HOME = "procurements.home"
LONGEST_FAULTS = 100
"""Faults of an upload that a page lists; more would help nobody."""


@blueprint.get("/")
@requires("tender.see")
def everything() -> ViewResult:
    search = request.args.get("search", "").strip()[:100]
    chosen = select(Tender).where(seen_by(current_person())).order_by(Tender.id.desc())
    if search:
        chosen = chosen.where(matching(search))
    tenders = Page.of(db.session, chosen, page_number())
    stages = {tender.id: states.stage(tender, now()) for tender in tenders.rows}
    return render_template(
        "procurements/all.html",
        tenders=tenders,
        stages=stages,
        search=search,
        on_panels_only=not current_person().roles & {"officer", "approver", "auditor"},
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires("tender.set_up")
def new() -> ViewResult:
    form = CatalogueForm(data={"buyer": _last_buyer()})

    def create() -> ViewResult:
        tender = setting_up.create_from_catalogue(
            **caller(),
            service=form.service.data,
            reference=form.reference.data or "",
            title=form.title.data or "",
            buyer=form.buyer.data or "",
        )
        return redirect_with(f"{tender.reference} is created as a draft.", HOME, tender_id=tender.id)

    hints = [{"hint": {"text": service.summary}} for service in SERVICES.values()]
    return form_page(form, create, "procurements/new.html", service_hints=hints)


@blueprint.route("/new/upload", methods=["GET", "POST"])
@requires("tender.set_up")
def new_from_schedule() -> ViewResult:
    form = UploadForm(data={"buyer": _last_buyer()})
    faults: list[str] = []

    def create() -> ViewResult:
        schedule = schedule_sent(form, faults)
        if is_to_check(form, schedule):
            return check_page(form, schedule, url_for("procurements.new_from_schedule"))
        tender = setting_up.create_from_schedule(
            **caller(),
            service=form.service.data,
            reference=form.reference.data or "",
            title=form.title.data or "",
            buyer=form.buyer.data or "",
            schedule=schedule,
        )
        message = f"{tender.reference} is created as a draft, with {plural(len(schedule.rows), 'lot')}."
        return redirect_with(message, "procurements.lots", tender_id=tender.id)

    return form_page(form, create, "procurements/upload_new.html", faults=faults, multipart=True)


def schedule_sent(form: UploadForm | ReplaceLotsForm, faults: list[str]) -> Schedule:
    """The schedule in the file of a form, or that which the officer has seen and sends again."""
    if not form.reading.data:
        return uploaded(form.schedule.data, faults)
    return uploaded(FileStorage(io.BytesIO(form.reading.data.encode()), "lots.csv"), faults)


def is_to_check(form: UploadForm | ReplaceLotsForm, schedule: Schedule) -> bool:
    """Whether the officer has to see first how the file was read."""
    return schedule.is_to_check and not form.reading.data


def check_page(form: UploadForm | ReplaceLotsForm, schedule: Schedule, back: str) -> ViewResult:
    """What was read of a file, before anything is saved; sending it makes the change."""
    apart = {"csrf_token", "schedule", "reading", "submit"}
    return render_template(
        "procurements/upload_check.html",
        form=form,
        schedule=schedule,
        back=back,
        kept=[(field.name, field.data) for field in form if field.name not in apart],
        reading=write_schedule(schedule).decode("utf-8-sig"),
    )


def uploaded(file: object, faults: list[str]) -> Schedule:
    """The schedule in an uploaded file. Raises Refusal, with `faults` listed where there are several."""
    if not isinstance(file, FileStorage) or not file.filename:
        raise Refusal("Choose a file", "schedule")
    name = file.filename.replace("\\", "/").rsplit("/", 1)[-1][:100]
    try:
        with aside(), file.stream as stream:
            return read_schedule_file(name, stream)
    except ScheduleRefused as error:
        messages = [str(fault) for fault in error.faults]
        if len(messages) == 1:
            raise Refusal(messages[0].rstrip("."), "schedule") from error
        faults += messages[:LONGEST_FAULTS]
        if len(messages) > LONGEST_FAULTS:
            faults.append(f"… and {len(messages) - LONGEST_FAULTS} more.")
        message = f"The schedule has {len(messages)} faults, listed below. Nothing was saved"
        raise Refusal(message, "schedule") from error


@blueprint.get("/<int:tender_id>")
@requires("tender.see")
def home(tender_id: int) -> ViewResult:
    person = current_person()
    tender = tender_for(db.session, person, tender_id)
    return render_template("procurements/home.html", page=pages.home(db.session, tender, person, now()))


@blueprint.route("/<int:tender_id>/details", methods=["GET", "POST"])
@requires("tender.set_up")
def details(tender_id: int) -> ViewResult:
    tender = draft_for(tender_id)
    form = DetailsForm.showing(tender)

    def change() -> ViewResult:
        setting_up.change_details(
            **draft_caller(tender, form),
            title=form.title.data or "",
            buyer=form.buyer.data or "",
            contact_name=form.contact_name.data or "",
            contact_email=form.contact_email.data or "",
            description=form.description.data or "",
            deadline=form.deadline(tender.deadline),
            standstill_offered=form.standstill.data == "yes",
        )
        return redirect_with("The details are saved.", HOME, tender_id=tender_id)

    return draft_page(tender, form, change, "procurements/details.html")


def _last_buyer() -> str:
    return db.session.scalar(select(Tender.buyer).order_by(Tender.id.desc()).limit(1)) or BUYER
