"""Answers and prices, kept in the draft until the bid is submitted."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for

from lots.refusal import Conflict, NotFound
from lots.tender import count_words
from tender.bids import operations, pages
from tender.bids.blueprint import blueprint
from tender.bids.checks import live_lots
from tender.bids.draft import PRICES
from tender.bids.forms import AnswerForm, price_form
from tender.bids.prices import (
    asks_preferences,
    is_set_price,
    preference_field,
    price_field,
    price_rules,
    set_price,
)
from tender.frame.context import current_person, db, now, refusals, refuse, seal
from tender.frame.permissions import requires
from tender.frame.view_results import ViewResult, caller


@blueprint.route("/<int:tender_id>/answers/<code>", methods=["GET", "POST"])
@requires("bid.make")
def answer(tender_id: int, code: str) -> ViewResult:
    page = _page(tender_id)
    question = next((one for one in page.tender.questions if one.code == code), None)
    if question is None:
        raise NotFound("This tender has no such question.")
    saved = page.content.answers.get(code, "")
    form = AnswerForm(text=saved, seen=page.content.revision(code))
    theirs = None
    if form.validate_on_submit():
        try:
            with refusals(form):
                content = operations.save_answer(
                    **caller(),
                    seal=seal(),
                    tender=page.tender,
                    question_code=code,
                    text=form.text.data or "",
                    seen=form.seen.number,
                )
                flash(_kept_message(question.word_limit, content.answers.get(code, "")))
                return redirect(
                    url_for("bids.bid", tender_id=tender_id) if form.later.data else _next(page, code)
                )
        except Conflict as conflict:
            refuse(form, conflict)
            theirs = _page(tender_id).content
            form.seen.data = theirs.revision(code)
        page = _page(tender_id)
    elif not page.is_open:
        return redirect(url_for("bids.bid", tender_id=tender_id))
    return render_template(
        "bids/answer.html",
        form=form,
        tender=page.tender,
        is_open=page.is_open,
        question=next(one for one in page.tender.questions if one.code == code),
        questions=page.questions,
        words=count_words(form.text.data or ""),
        theirs=None if theirs is None else theirs.answers.get(code, ""),
        back=url_for("bids.bid", tender_id=tender_id),
    )


@blueprint.route("/<int:tender_id>/prices", methods=["GET", "POST"])
@requires("bid.make")
def prices(tender_id: int) -> ViewResult:
    page = _page(tender_id)
    form = price_form(page.tender, page.content, page.content.revision(PRICES))
    theirs = None
    if form.validate_on_submit():
        try:
            with refusals(form):
                entry = form.read(page.tender)
                operations.save_prices(
                    **caller(),
                    seal=seal(),
                    tender=page.tender,
                    seen=form.seen.number,
                    **vars(entry),
                )
                flash("Your lots and prices are saved.")
                return redirect(url_for("bids.bid", tender_id=tender_id))
        except Conflict as conflict:
            refuse(form, conflict)
            theirs = _page(tender_id).content
            form.seen.data = theirs.revision(PRICES)
        page = _page(tender_id)
    elif not page.is_open:
        return redirect(url_for("bids.bid", tender_id=tender_id))
    at_set_price = is_set_price(page.tender)
    return render_template(
        "bids/prices.html",
        form=form,
        tender=page.tender,
        is_open=page.is_open,
        lots=[
            (
                lot,
                form[preference_field(lot)] if asks_preferences(page.tender) else None,
                None if at_set_price else form[price_field(lot)],
            )
            for lot in live_lots(page.tender)
        ],
        rules=price_rules(page.tender),
        set_price=(lambda lot: set_price(page.tender, lot)) if at_set_price else None,
        theirs=theirs,
        back=url_for("bids.bid", tender_id=tender_id),
    )


def _page(tender_id: int) -> pages.BidPage:
    return pages.bid_page(db.session, seal(), tender_id, current_person(), now())


def _kept_message(limit: int, text: str) -> str:
    words = count_words(text)
    if words > limit:
        return (
            f"Your answer is saved in your draft. It has {words:,} words: shorten it to {limit:,} before you "
            "submit."
        )
    return "Your answer is saved." if words else "Your answer is saved as empty."


def _next(page: pages.BidPage, code: str) -> str:
    """The next question that the bid answers, or the list of tasks after the last."""
    codes = [one.code for one in page.questions]
    place = codes.index(code) + 1 if code in codes else len(codes)
    if place < len(codes):
        return url_for("bids.answer", tender_id=page.tender.id, code=codes[place])
    return url_for("bids.bid", tender_id=page.tender.id)
