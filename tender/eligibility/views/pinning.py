"""Pages on which a tender is rested on a file of ratings, by one officer or by two."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from lots.rating import RatingsFile, loaded_files
from lots.rating_decisions import PinRequest, waiting_request
from lots.refusal import NotFound
from tender.eligibility import assessment
from tender.eligibility.access import opened_tender
from tender.eligibility.age import warning_of_age
from tender.eligibility.forms import AnswerForm, PinForm
from tender.eligibility.operations import pinning_ratings
from tender.eligibility.unchecked import named_locations
from tender.frame.context import current_person, db, now, refusals
from tender.frame.formats import london_day
from tender.frame.permissions import requires
from tender.frame.view_results import ViewResult, caller, form_page, redirect_with

blueprint = Blueprint("pinning", __name__)


@blueprint.route("/tenders/<int:tender_id>/ratings", methods=["GET", "POST"])
@requires("ratings.pin")
def pin(tender_id: int) -> ViewResult:
    """Choose a file, see whom it would move, and pin it."""
    tender = opened_tender(tender_id)
    files = [file for file in loaded_files(db.session) if file.withdrawal is None]
    form = PinForm()
    chosen = _chosen(files, form.file.data if form.is_submitted() else request.args.get("file"))
    stage = pinning_ratings.stage_to_pin_for(tender)
    if form.validate_on_submit() and chosen is not None:
        with refusals(form):
            made = pinning_ratings.pin(
                **caller(),
                tender=tender,
                ratings_file=chosen,
                stage=stage or "opening",
                reason=form.reason.data or "",
            )
            if isinstance(made, PinRequest):
                flash("Nothing has changed yet: another officer has to confirm these ratings.")
            else:
                flash(f"The tender now rests on the ratings of {chosen.filename}.")
            return redirect(url_for("eligibility.bidders", tender_id=tender.id))
    effect = pinning_ratings.effect_of(db.session, tender, chosen, stage or "opening") if chosen else None
    return render_template(
        "eligibility/pin.html",
        form=form,
        tender=tender,
        files=files,
        pinned=pinning_ratings.current_pin(db.session, tender),
        chosen=chosen,
        effect=effect,
        moved=_moved(effect) if effect else [],
        before={bidder.alias: bidder for bidder in effect.earlier} if effect else {},
        named=named_locations(effect.later) if effect else None,
        age=warning_of_age(chosen, london_day(now())) if chosen else "",
        stage=stage,
        waiting=waiting_request(db.session, tender),
    )


def _moved(effect: pinning_ratings.Effect) -> list[assessment.BidderEligibility]:
    """Who would stand differently; before any ratings are pinned, who would be out or wait for a check."""
    if effect.pinned:
        return effect.changed
    return [one for one in effect.later if one.refused_by_cqc or one.waits_for_a_check]


def _chosen(files: list[RatingsFile], sha256: str | None) -> RatingsFile | None:
    """The file asked for, or the newest where none is."""
    if not sha256:
        return files[0] if files else None
    for file in files:
        if file.sha256 == sha256:
            return file
    raise NotFound("No such file of ratings is loaded, or it was withdrawn.")


@blueprint.route("/tenders/<int:tender_id>/ratings/answer", methods=["GET", "POST"])
@requires("ratings.pin")
def answer(tender_id: int) -> ViewResult:
    """The second officer confirms what the first asked for, or refuses it."""
    tender = opened_tender(tender_id)
    waiting = waiting_request(db.session, tender)
    if waiting is None:
        raise NotFound("No ratings wait for a second officer in this tender.")
    effect = pinning_ratings.effect_of(db.session, tender, waiting.file, waiting.stage)
    form = AnswerForm()

    def answer() -> ViewResult:
        agreed = form.agreed.data == "yes"
        pinning_ratings.answer(
            **caller(), tender=tender, request=waiting, agreed=agreed, reason=form.reason.data or ""
        )
        told = (
            "The tender now rests on these ratings." if agreed else "The ratings pinned before still count."
        )
        return redirect_with(told, "eligibility.bidders", tender_id=tender.id)

    return form_page(
        form,
        answer,
        "eligibility/answer.html",
        tender=tender,
        waiting=waiting,
        effect=effect,
        own=waiting.by_id == current_person().id,
        back=url_for("eligibility.bidders", tender_id=tender.id),
    )
