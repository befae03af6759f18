"""Pages of CQC ratings: files, and which of them a tender rests on."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from lots import alike, states
from lots.chain import id_of
from lots.eligibility import IN_ASSESSMENT, STATES
from lots.rating import RatingsFile
from lots.refusal import Conflict, NotFound
from lots.tender import Tender, find_tender
from tender.eligibility import assessment
from tender.eligibility.absence import turned_without
from tender.eligibility.blindness import keep_blind
from tender.eligibility.forms import DecideForm, LoadForm, PinForm
from tender.eligibility.operations import deciding_eligibility, loading_ratings
from tender.eligibility.operations.deciding_eligibility import WHEN
from tender.eligibility.unchecked import named_locations, what_is_not_checked
from tender.frame.context import current_person, db, refusals, refuse
from tender.frame.permissions import may, requires
from tender.frame.view_results import ViewResult, caller, form_page, redirect_with

blueprint = Blueprint("eligibility", __name__)
blueprint.add_app_template_filter(assessment.TAGS.__getitem__, "eligibility_tag")

FILES = "eligibility.files"


def opened_tender(tender_id: int) -> Tender:
    """The tender, if its bids have been opened and this person may know whose they are."""
    tender = find_tender(db.session, tender_id)
    if not states.is_opened(tender):
        raise NotFound("The bids of this tender have not been opened, so there is nothing to see yet.")
    keep_blind(db.session, tender, current_person())
    return tender


@blueprint.get("/ratings")
@requires("ratings.see")
def files() -> ViewResult:
    return render_template("eligibility/files.html", files=loading_ratings.files(db.session))


@blueprint.route("/ratings/load", methods=["GET", "POST"])
@requires("ratings.load")
def load() -> ViewResult:
    form = LoadForm()

    def load() -> ViewResult:
        known = {file.sha256 for file in loading_ratings.files(db.session)}
        file = loading_ratings.load_ratings(
            **caller(),
            filename=form.file.data.filename or "",
            content=form.file.data.read(),
            as_at=form.as_at.data,
        )
        if file.sha256 in known:
            return redirect_with("This very file was loaded before. Nothing was changed.", FILES)
        return redirect_with(f"{file.filename} is loaded: {file.row_count:,} locations.", FILES)

    return form_page(form, load, "eligibility/load.html", multipart=True, back=url_for(FILES))


@blueprint.get("/tenders/<int:tender_id>/eligibility")
@requires("eligibility.see")
def bidders(tender_id: int) -> ViewResult:
    tender = opened_tender(tender_id)
    pinned = loading_ratings.current_pin(db.session, tender)
    bidders = sorted(assessment.assessment(db.session, tender), key=_what_needs_attention_first)
    newest = loading_ratings.newest(db.session)
    return render_template(
        "eligibility/bidders.html",
        tender=tender,
        pinned=pinned,
        newer=newest if newest and pinned and newest.as_at > pinned.file.as_at else None,
        bidders=bidders,
        waiting=what_is_not_checked(bidders) if pinned else [],
        alike=alike.among(bidder.opened.company for bidder in bidders),
        can_pin=may("ratings.pin") and loading_ratings.stage_to_pin_for(tender) is not None,
        before_marking=may("marking.start") and tender.state == states.OPENED,
    )


def _what_needs_attention_first(bidder: assessment.BidderEligibility) -> tuple[bool, bool, str]:
    return bidder.state == IN_ASSESSMENT, not bidder.flags, bidder.name.casefold()


@blueprint.get("/tenders/<int:tender_id>/eligibility/<alias>")
@requires("eligibility.see")
def bidder(tender_id: int, alias: str) -> ViewResult:
    tender = opened_tender(tender_id)
    bidder = _find(tender, alias)
    return render_template(
        "eligibility/bidder.html",
        tender=tender,
        bidder=bidder,
        zones={each.lot.code: each.lot.zone for each in bidder.opened.lots},
        counting_ids={decision.id for decision in bidder.counting.values()},
        state_names=STATES,
        can_decide=may("eligibility.decide") and tender.state in WHEN,
    )


@blueprint.route("/tenders/<int:tender_id>/eligibility/<alias>/decide", methods=["GET", "POST"])
@requires("eligibility.decide")
def decide(tender_id: int, alias: str) -> ViewResult:
    tender = opened_tender(tender_id)
    bidder = _find(tender, alias)
    form = DecideForm.about(tender, bidder)
    back = url_for("eligibility.bidder", tender_id=tender.id, alias=alias)
    status = 200
    if form.validate_on_submit():
        try:
            with refusals(form):
                deciding_eligibility.decide(
                    **caller(),
                    tender=tender,
                    bid=bidder.bid,
                    state=form.state.data,
                    lot_codes=form.lot_codes.data or (),
                    reason=form.reason.data or "",
                    evidence=form.evidence.data or "",
                    response_invited_on=form.response_invited_on.data,
                    response=form.response.data or "",
                    seen=form.seen.data,
                )
                flash(f"The decision on {bidder.name} is recorded.")
                return redirect(back)
        except Conflict as conflict:
            refuse(form, conflict)
            bidder, status = _find(tender, alias), 409
            form.seen.data = id_of(bidder.current_decision)
    page = render_template(
        "eligibility/decide.html",
        form=form,
        tender=tender,
        bidder=bidder,
        state_names=STATES,
        back=back,
        turned=turned_without(db.session, tender, alias),
    )
    return page, status


def _find(tender: Tender, alias: str) -> assessment.BidderEligibility:
    for bidder in assessment.assessment(db.session, tender):
        if bidder.alias == alias:
            return bidder
    raise NotFound("There is no such bid in this tender.")


@blueprint.route("/tenders/<int:tender_id>/ratings", methods=["GET", "POST"])
@requires("ratings.pin")
def pin(tender_id: int) -> ViewResult:
    """Choose a file, see whom it would move, and pin it."""
    tender = opened_tender(tender_id)
    files = loading_ratings.files(db.session)
    pinned = loading_ratings.current_pin(db.session, tender)
    form = PinForm()
    chosen = _chosen(files, form.file.data if form.is_submitted() else request.args.get("file"))
    if form.validate_on_submit() and chosen is not None:
        with refusals(form):
            loading_ratings.pin(
                **caller(),
                tender=tender,
                ratings_file=chosen,
                stage=loading_ratings.stage_to_pin_for(tender) or "opening",
            )
            flash(f"The tender now rests on the ratings of {chosen.filename}.")
            return redirect(url_for("eligibility.bidders", tender_id=tender.id))
    before = assessment.assessment(db.session, tender)
    after = assessment.assessment(db.session, tender, chosen) if chosen else []
    return render_template(
        "eligibility/pin.html",
        form=form,
        tender=tender,
        files=files,
        pinned=pinned,
        chosen=chosen,
        moved=assessment.changes(before, after)
        if pinned
        else [bidder for bidder in after if bidder.refused_by_cqc or bidder.waits_for_a_check],
        named=named_locations(after),
        before={bidder.alias: bidder for bidder in before},
        stage=loading_ratings.stage_to_pin_for(tender),
    )


def _chosen(files: list[RatingsFile], sha256: str | None) -> RatingsFile | None:
    """The file asked for, or the newest where none is."""
    if not sha256:
        return files[0] if files else None
    for file in files:
        if file.sha256 == sha256:
            return file
    raise NotFound("No such file of ratings is loaded.")
