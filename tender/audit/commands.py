"""`flask --app wsgi log check`: are the logs intact?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from lots import states
from lots.outside_heads import OutsideHead, compare, read_heads
from lots.refusal import Refusal
from lots.tender import Tender
from tender.audit import checks
from tender.audit.comparing import proof, sentence
from tender.audit.leaving_heads import leaving_heads, log_known_as
from tender.frame.context import db, now, seal
from tender.frame.formats import LONDON, plural

log = AppGroup("log", help="Check the record of tenders.")


@log.command("check")
@click.argument("reference", required=False)
@click.option(
    "--head",
    "kept",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Compare the heads in this file, or a receipt, with today’s logs instead.",
)
@click.option(
    "--proofs",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="With --head: write a consistency proof for each head that fits to this file.",
)
def check(reference: str | None, kept: Path | None, proofs: Path | None) -> None:
    """Check one tender's record by its reference, or every log there is.

    Exit status 1 where anything does not agree, with a line for each fault.
    """
    db.only_read()
    if kept is not None:
        _compare(reference, kept, proofs)
        return
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


@log.command("heads")
@click.option("--since", help="A date like 2026-11-22, or a file with the heads that were sent before.")
def heads(since: str | None) -> None:
    """Print the heads that were kept, to be kept elsewhere too: one line of JSON for each.

    Of a tender whose bids are sealed only the newest, without its size and time.
    """
    db.only_read()
    moment, sent = _since(since)
    for head in leaving_heads(db.session, moment, sent):
        click.echo(json.dumps(head))


def _since(text: str | None) -> tuple[datetime | None, Sequence[OutsideHead]]:
    """What `--since` says: a moment, or the heads of a file that is there."""
    if text is None:
        return None, ()
    if Path(text).is_file():
        return None, _read(Path(text))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.ClickException(
            f"{text} is neither a date like 2026-11-22 nor a file with heads that were sent before."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON), ()


def _read(path: Path) -> list[OutsideHead]:
    try:
        return read_heads(path.read_bytes())
    except Refusal as refusal:
        raise click.ClickException(f"{path}: {refusal.message}.") from None


def _compare(reference: str | None, path: Path, proofs: Path | None) -> None:
    """Say of each head in the file whether today's log begins with what it stands for."""
    by_log: dict[str, list[OutsideHead]] = {}
    for head in _read(path):
        by_log.setdefault(head.log, []).append(head)
    if not by_log:
        raise click.ClickException(f"{path} holds no head.")
    unlike, proved = 0, []
    for log, kept in by_log.items():
        named = log_known_as(db.session, log)
        if named is not None and reference not in {None, named.reference}:
            continue
        if named is None:
            click.echo(f"{log}: GONE. Heads were kept of this log, and there is no such tender.", err=True)
            unlike += len(kept)
            continue
        for found in compare(db.session, named.log, kept):
            click.echo(sentence(named, found), err=not found.fits)
            unlike += not found.fits
            if proofs is not None and found.fits:
                proved.append(proof(db.session, named, found))
    if proofs is not None:
        proofs.write_text("".join(f"{json.dumps(one)}\n" for one in proved), encoding="utf-8")
    if unlike:
        raise click.ClickException(
            f"{plural(unlike, 'head')} did not fit: a log was rewritten, cut or restored."
        )
