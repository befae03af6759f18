"""Taking a tender through its first stages: panel, publication, opening; and cancelling it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template, request

from lots import draw, states
from lots.panel import EVALUATOR, MODERATOR
from lots.person import Person
from lots.refusal import NotFound, Refusal
from lots.tender import Opening, Tender
from tender.frame.context import current_person, db, now, seal
from tender.frame.downloads import download
from tender.frame.numbers import whole_number
from tender.frame.permissions import SIGNED_IN, requires
from tender.frame.view_results import ViewResult, caller, form_page, redirect_with
from tender.procurements import pages
from tender.procurements.access import published_tender, tender_for
from tender.procurements.blueprint import blueprint
from tender.procurements.forms.setup import ConfirmForm, PanelForm, PublicForm, ReasonForm
from tender.procurements.operations import cancelling, changing_panel, opening_bids, publishing
from tender.procurements.operations.cancelling import LOT_STAGES
from tender.procurements.operations.holding import lot_of
from tender.procurements.views.drafts import draft_caller, draft_for

ROLES = (EVALUATOR, MODERATOR)


@blueprint.get("/<int:tender_id>/panel")
@requires("tender.set_up")
def panel(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    is_draft = states.stage(tender, now()) == states.DRAFT
    return render_template(
        "procurements/panel.html",
        tender=tender,
        page=pages.panel(db.session, tender),
        is_draft=is_draft,
    )


@blueprint.route("/<int:tender_id>/panel/<any(evaluator, moderator):role>", methods=["GET", "POST"])
@requires("tender.set_up")
def name_member(tender_id: int, role: str) -> ViewResult:
    tender = draft_for(tender_id)
    form = PanelForm()
    people = pages.candidates(db.session, tender, role)
    form.offer(people)

    def name() -> ViewResult:
        person = _person(form.person.data)
        changing_panel.name_panel_member(**caller(), tender=tender, person=person, role=role)
        message = f"{person.name} is {'the moderator' if role == MODERATOR else 'an evaluator'}."
        return redirect_with(message, "procurements.panel", tender_id=tender_id)

    return form_page(form, name, "procurements/name_member.html", tender=tender, role=role, people=people)


@blueprint.post("/<int:tender_id>/panel/remove")
@requires("tender.set_up")
def remove_member(tender_id: int) -> ViewResult:
    tender = draft_for(tender_id)
    person = _person(request.form.get("person"))
    changing_panel.remove_panel_member(**caller(), tender=tender, person=person)
    return redirect_with(
        f"{person.name} is no longer on the panel.", "procurements.panel", tender_id=tender_id
    )


def _person(number: str | None) -> Person:
    """The person with that id, as a form sends it."""
    if not number:
        raise Refusal("Select a person", "person")
    person = db.session.get(Person, whole_number(number))
    if person is None:
        raise NotFound("There is no such person.")
    return person


@blueprint.route("/<int:tender_id>/publish", methods=["GET", "POST"])
@requires("tender.publish")
def publish(tender_id: int) -> ViewResult:
    tender = draft_for(tender_id)
    form = ConfirmForm(data={"seen": tender.revision})

    def publish() -> ViewResult:
        publishing.publish(**draft_caller(tender, form), seal=seal())
        message = f"{tender.reference} is published and open for bids."
        return redirect_with(message, "procurements.home", tender_id=tender_id)

    # a Conflict gets its own page: the officer has to read what changed before publishing
    page = pages.publication(db.session, tender, now())
    return form_page(form, publish, "procurements/publish.html", tender=tender, page=page)


@blueprint.get("/<int:tender_id>/published")
@requires(SIGNED_IN)
def published(tender_id: int) -> ViewResult:
    """The frozen rules, for everybody with an account."""
    tender = published_tender(db.session, tender_id)
    return render_template("procurements/published.html", tender=tender, page=pages.published(tender))


@blueprint.get("/<int:tender_id>/published.json")
@requires(SIGNED_IN)
def published_json(tender_id: int) -> ViewResult:
    """The same bytes whose hash was published."""
    tender = published_tender(db.session, tender_id)
    return download(tender.rules_text or "", f"rules-{tender.id}.json", "application/json")


@blueprint.get("/<int:tender_id>/opening")
@requires("tender.see")
def opening(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    if tender.rules_text is None:
        raise NotFound("There is no opening before a tender is published.")
    return render_template("procurements/opening.html", form=PublicForm(), **_opening_page(tender))


def _opening_page(tender: Tender) -> dict[str, Any]:
    opening = db.session.get(Opening, tender.id)
    typed = draw.entries(db.session, tender).get(opening.first_id) if opening else None
    return {
        "tender": tender,
        "opening": opening,
        "stage": states.stage(tender, now()),
        "count": pages.opened_count(db.session, tender),
        "source": draw.source_of(tender),
        "typed": typed,
        "drawn": db.session.get(draw.Draw, tender.id),
    }


@blueprint.post("/<int:tender_id>/opening/request")
@requires("tender.open")
def request_opening(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    form = PublicForm()

    def request() -> ViewResult:
        opening_bids.request_opening(**caller(), tender=tender, public=form.public.data)
        message = "You asked for the bids to be opened. Another officer has to complete it."
        return redirect_with(message, "procurements.opening", tender_id=tender_id)

    return _typed_in(tender, form, request)


@blueprint.post("/<int:tender_id>/opening/correct")
@requires("tender.open")
def correct_public(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    form = PublicForm()

    def correct() -> ViewResult:
        opening_bids.correct_public(**caller(), tender=tender, public=form.public.data or "")
        return redirect_with("What you typed is corrected.", "procurements.opening", tender_id=tender_id)

    return _typed_in(tender, form, correct)


@blueprint.post("/<int:tender_id>/opening/complete")
@requires("tender.open")
def complete_opening(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    form = PublicForm()

    def complete() -> ViewResult:
        count = opening_bids.complete_opening(**caller(), seal=seal(), tender=tender, public=form.public.data)
        message = "1 bid is opened." if count == 1 else f"{count} bids are opened."
        return redirect_with(message, "procurements.opening", tender_id=tender_id)

    return _typed_in(tender, form, complete)


def _typed_in(tender: Tender, form: PublicForm, step: Callable[[], ViewResult]) -> ViewResult:
    """Take a step of the opening; where it is refused, what was typed stays in the form."""
    if draw.source_of(tender) is None:
        return step()
    return form_page(form, step, "procurements/opening.html", **_opening_page(tender))


@blueprint.route("/<int:tender_id>/cancel", methods=["GET", "POST"])
@requires("tender.cancel")
def cancel(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    at = states.stage(tender, now())
    if states.CANCELLED not in states.STAGES[at].moves:
        raise Refusal(f"A tender at “{states.NAMES[at]}” cannot be cancelled.")
    form = ReasonForm()

    def cancel() -> ViewResult:
        cancelling.cancel(**caller(), tender=tender, reason=form.reason.data or "")
        return redirect_with(f"{tender.reference} is cancelled.", "procurements.home", tender_id=tender_id)

    return form_page(form, cancel, "procurements/cancel.html", tender=tender, lot=None, stage=at)


@blueprint.route("/<int:tender_id>/lots/<code>/cancel", methods=["GET", "POST"])
@requires("tender.cancel")
def cancel_lot(tender_id: int, code: str) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    at = states.stage(tender, now())
    states.require(tender, now(), *LOT_STAGES)
    lot = lot_of(tender, code)
    form = ReasonForm()
    form.submit.label.text = f"Cancel lot {code}"

    def cancel() -> ViewResult:
        cancelling.cancel_lot(**caller(), tender=tender, lot=lot, reason=form.reason.data or "")
        return redirect_with(f"Lot {code} is cancelled.", "procurements.lots", tender_id=tender_id)

    return form_page(form, cancel, "procurements/cancel.html", tender=tender, lot=lot, stage=at)
