"""Where the keyed hashes of logs begin that are older than they.

A log that was written before there were keyed hashes has entries and heads without. Up to where that is, and
what the log's head was there, is said by one entry of the installation's log, which carries a keyed hash
itself: nobody without the key can claim afterwards that an entry is so old.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, inspect, select
from sqlalchemy.orm import Session

from lots.event import INSTALLATION, Event, leaf_hashes, write
from lots.log_key import log_key
from lots.log_rows import leaf_of, rows
from scoring import merkle

ACTION = "log.keyed"


@dataclass(frozen=True)
class Unkeyed:
    """The first entries of a log, which are held together by this head alone."""

    size: int
    root: str


NONE = Unkeyed(0, "")


def are_kept(engine: Engine) -> bool:
    """Whether the database has a place for keyed hashes."""
    return any(column["name"] == "keyed_hash" for column in inspect(engine).get_columns("event"))


def begin_keyed_hashes(session: Session, now: datetime) -> None:
    """Say in the installation's log how far every log goes that has entries without keyed hashes.

    Called once, when the database gets the column for them.
    """
    logs = list(session.scalars(select(Event.log).where(Event.keyed_hash.is_(None)).distinct()))
    if not logs:
        return
    so_far = {}
    for log in sorted(logs):
        tree = merkle.Frontier()
        for leaf in leaf_hashes(session, log):
            tree.append(leaf)
        so_far[log] = {"size": tree.size, "root": tree.root().hex()}
    write(
        session,
        tender=None,
        actor=None,
        action=ACTION,
        subject="All logs so far",
        body={"logs": so_far},
        now=now,
    )


def unkeyed_parts(session: Session) -> dict[str, Unkeyed]:
    """By log, what was there before keyed hashes; as the first entry says that says so under the key."""
    key = log_key(session)
    for entry in list(rows(session, Event.log == INSTALLATION, Event.action == ACTION)):
        leaf = leaf_of(entry)
        before = session.scalar(
            select(Event.keyed_hash).where(Event.log == INSTALLATION, Event.sequence == entry.sequence - 1)
        )
        if leaf is not None and entry.keyed_hash == key.of_entry(before, leaf):
            logs = json.loads(entry.body)["logs"]
            return {log: Unkeyed(part["size"], part["root"]) for log, part in logs.items()}
    return {}
