"""Pages of an evaluator: declare conflicts, then mark one answer after another."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for

from lots import states
from lots.chain import id_of
from lots.refusal import Conflict
from lots.tender import find_tender
from tender.eligibility.to_mark import Item
from tender.frame.context import current_person, db, refusals, refuse
from tender.frame.numbers import whole_number
from tender.frame.permissions import requires
from tender.frame.view_results import ViewResult, caller
from tender.marking.forms import ConflictsForm, MarkForm
from tender.marking.operations import declaring_conflicts, giving_marks
from tender.marking.operations.declaring_conflicts import DECLARE_AT
from tender.marking.operations.giving_marks import own_mark
from tender.marking.pages import BY_BID, BY_QUESTION, Desk, answer_to, desk, history

blueprint = Blueprint("marking", __name__)


def own_desk(tender_id: int) -> Desk:
    tender = find_tender(db.session, tender_id)
    return desk(db.session, tender, current_person(), request.args.get("by", BY_QUESTION))


@blueprint.get("/tenders/<int:tender_id>/marking")
@requires("marking.mark")
def mine(tender_id: int) -> ViewResult:
    mine = own_desk(tender_id)
    if not mine.seat.declared:
        return redirect(url_for("marking.conflicts", tender_id=tender_id))
    return render_template(
        "marking/mine.html", desk=mine, tender=mine.tender, BY_BID=BY_BID, address=_addresses(mine)
    )


def _addresses(mine: Desk) -> Callable[[Item], str]:
    """Where an item's page is, in the order that the evaluator chose."""
    return lambda item: url_for(
        "marking.item",
        tender_id=mine.tender.id,
        letter=mine.letter(item),
        code=item.question.code,
        by=mine.order if mine.order == BY_BID else None,
    )


@blueprint.route("/tenders/<int:tender_id>/marking/conflicts", methods=["GET", "POST"])
@requires("marking.mark")
def conflicts(tender_id: int) -> ViewResult:
    mine = own_desk(tender_id)
    everybody = sorted(
        (bidder.opened for bidder in mine.plan.bidders),
        key=lambda bidder: (bidder.name.casefold(), bidder.bid_id),
    )
    conflicted = {id for id, word in mine.seat.declarations.items() if word.conflicted}
    free = [bidder for bidder in everybody if bidder.bid_id not in conflicted]
    form = ConflictsForm.about(free)
    first = not mine.seat.declared
    if form.validate_on_submit() and _wholly_declared(form, first):
        with refusals(form):
            declaring_conflicts.declare_conflicts(
                **caller(),
                tender=mine.tender,
                declarations=form.declarations(free),
            )
            flash("Your declaration is recorded.")
            return redirect(url_for("marking.mine", tender_id=tender_id))
    return render_template(
        "marking/conflicts.html",
        form=form,
        tender=mine.tender,
        seat=mine.seat,
        conflicted=conflicted,
        everybody=everybody,
        first=first,
        can_declare=bool(free) and mine.tender.state in DECLARE_AT,
    )


def _wholly_declared(form: ConflictsForm, first: bool) -> bool:
    if first and not form.confirm.data:
        form.confirm.errors = ["Confirm that you have no conflict with the others"]
        return False
    if not first and not form.conflicted.data:
        form.conflicted.errors = ["Tick the bidder with whom you have a conflict"]
        return False
    return True


@blueprint.route("/tenders/<int:tender_id>/marking/<letter>/<code>", methods=["GET", "POST"])
@requires("marking.mark")
def item(tender_id: int, letter: str, code: str) -> ViewResult:
    mine = own_desk(tender_id)
    item = mine.find(letter, code)
    own = mine.marks.get(item.key)
    form = MarkForm.on(mine.plan.scale, own)
    status = 200
    if form.validate_on_submit():
        try:
            with refusals(form):
                giving_marks.record_mark(
                    **caller(),
                    tender=mine.tender,
                    bid=item.bid,
                    question=item.question,
                    mark=whole_number(form.mark.data),
                    rationale=form.rationale.data or "",
                    change_reason=form.change_reason.data or "",
                    sure=form.sure.data,
                    seen=form.seen.data,
                )
                return _onward(mine, item)
        except Conflict as conflict:
            refuse(form, conflict)
            own, status = own_mark(db.session, current_person(), item), 409
            form.seen.data = id_of(own)
    page = render_template(
        "marking/item.html",
        form=form,
        tender=mine.tender,
        desk=mine,
        item=item,
        own=own,
        answer=answer_to(db.session, item),
        earlier=history(db.session, current_person(), item) if own is not None else [],
        beside=mine.beside(item),
        address=_addresses(mine),
        can_mark=_can_mark(mine, item, form),
    )
    return page, status


def _can_mark(mine: Desk, item: Item, form: MarkForm) -> bool:
    """Whether a mark can be given or changed now. What somebody has typed is shown in any case."""
    if form.is_submitted() or mine.tender.state == states.MARKING:
        return True
    return mine.tender.state == states.MODERATION and item.key not in mine.marks


def _onward(mine: Desk, item: Item) -> ViewResult:
    """To the next answer without a mark, or to the list after the last."""
    following = mine.next_unmarked(item)
    if following is None:
        flash("Your mark is saved. You have marked everything.")
        return redirect(url_for("marking.mine", tender_id=mine.tender.id, by=mine.order))
    flash(f"Bid {mine.letter(item)}, {item.question.code} is saved.")
    return redirect(_addresses(mine)(following))
