"""Pages of moderation: the overview, one bid on one question side by side, and the lock."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from lots import panel, states
from lots.chain import id_of
from lots.confirmation import StepRequest
from lots.refusal import Conflict, NotPermitted, Refusal, Refusals
from lots.tender import Tender, find_tender
from tender.confirming.pages import Irreversible, confirm_page, needs_second
from tender.eligibility.to_mark import Item
from tender.frame.context import current_person, db, now, refusals, refuse
from tender.frame.formats import sentence_list
from tender.frame.numbers import whole_number
from tender.frame.permissions import may, requires
from tender.frame.view_results import ViewResult, caller, form_page
from tender.marking.counting import progress
from tender.marking.pages import answer_to
from tender.moderation import pages
from tender.moderation.access import may_see_marks
from tender.moderation.forms import AgreeForm, MeetingForm
from tender.moderation.moderation_table import Moderated, ModerationTable, moderation_table
from tender.moderation.operations import agreeing, attending, opening
from tender.moderation.operations.attending import attendance_today

blueprint = Blueprint("moderation", __name__)


@blueprint.get("/tenders/<int:tender_id>/moderation")
@requires("moderation.see")
def overview(tender_id: int) -> ViewResult:
    tender = find_tender(db.session, tender_id)
    sees = may_see_marks(db.session, tender, current_person())
    table = moderation_table(db.session, tender)
    moderates = _moderates(tender)
    show = request.args.get("show", "all")
    missing: list[str] = []
    if moderates and tender.state == states.MARKING:
        missing = opening.missing_for_moderation(db.session, tender, table)
    elif moderates and tender.state == states.MODERATION:
        missing = opening.missing_for_locking(db.session, tender, table)
    return render_template(
        "moderation/overview.html",
        tender=tender,
        sees=sees,
        moderates=moderates,
        overview=pages.Overview(table, show if show in pages.SHOW else "all"),
        shows=pages.SHOW,
        rows=progress(db.session, tender, table.plan, list(table.seats)),
        following=pages.following(table) if sees else None,
        missing=missing,
        attendance=attendance_today(db.session, tender, now()) if tender.state == states.MODERATION else None,
        conflicts_waiting=sum(len(seat.waiting) for seat in table.seats),
    )


def _moderates(tender: Tender) -> bool:
    return may("moderation.moderate") and panel.sits_on(db.session, tender, current_person(), panel.MODERATOR)


@blueprint.post("/tenders/<int:tender_id>/moderation/open")
@requires("moderation.moderate")
def open_(tender_id: int) -> ViewResult:
    tender = find_tender(db.session, tender_id)
    opening.open_moderation(**caller(), tender=tender)
    flash("Moderation is open. The evaluators’ own marks now stand.")
    return redirect(url_for("moderation.overview", tender_id=tender_id))


@blueprint.route("/tenders/<int:tender_id>/moderation/lock", methods=["GET", "POST"])
@requires("quality.lock")
def lock(tender_id: int) -> ViewResult:
    tender = find_tender(db.session, tender_id)
    may_see_marks(db.session, tender, current_person())
    overview = url_for("moderation.overview", tender_id=tender_id)
    if tender.state in {states.QUALITY_LOCKED, *states.AFTER_PRICES}:
        flash("Quality is locked already.")
        return redirect(overview)
    states.require(tender, now(), states.MODERATION)
    moderates = _moderates(tender)
    if not moderates and not needs_second("lock-quality"):
        raise NotPermitted("You are not the moderator of this tender.")
    table = moderation_table(db.session, tender)
    missing = opening.missing_for_locking(db.session, tender, table)
    if missing:
        raise Refusals([Refusal(sentence) for sentence in missing])
    step = Irreversible(
        key="lock-quality",
        title="Lock quality",
        button="Lock quality",
        changes=pages.what_locking_changes(table),
        undone="After this nobody can change a mark, a reason or the panel.",
        back=overview,
        stay="Do not lock quality yet",
    )

    def take(_reason: str, asked: StepRequest | None) -> ViewResult:
        opening.lock_quality(**caller(), tender=tender, asked_by=asked.by if asked else None)
        flash("Quality is locked. Prices can now be opened.")
        return redirect(overview)

    return confirm_page(step, tender, take, asks=moderates)


@blueprint.route("/tenders/<int:tender_id>/moderation/<alias>/<code>", methods=["GET", "POST"])
@requires("moderation.see")
def item(tender_id: int, alias: str, code: str) -> ViewResult:
    tender = find_tender(db.session, tender_id)
    if not may_see_marks(db.session, tender, current_person()):
        raise NotPermitted("The marks are not shown before moderation opens.")
    table = moderation_table(db.session, tender)
    moderated = table.find(alias, code)
    form = AgreeForm.on(moderated)
    status = 200
    if form.validate_on_submit():
        try:
            with refusals(form):
                agreeing.agree_mark(
                    **caller(),
                    tender=tender,
                    bid=moderated.item.bid,
                    question=moderated.item.question,
                    mark=whole_number(form.mark.data),
                    reasons=form.reasons.data or "",
                    discussion=form.discussion.data or "",
                    change_reason=form.change_reason.data or "",
                    outside_reason=form.outside_reason.data or "",
                    sure=form.sure.data,
                    seen=form.seen.data,
                )
                return _onward(tender, table, moderated)
        except Conflict as conflict:
            refuse(form, conflict)
            table, status = moderation_table(db.session, tender), 409
            moderated = table.find(alias, code)
            form.seen.data = id_of(moderated.agreed)
    return _item_page(tender, table, moderated, form), status


@blueprint.route("/tenders/<int:tender_id>/moderation/meeting", methods=["GET", "POST"])
@requires("moderation.moderate")
def meeting(tender_id: int) -> ViewResult:
    """Who is at the meeting, once for the meeting."""
    tender = find_tender(db.session, tender_id)
    states.require(tender, now(), states.MODERATION)
    panel.require_moderator(db.session, tender, current_person())
    people = pages.evaluators_of(db.session, tender)
    form = MeetingForm()
    form.offer(people)

    def record() -> ViewResult:
        said = attending.record_attendance(**caller(), tender=tender, present=form.chosen(people))
        names = sentence_list([person.name for person in said.people])
        flash(f"At the meeting: {names}.")
        following = pages.following(moderation_table(db.session, tender))
        if following is None:
            return redirect(url_for("moderation.overview", tender_id=tender_id))
        return redirect(_address(tender, following))

    said = attendance_today(db.session, tender, now())
    return form_page(form, record, "moderation/meeting.html", tender=tender, said=said)


def _item_page(tender: Tender, table: ModerationTable, moderated: Moderated, form: AgreeForm) -> str:
    one: Item = moderated.item
    return render_template(
        "moderation/item.html",
        form=form,
        tender=tender,
        row=moderated,
        item=one,
        answer=answer_to(db.session, one),
        own_history=pages.own_history(db.session, one),
        agreed_history=pages.agreed_history(db.session, one),
        following=pages.following(table, moderated),
        settled=sum(1 for row in table.rows if row.settled),
        total=len(table.rows),
        attendance=attendance_today(db.session, tender, now()) if tender.state == states.MODERATION else None,
        can_agree=_moderates(tender) and (tender.state == states.MODERATION or form.is_submitted()),
    )


def _onward(tender: Tender, table: ModerationTable, moderated: Moderated) -> ViewResult:
    """To the next bid and question without an agreed mark, or to the overview after the last."""
    following = pages.following(table, moderated)
    where = f"Provider {moderated.item.alias}, {moderated.item.question.code}"
    if following is None:
        flash(f"{where} is saved. Every mark is agreed.")
        return redirect(url_for("moderation.overview", tender_id=tender.id))
    flash(f"{where} is saved.")
    return redirect(_address(tender, following))


def _address(tender: Tender, row: Moderated) -> str:
    return url_for("moderation.item", tender_id=tender.id, alias=row.item.alias, code=row.item.question.code)
