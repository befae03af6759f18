"""Entries of a log as rows, for reading very many of them, or what somebody may have altered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, String, select, type_coerce
from sqlalchemy.orm import Session

from lots.event import Event, leaf_bytes, moment_text
from scoring import merkle

AT_A_TIME: Final = 2_000
"""Rows in memory."""


@dataclass(frozen=True)
class Leaf:
    """What an entry hashes to, and its two times."""

    at: datetime
    clock: datetime | None
    hash: bytes


def rows(session: Session, *conditions: ColumnElement[bool]) -> Iterator[Any]:
    """The entries in the order of their log. Moments are as the database has them: an altered one may be no
    moment at all."""
    chosen = (
        select(
            Event.log,
            Event.sequence,
            type_coerce(Event.at, String).label("at"),
            type_coerce(Event.clock, String).label("clock"),
            Event.actor_id,
            Event.actor_name,
            Event.action,
            Event.subject,
            Event.body,
            Event.rows,
            Event.rows_sha256,
            Event.leaf_hash,
            Event.keyed_hash,
        )
        .where(*conditions)
        .order_by(Event.sequence, Event.id)
    )
    return iter(session.execute(chosen.execution_options(yield_per=AT_A_TIME)))


def leaf_of(row: Any) -> Leaf | None:
    """Hash a row again; None where it holds what no entry can hold, or other changed rows than it hashed."""
    try:
        at, clock = _moment(row.at), _moment(row.clock)
        if row.rows_sha256 != (None if row.rows is None else hashlib.sha256(row.rows.encode()).hexdigest()):
            return None
        leaf = merkle.leaf_hash(leaf_bytes(row, moment_text(at), moment_text(clock)))
    except (AttributeError, TypeError, ValueError):
        return None
    return None if at is None else Leaf(at, clock, leaf)


def _moment(value: Any) -> datetime | None:
    """A moment as it comes from the database: SQLite keeps a text in UTC without its zone."""
    if value is None or isinstance(value, datetime):
        return value
    return datetime.fromisoformat(f"{value}+00:00")
