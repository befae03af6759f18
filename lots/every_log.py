"""What only all logs together show: entries that belong nowhere, tenders that are gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lots.event import INSTALLATION, Event, log_named
from lots.first_few import FirstFew
from lots.keyed_logs import unkeyed_parts
from lots.log_rows import rows
from lots.tender import Tender
from lots.tree import LogFrontier, TreeHead

ADDED: Final = "tender.added"
"""The action by which the installation's log knows of a tender."""


def faults_between_logs(session: Session) -> tuple[str, ...]:
    """A sentence for each entry, head or tender that does not fit the others. The same number of queries for
    any number of logs."""
    tenders = session.execute(select(Tender.id, Tender.reference).order_by(Tender.id))
    references = {log_named(tender_id): reference for tender_id, reference in tenders}
    found = FirstFew[str]()
    for fault in (
        *_entries_elsewhere(session, references),
        *_heads_elsewhere(session, references),
        *_gone(session, references),
    ):
        found.add(fault)
    return tuple(found.sentences(str))


def _entries_elsewhere(session: Session, references: dict[str, str]) -> Iterator[str]:
    """Entries of a log that no tender has, or that name another tender than their log's; and tenders whose
    log has none."""
    counted = session.execute(
        select(Event.log, Event.tender_id, func.count())
        .group_by(Event.log, Event.tender_id)
        .order_by(Event.log, Event.tender_id)
    ).all()
    for log, tender_id, count in counted:
        entries = "1 entry" if count == 1 else f"{count:,} entries"
        if log != INSTALLATION and log not in references:
            yield f"The log {log} has {entries}, and there is no such tender."
        elif log != log_named(tender_id):
            whose = "no tender" if tender_id is None else f"tender {tender_id}"
            yield f"The log {_name(log, references)} has {entries} that belong to {whose}."
    with_entries = {log for log, _, _ in counted}
    for log in references:
        if log not in with_entries:
            yield f"Tender {_name(log, references)} has no log: not even an entry for its creation."


def _heads_elsewhere(session: Session, references: dict[str, str]) -> Iterator[str]:
    kept = {INSTALLATION, *references}
    for table, what in ((TreeHead, "Heads are"), (LogFrontier, "A tree is")):
        for log in session.scalars(select(table.log).distinct().order_by(table.log)):
            if log not in kept:
                yield f"{what} kept of the log {log}, and there is no such tender."


def _gone(session: Session, references: dict[str, str]) -> Iterator[str]:
    """Tenders that the installation's log knows and that are not there, or the reverse."""
    known = dict.fromkeys(unkeyed_parts(session), "")
    for entry in rows(session, Event.log == INSTALLATION, Event.action == ADDED):
        try:
            body = json.loads(entry.body)
            known[str(body["log"])] = str(body["reference"])
        except (ValueError, KeyError, TypeError):
            continue  # altered, which the check of the installation's log says
    known.pop(INSTALLATION, None)
    for log, reference in known.items():
        if log not in references:
            yield (
                f"The tender {f'{reference} ' if reference else ''}({log}) is gone: the installation’s log "
                "says that it was there."
            )
    for log in references:
        if log not in known:
            yield f"Tender {_name(log, references)} was never added, as the installation’s log has it."


def _name(log: str, references: dict[str, str]) -> str:
    return f"{references[log]} ({log})" if log in references else log
