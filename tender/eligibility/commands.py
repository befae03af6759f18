"""`flask --app wsgi ratings …`: CQC ratings from the command line."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from lots.person import Person
from lots.rating import RatingsFile
from lots.refusal import Refusal, Refusals
from lots.tender import Tender
from tender.eligibility import assessment
from tender.eligibility.operations import loading_ratings
from tender.frame.context import now, one_change
from tender.frame.formats import plural

ratings = AppGroup("ratings", help="Load files of CQC ratings.")


@ratings.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as-at",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day that the CQC gives for the file, as 2026-11-01.",
)
@click.option("--by", "email", help="E-mail of the officer who loads it. Needed with --tender.")
@click.option("--tender", "reference", help="Reference of a tender to pin to this file.")
def import_(file: Path, as_at: datetime, email: str | None, reference: str | None) -> None:
    """Load FILE, the CQC's table of locations with ratings as CSV; pin a tender to it, if asked.

    Example: flask --app wsgi ratings import locations.csv --as-at 2026-11-01
    """
    if reference and not email:
        raise click.UsageError("Say with --by which officer pins the tender to this file.")
    try:
        with one_change() as session:
            _import(session, file, as_at.date(), email, reference)
    except Refusal as refusal:
        faults = refusal.faults if isinstance(refusal, Refusals) else [refusal]
        for fault in faults:
            click.echo(fault.message, err=True)
        raise click.ClickException("Nothing was loaded.") from None


def _import(session: Session, file: Path, as_at: date, email: str | None, reference: str | None) -> None:
    actor = _person(session, email) if email else None
    click.echo(f"Reading {file.name} …")
    with click.progressbar(length=1, label="Loading locations", show_pos=True) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        loaded = loading_ratings.load_ratings(
            session,
            actor=actor,
            now=now(),
            filename=file.name,
            content=file.read_bytes(),
            as_at=as_at,
            progress=progress,
        )
    click.echo(f"{plural(loaded.row_count, 'location')}, SHA-256 {loaded.sha256}.")
    if reference and actor:
        _pin(session, actor, reference, loaded)


def _pin(session: Session, actor: Person, reference: str, loaded: RatingsFile) -> None:
    tender = session.scalar(select(Tender).where(Tender.reference == reference))
    if tender is None:
        raise Refusal(f"There is no tender with the reference {reference}.")
    stage = loading_ratings.stage_to_pin_for(tender) or "opening"
    loading_ratings.pin(session, actor=actor, now=now(), tender=tender, ratings_file=loaded, stage=stage)
    out = [one for one in assessment.assessment(session, tender) if one.refused_by_cqc]
    click.echo(f"Tender {reference} now rests on it. Taken out by the CQC rule: {plural(len(out), 'bid')}.")


def _person(session: Session, email: str) -> Person:
    person = session.scalar(select(Person).where(Person.email == email.strip().lower()))
    if person is None:
        raise Refusal(f"Nobody has the e-mail address {email}.")
    return person
