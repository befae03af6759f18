"""`flask --app wsgi log check`: are the logs intact?"""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import select

from lots import states
from lots.tender import Tender
from tender.audit import checks
from tender.frame.context import db, now, seal

log = AppGroup("log", help="Check the record of tenders.")


@log.command("check")
@click.argument("reference", required=False)
def check(reference: str | None) -> None:
    """Check one tender's record by its reference, or every log there is.

    Exit status 1 where anything does not agree, with a line for each fault.
    """
    db.only_read()
    faulty = 0
    chosen = select(Tender.id).order_by(Tender.id)
    if reference is None:
        faulty += _print("Installation", checks.check_installation(db.session, now()))
    else:
        chosen = chosen.where(Tender.reference == reference)
    tenders = list(db.session.scalars(chosen))
    if reference is not None and not tenders:
        raise click.ClickException(f"There is no tender with the reference {reference}.")
    for number, tender_id in enumerate(tenders, 1):
        if len(tenders) > 1:
            click.echo(f"[{number}/{len(tenders)}] ", nl=False)
        tender = db.session.get_one(Tender, tender_id)
        sealed = not (states.is_opened(tender) or tender.state == states.DRAFT)
        checked = checks.check_tender(db.session, tender, seal(), now())
        faulty += _print(tender.reference, checked, sealed=sealed)
        db.session.expunge_all()  # one tender in memory at a time
    if faulty:
        raise click.ClickException("The record has been altered, or is not whole.")


def _print(name: str, checked: checks.Checked, *, sealed: bool = False) -> int:
    """Say what was found; 1 where something is wrong. While bids are `sealed`, no count is printed."""
    size = "" if sealed else f", {checked.log.size} entries, tree head {checked.log.root}"
    click.echo(f"{name}: {'intact' if checked.passed else 'NOT INTACT'}{size}")
    for part in checked.checks:
        for fault in part.faults:
            click.echo(f"  {part.title}: {fault}", err=True)
    for remark in checked.remarks:
        click.echo(f"  Worth a look: {remark}")
    return int(not checked.passed)
