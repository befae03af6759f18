"""Entries of a log as rows, for reading very many of them, or what somebody may have altered."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import ColumnElement, String, func, select, type_coerce
from sqlalchemy.orm import Session

from lots.event import Event, leaf_bytes
from scoring.merkle import leaf_hash

AT_A_TIME: Final = 2_000
"""Rows in memory."""


_COLUMNS = Event.__table__.c


def rows(session: Session, *conditions: ColumnElement[bool]) -> Iterator[Any]:
    """The entries in the order of their log. Moments are texts, as the database writes them: an altered one
    may be no moment at all, and to make objects of two million takes as long as all the hashing."""
    postgresql = session.get_bind().dialect.name == "postgresql"
    chosen = (
        select(
            _COLUMNS.log,
            _COLUMNS.sequence,
            _as_text(_COLUMNS.at, postgresql).label("at"),
            _as_text(_COLUMNS.clock, postgresql).label("clock"),
            _COLUMNS.actor_id,
            _COLUMNS.actor_name,
            _COLUMNS.action,
            _COLUMNS.subject,
            _COLUMNS.body,
            _COLUMNS.rows,
            _COLUMNS.rows_sha256,
            _COLUMNS.leaf_hash,
            _COLUMNS.keyed_hash,
        )
        .where(*conditions)
        .order_by(_COLUMNS.sequence)
    )
    # past the objects' loading, which takes as long as all the hashing
    with session.connection().execute(chosen.execution_options(yield_per=AT_A_TIME)) as found:
        yield from found


def _as_text(column: Any, postgresql: bool) -> Any:
    """A moment in UTC as `2026-11-23 09:00:00.000000`, which is how SQLite keeps it."""
    if postgresql:
        return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24:MI:SS.US")
    return type_coerce(column, String)


def leaf_of(row: Any) -> bytes | None:
    """Hash a row again; None where it holds what no entry can hold, or other changed rows than it hashed."""
    log, sequence, at, clock, actor, name, action, subject, body, changed, changed_sha256, _, _ = row
    try:
        if changed_sha256 != (None if changed is None else sha256(changed.encode()).hexdigest()):
            return None
        clock = None if clock is None else moment_of(clock)
        leaf = leaf_bytes(
            log, sequence, moment_of(at), clock, actor, name, action, subject, body, changed_sha256
        )
    except (AttributeError, TypeError, ValueError):
        return None
    return leaf_hash(leaf)


def moment_of(value: Any) -> str:
    """A moment in the form that a leaf has it in. Whether it is one at all the leaf's hash says. Raises
    TypeError for what is no text."""
    if type(value) is str:
        return f"{value[:10]}T{value[11:]}+00:00"
    raise TypeError(f"{value!r} is no moment")
