"""Prices opened, results worked out and read, each figure with its working."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy import select

from lots import states
from lots.award import current_evaluation
from lots.confirmation import StepRequest
from lots.record import opened_bids
from lots.refusal import NotFound
from lots.tender import Tender
from scoring.methods.bid_states import BID_FLAGS
from tender.awards import pages
from tender.awards.operations import evaluating, opening_prices
from tender.confirming.pages import Irreversible, confirm_page
from tender.frame.context import current_person, db, now, seal
from tender.frame.formats import plural, sentence_list
from tender.frame.paging import Page, page_number
from tender.frame.permissions import requires
from tender.frame.view_results import ViewResult, caller
from tender.procurements.access import seen_by, tender_for

blueprint = Blueprint("awards", __name__)


@blueprint.get("/awards/")
@requires("results.read")
def tenders() -> str:
    chosen = (
        select(Tender)
        .where(Tender.state.in_(pages.tenders_at_award()), seen_by(current_person()))
        .order_by(Tender.deadline.desc(), Tender.id.desc())
    )
    page = Page.of(db.session, chosen, page_number())
    return render_template("awards/tenders.html", page=page, stages=states.NAMES)


@blueprint.get("/tenders/<int:tender_id>/results")
@requires("results.read")
def results(tender_id: int) -> str:
    page = pages.award_page(db.session, tender_for(db.session, current_person(), tender_id), now())
    return render_template("awards/results.html", page=page, tender=page.tender, states=states)


@blueprint.route("/tenders/<int:tender_id>/prices/open", methods=["GET", "POST"])
@requires("prices.open")
def open_prices(tender_id: int) -> ViewResult:
    tender = tender_for(db.session, current_person(), tender_id)
    at_results = url_for("awards.results", tender_id=tender_id)
    if tender.state in states.AFTER_PRICES:
        flash("The prices are open already.")
        return redirect(at_results)
    states.require(tender, now(), states.QUALITY_LOCKED)
    names = sorted((one.name for one in opened_bids(db.session, tender)), key=str.casefold)
    step = Irreversible(
        key="open-prices",
        title="Open the prices",
        button="Open the prices",
        changes=[
            f"The prices of {plural(len(names), 'bid')} become readable to officers, approvers and auditors: "
            f"{sentence_list(names)}.",
            "The results can be worked out.",
        ],
        undone="After this the tender cannot go back to marking, and prices that were seen stay known.",
        back=at_results,
        stay="Do not open the prices yet",
    )

    def take(_reason: str, asked: StepRequest | None) -> ViewResult:
        asked_by = asked.by if asked else None
        count = opening_prices.open_prices(**caller(), seal=seal(), tender=tender, asked_by=asked_by)
        flash(f"The prices of {plural(count, 'bid')} are open. Work out the results next.")
        return redirect(at_results)

    return confirm_page(step, tender, take)


@blueprint.post("/tenders/<int:tender_id>/evaluate")
@requires("award.evaluate")
def evaluate(tender_id: int) -> ViewResult:
    officer = current_person()
    tender = tender_for(db.session, officer, tender_id)
    before = current_evaluation(db.session, tender)
    evaluation = evaluating.evaluate(db.session, actor=officer, now=now(), tender=tender)
    same = before is not None and before.number == evaluation.number
    flash("Nothing has changed: the results are as before." if same else "The results are worked out.")
    return redirect(url_for("awards.results", tender_id=tender_id))


@blueprint.get("/tenders/<int:tender_id>/results/<code>")
@requires("results.read")
def lot(tender_id: int, code: str) -> str:
    page = pages.award_page(db.session, tender_for(db.session, current_person(), tender_id), now())
    shown = page.lot(code)
    before, after = page.neighbours(shown)
    return render_template(
        "awards/lot.html",
        page=page,
        tender=page.tender,
        lot=shown,
        before=before,
        after=after,
        flags=BID_FLAGS,
    )


@blueprint.get("/tenders/<int:tender_id>/results/<code>/<letter>")
@requires("results.read")
def bid(tender_id: int, code: str, letter: str) -> str:
    tender = tender_for(db.session, current_person(), tender_id)
    page = pages.award_page(db.session, tender, now())
    shown = page.bid(code, letter)
    if page.evaluation is None:
        raise NotFound("These results have no such bid.")
    return render_template(
        "awards/bid.html",
        tender=tender,
        lot=page.lot(code),
        bid=shown,
        explanation=pages.explanation(page.evaluation, code, letter),
        agreed=pages.agreed_marks(db.session, tender, letter),
    )
