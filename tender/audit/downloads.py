"""Where an auditor begins, and what may be taken away to be checked elsewhere."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from lots import states
from lots.award import Evaluation
from lots.refusal import NotFound
from lots.tender import LARGEST_ID, Tender
from tender.frame.context import current_person, db, now
from tender.frame.downloads import download, file_name
from tender.frame.paging import Page, page_number
from tender.frame.permissions import requires
from tender.procurements.access import seen_by, tender_for

blueprint = Blueprint("evidence", __name__)


@blueprint.get("/audit/")
@requires("audit.read")
def tenders() -> str:
    """Every tender, the newest first, with its log, its check and its evaluations."""
    chosen = (
        select(Tender).where(seen_by(current_person())).order_by(Tender.created_at.desc(), Tender.id.desc())
    )
    page = Page.of(db.session, chosen, page_number())
    latest = dict(
        db.session.execute(
            select(Evaluation.tender_id, func.max(Evaluation.number))
            .where(Evaluation.tender_id.in_([tender.id for tender in page.rows]))
            .group_by(Evaluation.tender_id)
        ).all()
    )
    return render_template(
        "audit/tenders.html",
        page=page,
        latest=latest,
        stage_of=lambda tender: states.stage(tender, now()),
        stages=states.NAMES,
    )


@blueprint.get("/tenders/<int:tender_id>/evaluations")
@requires("evaluation.download")
def evaluations(tender_id: int) -> str:
    tender = tender_for(db.session, current_person(), tender_id)
    made = db.session.scalars(
        select(Evaluation)
        .where(Evaluation.tender_id == tender.id)
        .order_by(Evaluation.number.desc())
        .options(selectinload(Evaluation.made_by))
    ).all()
    return render_template("audit/evaluations.html", tender=tender, evaluations=made)


@blueprint.get("/tenders/<int:tender_id>/evaluations/<int:number>/record.json")
@requires("evaluation.download")
def record(tender_id: int, number: int) -> Response:
    """The record byte for byte as it was evaluated, so that its SHA-256 is the one printed everywhere."""
    found, name = _evaluation(tender_id, number)
    return download(found.record_text, f"{name}-record.json", "application/json")


@blueprint.get("/tenders/<int:tender_id>/evaluations/<int:number>/result.json")
@requires("evaluation.download")
def result(tender_id: int, number: int) -> Response:
    found, name = _evaluation(tender_id, number)
    return download(found.result_text, f"{name}-result.json", "application/json")


def _evaluation(tender_id: int, number: int) -> tuple[Evaluation, str]:
    """The evaluation, and how the names of files about it begin."""
    tender = tender_for(db.session, current_person(), tender_id)
    chosen = select(Evaluation).where(Evaluation.tender_id == tender.id, Evaluation.number == number)
    found = db.session.scalar(chosen) if number <= LARGEST_ID else None
    if found is None:
        raise NotFound("This tender has no evaluation of that number.")
    return found, f"{file_name(tender.reference)}-evaluation-{number}"
