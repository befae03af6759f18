"""The report of one tender, as data; see `blocks`."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lots.tender import Tender
from tender.reports.blocks import Report
from tender.reports.front import front, status
from tender.reports.gather import Material, gather
from tender.reports.lot_sections import lots_section
from tender.reports.sections import (
    bidders_section,
    check_section,
    marks_section,
    people_section,
    rules_section,
)


def report(session: Session, tender: Tender) -> Report:
    """The award report of the current record; the same record gives the same report.

    Raises NotFound before the tender has been evaluated.
    """
    return write_report(gather(session, tender))


def write_report(material: Material) -> Report:
    tender = material.tender
    status_text, settled = status(material)
    return Report(
        title=tender.title,
        subtitle=f"{tender.reference} · {tender.buyer}",
        status=status_text,
        settled=settled,
        front=front(material),
        sections=(
            rules_section(material),
            bidders_section(material),
            lots_section(material),
            people_section(material),
            marks_section(material),
            check_section(material),
        ),
        reference=tender.reference,
        buyer=tender.buyer,
        record_sha256=material.evaluation.record_sha256,
        tree_head=material.log.root,
        log_size=material.log.size,
    )
