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
from lots.rating_decisions import PinRequest
from lots.refusal import Refusal, Refusals
from lots.tender import Tender
from tender.eligibility import assessment
from tender.eligibility.operations import loading_ratings, pinning_ratings
from tender.eligibility.operations.loading_ratings import Upload
from tender.eligibility.ratings_files.joining import RatingsTable
from tender.eligibility.unchecked import named_locations
from tender.frame.context import now, one_change
from tender.frame.formats import plural

ratings = AppGroup("ratings", help="Load files of CQC ratings.")


@ratings.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--as-at",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day that the CQC gives for the file, as 2026-11-01.",
)
@click.option("--by", "email", help="E-mail of the officer who loads it. Needed with --tender.")
@click.option("--tender", "reference", help="Reference of a tender to pin to this file.")
@click.option("--reason", default="", help="Why these ratings are right, where they let a bidder back in.")
def import_(
    files: tuple[Path, ...], as_at: datetime, email: str | None, reference: str | None, reason: str
) -> None:
    """Load one or more FILES that the CQC published for one month; pin a tender to them, if asked.

    Directory with ratings, directory with filters, weekly directory, or table of locations with ratings, as
    ODS, XLSX or CSV: each is told by its columns, and several are joined on the location.

    Example: flask --app wsgi ratings import ratings.ods filters.ods --as-at 2026-11-01
    """
    if reference and not email:
        raise click.UsageError("Say with --by which officer pins the tender to this file.")
    try:
        loading_ratings.require_date(as_at.date(), now())
        uploads = [loading_ratings.upload(path.name, path) for path in files]
        with one_change() as session:
            known = loading_ratings.loaded_before(session, uploads) is not None
        # nothing is locked while the files are read, which may take a minute
        table = RatingsTable((), [], 0, 0) if known else _read(uploads)
        with one_change() as session:
            _keep(session, uploads, table, as_at.date(), email, reference, reason)
    except Refusal as refusal:
        faults = refusal.faults if isinstance(refusal, Refusals) else [refusal]
        for fault in faults:
            click.echo(fault.message, err=True)
        raise click.ClickException("Nothing was loaded.") from None


def _read(uploads: list[Upload]) -> RatingsTable:
    click.echo(f"Reading {', '.join(one.filename for one in uploads)} …")
    shown = -1

    def reading(rows: int) -> None:
        nonlocal shown
        if rows // 50_000 != shown:
            shown = rows // 50_000
            click.echo(f"  {rows:,} rows read")

    return loading_ratings.read_uploads(uploads, reading)


def _keep(
    session: Session,
    uploads: list[Upload],
    table: RatingsTable,
    as_at: date,
    email: str | None,
    reference: str | None,
    reason: str,
) -> None:
    actor = _person(session, email) if email else None
    with click.progressbar(length=1, label="Loading locations", show_pos=True) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        loaded = loading_ratings.keep_ratings(
            session, actor=actor, now=now(), uploads=uploads, table=table, as_at=as_at, progress=progress
        )
    click.echo(f"{plural(loaded.row_count, 'location')}, SHA-256 {loaded.sha256}.")
    if table.left_out:
        click.echo(f"{plural(table.left_out, 'row')} about no location, or that repeat another, left out.")
    if reference and actor:
        _pin(session, actor, reference, loaded, reason)


def _pin(session: Session, actor: Person, reference: str, loaded: RatingsFile, reason: str) -> None:
    tender = session.scalar(select(Tender).where(Tender.reference == reference))
    if tender is None:
        raise Refusal(f"There is no tender with the reference {reference}.")
    stage = pinning_ratings.stage_to_pin_for(tender) or "opening"
    made = pinning_ratings.pin(
        session, actor=actor, now=now(), tender=tender, ratings_file=loaded, stage=stage, reason=reason
    )
    if isinstance(made, PinRequest):
        click.echo(
            f"Nothing changes in tender {reference} before another officer has confirmed these ratings."
        )
        return
    bidders = assessment.assessment(session, tender)
    out = [one for one in bidders if one.refused_by_cqc]
    click.echo(str(named_locations(bidders)))
    click.echo(f"Tender {reference} now rests on it. Taken out by the CQC rule: {plural(len(out), 'bid')}.")


def _person(session: Session, email: str) -> Person:
    person = session.scalar(select(Person).where(Person.email == email.strip().lower()))
    if person is None:
        raise Refusal(f"Nobody has the e-mail address {email}.")
    return person
