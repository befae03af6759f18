"""The award report, as a page and as a PDF."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lots.award import latest_evaluation
from tender.frame.context import current_person, db
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
    if latest_evaluation(db.session, tender) is None:
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
    answer = make_response(write_pdf(make_report(db.session, tender)))
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{file_name(tender.reference)}"'
    return answer


def file_name(reference: str) -> str:
    plain = "".join(each if each.isascii() and each.isalnum() else "-" for each in reference)
    return f"{plain}-award-report.pdf"
