"""The provider's own details."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for

from lots import alike
from lots.refusal import Conflict
from tender.bids import operations
from tender.bids.access import provider_of
from tender.bids.blueprint import blueprint
from tender.bids.checks import missing_in_company
from tender.bids.forms import CompanyForm
from tender.frame.context import current_person, db, refusals, refuse
from tender.frame.permissions import requires
from tender.frame.view_results import ViewResult, caller


@blueprint.get("/organisation")
@requires("company.change")
def company() -> ViewResult:
    provider = provider_of(current_person())
    return render_template(
        "bids/company.html",
        provider=provider,
        missing=missing_in_company(provider),
        alike=alike.shared_by(db.session, provider),
    )


@blueprint.route("/organisation/change", methods=["GET", "POST"])
@requires("company.change")
def change_company() -> ViewResult:
    provider = provider_of(current_person())
    onward = request.args.get("onward", type=int)
    leads_to = url_for("bids.bid", tender_id=onward) if onward else url_for("bids.company")
    form = CompanyForm.showing(provider)
    theirs = None
    if form.validate_on_submit():
        try:
            with refusals(form):
                operations.change_provider(
                    **caller(),
                    provider=provider,
                    details=form.details(),
                    seen=form.seen.data,
                )
                flash("Your organisation’s details are saved.")
                return redirect(leads_to)
        except Conflict as conflict:
            refuse(form, conflict)
            theirs = provider
            form.seen.data = operations.details_shown_as(provider)
    return render_template(
        "bids/change_company.html", form=form, provider=provider, theirs=theirs, back=leads_to
    )
