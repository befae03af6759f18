"""Check and submit, the receipt, and withdrawing."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for

from lots.bid import BidVersion
from lots.refusal import Conflict, NotFound
from scoring.canonical import canonical_json
from tender.bids import checks, envelopes, operations, pages
from tender.bids.blueprint import blueprint
from tender.bids.forms import SubmissionForm, WithdrawalForm
from tender.bids.receipts import as_object, as_text, receipt_of
from tender.frame.context import current_person, db, now, refusals, refuse, seal
from tender.frame.downloads import download, file_name
from tender.frame.permissions import requires
from tender.frame.view_results import ViewResult, caller


@blueprint.route("/<int:tender_id>/check", methods=["GET", "POST"])
@requires("bid.make")
def check(tender_id: int) -> ViewResult:
    page = _page(tender_id)
    quality, prices = operations.contents_of(page.tender, page.bid, page.content)
    form = SubmissionForm(seen=operations.shown_as(quality, prices))
    if form.validate_on_submit():
        try:
            with refusals(form):
                receipt = operations.submit(
                    **caller(),
                    seal=seal(),
                    tender=page.tender,
                    seen=form.seen.data,
                )
                number = receipt.version.number
                return redirect(url_for("bids.receipt", tender_id=tender_id, number=number))
        except Conflict as conflict:
            refuse(form, conflict)
        page = _page(tender_id)
        quality, prices = operations.contents_of(page.tender, page.bid, page.content)
        form.seen.data = operations.shown_as(quality, prices)
    elif not page.is_open:
        return redirect(url_for("bids.bid", tender_id=tender_id))
    return render_template(
        "bids/check.html",
        form=form,
        page=page,
        tender=page.tender,
        quality=quality,
        prices=prices,
        warnings=checks.warnings(db.session, page.tender, page.provider, page.content),
        back=url_for("bids.bid", tender_id=tender_id),
    )


@blueprint.get("/<int:tender_id>/receipts/<int:number>")
@requires("bid.make")
def receipt(tender_id: int, number: int) -> ViewResult:
    page = _page(tender_id)
    found = receipt_of(db.session, page.bid, number)
    return render_template(
        "bids/receipt.html",
        page=page,
        tender=page.tender,
        receipt=found,
        version=found.version,
        stands=page.current_version is not None and page.current_version.number == number,
        latest=page.bid.versions[-1],
        withdrawal=pages.withdrawal_of(db.session, found.version),
        line=canonical_json(envelopes.version_document(found.version)).decode(),
    )


@blueprint.get("/<int:tender_id>/receipts/<int:number>/receipt.txt")
@requires("bid.make")
def receipt_text(tender_id: int, number: int) -> ViewResult:
    page = _page(tender_id)
    text = as_text(receipt_of(db.session, page.bid, number))
    return _download(page, number, "receipt", "txt", text.encode(), "text/plain")


@blueprint.get("/<int:tender_id>/receipts/<int:number>/receipt.json")
@requires("bid.make")
def receipt_file(tender_id: int, number: int) -> ViewResult:
    page = _page(tender_id)
    content = as_object(receipt_of(db.session, page.bid, number))
    return _download(page, number, "receipt", "json", canonical_json(content), "application/json")


@blueprint.get("/<int:tender_id>/receipts/<int:number>/copy")
@requires("bid.make")
def copy(tender_id: int, number: int) -> ViewResult:
    page = _page(tender_id)
    version = _version(page, number)
    return render_template(
        "bids/copy.html",
        page=page,
        tender=page.tender,
        version=version,
        quality=envelopes.open_quality(seal(), version),
        prices=envelopes.open_prices(seal(), version),
        back=url_for("bids.receipt", tender_id=tender_id, number=number),
    )


@blueprint.get("/<int:tender_id>/receipts/<int:number>/quality.json")
@requires("bid.make")
def quality_file(tender_id: int, number: int) -> ViewResult:
    page = _page(tender_id)
    plain = envelopes.quality_plain(seal(), _version(page, number))
    return _download(page, number, "quality", "json", plain, "application/json")


@blueprint.get("/<int:tender_id>/receipts/<int:number>/prices.json")
@requires("bid.make")
def prices_file(tender_id: int, number: int) -> ViewResult:
    page = _page(tender_id)
    plain = envelopes.prices_plain(seal(), _version(page, number))
    return _download(page, number, "prices", "json", plain, "application/json")


@blueprint.route("/<int:tender_id>/withdraw", methods=["GET", "POST"])
@requires("bid.make")
def withdraw(tender_id: int) -> ViewResult:
    page = _page(tender_id)
    form = WithdrawalForm(seen=page.current_version.number if page.current_version else None)
    if form.validate_on_submit():
        with refusals(form):
            operations.withdraw(
                **caller(),
                tender=page.tender,
                seen=form.seen.number,
            )
            flash("Your bid is withdrawn. Your draft is still here.")
            return redirect(url_for("bids.bid", tender_id=tender_id))
        page = _page(tender_id)
    elif page.current_version is None or not page.is_open:
        return redirect(url_for("bids.bid", tender_id=tender_id))
    return render_template(
        "bids/withdraw.html",
        form=form,
        page=page,
        tender=page.tender,
        back=url_for("bids.bid", tender_id=tender_id),
    )


def _page(tender_id: int) -> pages.BidPage:
    return pages.bid_page(db.session, seal(), tender_id, current_person(), now())


def _version(page: pages.BidPage, number: int) -> BidVersion:
    version = next((one for one in page.bid.versions if one.number == number), None)
    if version is None:
        raise NotFound("Your organisation has submitted no such version.")
    return version


def _download(page: pages.BidPage, number: int, what: str, ending: str, body: bytes, kind: str) -> Response:
    name = f"{what}-{file_name(page.tender.reference)}-version-{number}.{ending}"
    return download(body, name, kind)
