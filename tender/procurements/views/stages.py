"""Taking a tender through its first stages: panel, publication, opening; and cancelling it."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for

from lots import states
from lots.panel import EVALUATOR, MODERATOR
from lots.person import Person
from lots.refusal import NotFound, Refusal
from lots.tender import Opening
from tender.frame.context import current_person, db, now, refusals, seal
from tender.frame.permissions import SIGNED_IN, requires
from tender.procurements import pages
from tender.procurements.access import published_tender, tender_for
from tender.procurements.blueprint import Answer, blueprint
from tender.procurements.forms.setup import ConfirmForm, PanelForm, ReasonForm
from tender.procurements.operations import cancelling, changing_panel, opening_bids, publishing
from tender.procurements.operations.cancelling import LOT_STAGES
from tender.procurements.operations.holding import lot_of
from tender.procurements.views.setup import draft_for

ROLES = (EVALUATOR, MODERATOR)


@blueprint.get("/<int:tender_id>/panel")
@requires("tender.set_up")
def panel(tender_id: int) -> Answer:
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
def name_member(tender_id: int, role: str) -> Answer:
    tender = draft_for(tender_id)
    form = PanelForm()
    people = pages.candidates(db.session, tender, role)
    form.offer(people)
    if form.validate_on_submit():
        with refusals(form):
            person = _person(form.person.data)
            changing_panel.name_panel_member(
                db.session, actor=current_person(), now=now(), tender=tender, person=person, role=role
            )
            flash(f"{person.name} is {'the moderator' if role == MODERATOR else 'an evaluator'}.")
            return redirect(url_for("procurements.panel", tender_id=tender_id))
    return render_template(
        "procurements/name_member.html", form=form, tender=tender, role=role, people=people
    )


@blueprint.post("/<int:tender_id>/panel/remove")
@requires("tender.set_up")
def remove_member(tender_id: int) -> Answer:
    tender = draft_for(tender_id)
    person = _person(request.form.get("person"))
    changing_panel.remove_panel_member(
        db.session, actor=current_person(), now=now(), tender=tender, person=person
    )
    flash(f"{person.name} is no longer on the panel.")
    return redirect(url_for("procurements.panel", tender_id=tender_id))


def _person(number: str | None) -> Person:
    """The person with that id, as a form sends it."""
    text = number or ""
    if not text:
        raise Refusal("Select a person", "person")
    known = text.isascii() and text.isdigit() and len(text) < 10
    person = db.session.get(Person, int(text)) if known else None
    if person is None:
        raise NotFound("There is no such person.")
    return person


@blueprint.route("/<int:tender_id>/publish", methods=["GET", "POST"])
@requires("tender.publish")
def publish(tender_id: int) -> Answer:
    tender = draft_for(tender_id)
    form = ConfirmForm(data={"seen": str(tender.revision)})
    if form.validate_on_submit():
        # a Conflict goes to its page: whoever publishes has to look again at what changed
        with refusals(form):
            publishing.publish(
                db.session, actor=current_person(), now=now(), tender=tender, seen=form.revision
            )
            flash(f"{tender.reference} is published and open for bids.")
            return redirect(url_for("procurements.home", tender_id=tender_id))
    return render_template(
        "procurements/publish.html",
        form=form,
        tender=tender,
        page=pages.publication(db.session, tender, now()),
    )


@blueprint.get("/<int:tender_id>/published")
@requires(SIGNED_IN)
def published(tender_id: int) -> Answer:
    """The frozen rules, for everybody with an account."""
    tender = published_tender(db.session, tender_id)
    return render_template("procurements/published.html", tender=tender, page=pages.published(tender))


@blueprint.get("/<int:tender_id>/published.json")
@requires(SIGNED_IN)
def published_json(tender_id: int) -> Answer:
    """The very bytes whose hash was published."""
    tender = published_tender(db.session, tender_id)
    headers = {"Content-Disposition": f'attachment; filename="rules-{tender.id}.json"'}
    return Response(tender.rules_text or "", mimetype="application/json", headers=headers)


@blueprint.get("/<int:tender_id>/opening")
@requires("tender.see")
def opening(tender_id: int) -> Answer:
    tender = tender_for(db.session, current_person(), tender_id)
    if tender.rules_text is None:
        raise NotFound("There is no opening before a tender is published.")
    return render_template(
        "procurements/opening.html",
        tender=tender,
        opening=db.session.get(Opening, tender.id),
        stage=states.stage(tender, now()),
        count=pages.opened_count(db.session, tender),
    )


@blueprint.post("/<int:tender_id>/opening/request")
@requires("tender.open")
def request_opening(tender_id: int) -> Answer:
    tender = tender_for(db.session, current_person(), tender_id)
    opening_bids.request_opening(db.session, actor=current_person(), now=now(), tender=tender)
    flash("You asked for the bids to be opened. Another officer has to complete it.")
    return redirect(url_for("procurements.opening", tender_id=tender_id))


@blueprint.post("/<int:tender_id>/opening/complete")
@requires("tender.open")
def complete_opening(tender_id: int) -> Answer:
    tender = tender_for(db.session, current_person(), tender_id)
    count = opening_bids.complete_opening(
        db.session, actor=current_person(), now=now(), seal=seal(), tender=tender
    )
    flash("1 bid is opened." if count == 1 else f"{count} bids are opened.")
    return redirect(url_for("procurements.opening", tender_id=tender_id))


@blueprint.route("/<int:tender_id>/cancel", methods=["GET", "POST"])
@requires("tender.cancel")
def cancel(tender_id: int) -> Answer:
    tender = tender_for(db.session, current_person(), tender_id)
    at = states.stage(tender, now())
    if states.CANCELLED not in states.MOVES[at]:
        raise Refusal(f"A tender at “{states.NAMES[at]}” cannot be cancelled.")
    form = ReasonForm()
    if form.validate_on_submit():
        with refusals(form):
            cancelling.cancel(
                db.session,
                actor=current_person(),
                now=now(),
                tender=tender,
                reason=form.reason.data or "",
            )
            flash(f"{tender.reference} is cancelled.")
            return redirect(url_for("procurements.home", tender_id=tender_id))
    return render_template("procurements/cancel.html", form=form, tender=tender, lot=None, stage=at)


@blueprint.route("/<int:tender_id>/lots/<code>/cancel", methods=["GET", "POST"])
@requires("tender.cancel")
def cancel_lot(tender_id: int, code: str) -> Answer:
    tender = tender_for(db.session, current_person(), tender_id)
    at = states.stage(tender, now())
    states.require(tender, now(), *LOT_STAGES)
    lot = lot_of(tender, code)
    form = ReasonForm()
    form.submit.label.text = f"Cancel lot {code}"
    if form.validate_on_submit():
        with refusals(form):
            cancelling.cancel_lot(
                db.session,
                actor=current_person(),
                now=now(),
                tender=tender,
                lot=lot,
                reason=form.reason.data or "",
            )
            flash(f"Lot {code} is cancelled.")
            return redirect(url_for("procurements.lots", tender_id=tender_id))
    return render_template("procurements/cancel.html", form=form, tender=tender, lot=lot, stage=at)
