"""`flask --app wsgi report write`: the award report as a file."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from lots.refusal import Refusal
from lots.tender import Tender
from tender.frame.context import db
from tender.reports.content import report as make_report
from tender.reports.pdf import write_pdf

report = AppGroup("report", help="Write award reports.")


@report.command("write")
@click.argument("reference")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def write(reference: str, file: Path) -> None:
    """Write the award report of the tender with this reference to a PDF file.

    Example: flask --app wsgi report write LCC-2026-014 report.pdf
    """
    tender = db.session.scalar(select(Tender).where(Tender.reference == reference))
    if tender is None:
        raise click.ClickException(f"There is no tender with the reference {reference}.")
    click.echo(f"Gathering the record of {reference}…")
    try:
        made = make_report(db.session, tender)
    except Refusal as refusal:
        raise click.ClickException(refusal.message) from None
    click.echo("Setting the pages…")
    content = write_pdf(made)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from None
    click.echo(f"Wrote {file}: record {made.record_sha256}, log {made.tree_head}.")
