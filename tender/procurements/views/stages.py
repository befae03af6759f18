"""Taking a tender through its first stages: publication, opening; and cancelling it."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from lots import alike, draw, states
from lots.confirmation import StepRequest
from lots.refusal import NotFound, Refusal, Refusals
from lots.tender import Opening, Tender
from tender.confirming.pages import Irreversible, confirm_page
from tender.frame.context import current_person, db, now, seal
from tender.frame.downloads import download
from tender.frame.permissions import SIGNED_IN, requires
from tender.frame.view_results import ViewResult, caller, form_page, redirect_with
from tender.procurements import consequences, pages
from tender.procurements.access import published_tender, tender_for
from tender.procurements.blueprint import blueprint
from tender.procurements.forms.setup import PublicForm
from tender.procurements.operations import cancelling, opening_bids, publishing
from tender.procurements.operations.cancelling import LOT_STAGES
from tender.procurements.operations.holding import lot_of
from tender.procurements.views.drafts import draft_for

HOME = "procurements.home"


@blueprint.get("/<int:tender_id>/publish")
@requires("tender.publish")
def publish(tender_id: int) -> ViewResult:
    """Everything to look at before publication, and what is missing."""
    tender = draft_for(tender_id)
    page = pages.publication(db.session, tender, now())
    return render_template("procurements/publish.html", tender=tender, page=page)


@blueprint.route("/<int:tender_id>/publish/confirm", methods=["GET", "POST"])
@requires("tender.publish")
def confirm_publication(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    if tender.rules_text is not None:
        return redirect_with("The tender is published already.", HOME, tender_id=tender_id)
    states.require(tender, now(), states.DRAFT)
    found = publishing.gaps(db.session, tender, now())
    if found:
        raise Refusals([Refusal(gap.message) for gap in found])
    step = Irreversible(
        key="publish",
        title="Publish the tender",
        button="Publish the tender",
        changes=consequences.what_publication_changes(db.session, tender),
        undone="After publication nobody can change lots, questions, weights, rules or deadline.",
        back=url_for("procurements.publish", tender_id=tender_id),
        stay="Do not publish yet",
        revision=tender.revision,
    )

    def take(_reason: str, asked: StepRequest | None) -> ViewResult:
        asked_by = asked.by if asked else None
        publishing.publish(**caller(), seal=seal(), tender=tender, seen=step.revision, asked_by=asked_by)
        return redirect_with(f"{tender.reference} is published and open for bids.", HOME, tender_id=tender_id)

    return confirm_page(step, tender, take)


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
    typed = draw.entries(db.session, tender) if opening else {}
    mine, first = typed.get(current_person().id), typed.get(opening.first_id) if opening else None
    return {
        "tender": tender,
        "opening": opening,
        "stage": states.stage(tender, now()),
        "count": pages.opened_count(db.session, tender),
        "source": draw.source_of(tender),
        "typed": first,
        "agreed": mine is not None and first is not None and mine.value == first.value,
        "drawn": db.session.get(draw.Draw, tender.id),
        "alike": bool(alike.registered(db.session)),
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

    if draw.source_of(tender) is None:
        return request()
    return form_page(form, request, "procurements/opening.html", **_opening_page(tender))


@blueprint.post("/<int:tender_id>/opening/typed")
@requires("tender.open")
def type_public(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    form = PublicForm()

    def type_in() -> ViewResult:
        opening_bids.type_public(**caller(), tender=tender, public=form.public.data or "")
        return redirect_with("What you typed is kept.", "procurements.opening", tender_id=tender_id)

    return form_page(form, type_in, "procurements/opening.html", **_opening_page(tender))


@blueprint.route("/<int:tender_id>/opening/complete", methods=["GET", "POST"])
@requires("tender.open")
def complete_opening(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    at_opening = url_for("procurements.opening", tender_id=tender_id)
    if tender.opened_at is not None:
        return redirect_with("The bids are opened already.", "procurements.opening", tender_id=tender_id)
    states.require(tender, now(), states.CLOSED)
    opening = opening_bids.require_second(db.session, tender, current_person())
    step = Irreversible(
        key="open-bids",
        title="Open the bids",
        button="Open the bids",
        changes=[
            f"{opening.first.name} asked for the opening, and you complete it.",
            "Every bid is unsealed and checked against the hash on its receipt, and gets a letter. If one "
            "cannot be opened, none is.",
            "Officers, approvers and auditors see who bid and what they answered. Prices stay sealed.",
        ],
        undone="Bids that were opened cannot be sealed again.",
        back=at_opening,
        stay="Do not open the bids yet",
    )

    def take(_reason: str, _asked: StepRequest | None) -> ViewResult:
        count = opening_bids.complete_opening(**caller(), seal=seal(), tender=tender)
        message = "1 bid is opened." if count == 1 else f"{count} bids are opened."
        return redirect_with(message, "procurements.opening", tender_id=tender_id)

    return confirm_page(step, tender, take)


@blueprint.route("/<int:tender_id>/cancel", methods=["GET", "POST"])
@requires("tender.cancel")
def cancel(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    at = states.stage(tender, now())
    if at == states.CANCELLED:
        return redirect_with("The tender is cancelled already.", HOME, tender_id=tender_id)
    if states.CANCELLED not in states.STAGES[at].moves:
        raise Refusal(f"A tender at “{states.NAMES[at]}” cannot be cancelled.")
    step = Irreversible(
        key="cancel",
        title="Cancel this tender",
        button="Cancel tender",
        changes=consequences.what_cancelling_changes(db.session, tender, at),
        undone="A cancelled draft cannot be taken up again."
        if at == states.DRAFT
        else "No contract will be awarded. The tender cannot be taken up again.",
        back=url_for(HOME, tender_id=tender_id),
        stay="Do not cancel",
        reasoned=True,
    )

    def take(reason: str, asked: StepRequest | None) -> ViewResult:
        asked_by = asked.by if asked else None
        cancelling.cancel(**caller(), tender=tender, reason=reason, asked_by=asked_by)
        return redirect_with(f"{tender.reference} is cancelled.", HOME, tender_id=tender_id)

    return confirm_page(step, tender, take)


@blueprint.route("/<int:tender_id>/lots/<code>/cancel", methods=["GET", "POST"])
@requires("tender.cancel")
def cancel_lot(tender_id: int, code: str) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    states.require(tender, now(), *LOT_STAGES)
    lot = lot_of(tender, code)
    if lot.cancelled_at is not None:
        message = f"Lot {lot.code} is cancelled already."
        return redirect_with(message, "procurements.lots", tender_id=tender_id)
    step = Irreversible(
        key="cancel-lot",
        subject=lot.code,
        title=f"Cancel lot {lot.code} {lot.zone}",
        button=f"Cancel lot {lot.code}",
        changes=consequences.what_cancelling_a_lot_changes(db.session, tender, lot),
        undone="Nothing will be awarded in this lot, and it cannot come back.",
        back=url_for("procurements.lots", tender_id=tender_id),
        stay="Do not cancel",
        reasoned=True,
    )

    def take(reason: str, asked: StepRequest | None) -> ViewResult:
        asked_by = asked.by if asked else None
        cancelling.cancel_lot(**caller(), tender=tender, lot=lot, reason=reason, asked_by=asked_by)
        return redirect_with(f"Lot {code} is cancelled.", "procurements.lots", tender_id=tender_id)

    return confirm_page(step, tender, take)
