"""The award report, as a page and as a PDF."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lots.award import current_evaluation
from tender.frame.context import current_person, db
from tender.frame.downloads import download, file_name
from tender.frame.permissions import requires
from tender.procurements.access import tender_for
from tender.reports.blocks import Table
from tender.reports.content import report as make_report
from tender.reports.pdf import write_pdf

blueprint = Blueprint("reports", __name__)


@blueprint.get("/tenders/<int:tender_id>/report")
@requires("report.read")
def report(tender_id: int) -> str | Response:
    tender = tender_for(db.session, current_person(), tender_id)
    if current_evaluation(db.session, tender) is None:
        return redirect(url_for("awards.results", tender_id=tender_id))  # which says what is missing
    made = make_report(db.session, tender)
    return render_template("reports/report.html", report=made, tender=tender, name_column=_name_column)


def _name_column(table: Table) -> int | None:
    """Which column heads the rows: the first that names somebody or something."""
    return next((place for place, column in enumerate(table.columns) if column.kind == "name"), None)


@blueprint.get("/tenders/<int:tender_id>/report.pdf")
@requires("report.read")
def report_pdf(tender_id: int) -> Response:
    tender = tender_for(db.session, current_person(), tender_id)
    name = f"{file_name(tender.reference)}-award-report.pdf"
    return download(write_pdf(make_report(db.session, tender)), name, "application/pdf", show=True)
