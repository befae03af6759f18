"""The rows of the record in a form that can be compared: which tables and columns belong to it, to which
tender a row belongs, and how a value is written down."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Integer, LargeBinary, String, Table
from sqlalchemy.types import TypeDecorator, TypeEngine

from lots.database import Base, UTCDateTime
from scoring.canonical import canonical_json

OUTSIDE: Final = {
    "event": "It is the log itself, which its own hashes hold.",
    "tree_head": "Heads are compared with the log, not told by it.",
    "log_frontier": "Stored for adding to a log, and compared with the log by its check.",
    "bid_draft": "A provider's working copy, sealed; the record begins with what is submitted.",
    "sign_in_attempt": "Failed attempts to sign in, forgotten after minutes.",
    "registration": "Registrations that wait for their e-mail to be confirmed, forgotten after days.",
    "person.session_token": "A secret of signing in, renewed whenever somebody signs out everywhere.",
}
"""Tables, and columns as table.column, that the log does not explain, each with the reason. Everything else
is the record, whatever table or column is added."""

BULK: Final = {"rating": "file_id"}
"""Tables of very many rows that are written once: an event carries one hash over all rows that have the
same value in this column."""

_HASHED: Final = frozenset(
    {
        "person.email",
        "person.password_hash",
        "provider.address",
        "provider.contact_email",
        "provider.phone",
    }
)
"""Secrets and contact details: a log is for ever, so it carries their hashes alone."""
_LONGEST: Final = 100
"""Characters of a text that is written down itself; of a longer one the hash is."""

Values = dict[str, Any]


def is_covered(table: Table, column: Column[Any] | None = None) -> bool:
    """Whether the log explains the table, or the column of it."""
    return table.name not in OUTSIDE and (column is None or f"{table.name}.{column.name}" not in OUTSIDE)


@lru_cache
def covered_columns(table: Table) -> tuple[Column[Any], ...]:
    """The columns that the log explains, without those of the primary key."""
    return tuple(column for column in table.columns if not column.primary_key and is_covered(table, column))


def key_of(table: Table, row: Mapping[str, Any]) -> str:
    """The primary key as one text, by column names."""
    return ",".join(str(row[column.name]) for column in table.primary_key.columns)


def written_down(column: Column[Any], value: Any) -> Any:
    """The value as JSON says it: moments in UTC, amounts as whole numbers, and long texts, bytes and secrets
    as their SHA-256."""
    return None if value is None else _form(column)(value)


@lru_cache
def _form(column: Column[Any]) -> Callable[[Any], Any]:
    kind: TypeEngine[Any] = column.type
    if isinstance(kind, UTCDateTime):
        return _moment
    if isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    if f"{column.table}.{column.name}" in _HASHED:
        return _hash
    for of_kind, form in _FORMS:
        if isinstance(kind, of_kind):
            return form
    raise TypeError(f"{column.table}.{column.name} is of a type that has no written form here: {kind!r}")


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _hash(value: str) -> dict[str, str]:
    return _bytes(value.encode())


def _bytes(value: bytes) -> dict[str, str]:
    # an object, so that no text can pass for a hash
    return {"sha256": hashlib.sha256(value).hexdigest()}


def _json(value: Any) -> Any:
    return _text(canonical_json(value).decode())


def _text(value: str) -> Any:
    return value if len(value) <= _LONGEST else _hash(value)


def _as_it_is(value: Any) -> Any:
    if type(value) not in (int, bool):
        raise TypeError(f"a whole number or a truth value is needed here, not {value!r}")
    return value


_FORMS: Final[tuple[tuple[type[TypeEngine[Any]], Callable[[Any], Any]], ...]] = (
    (LargeBinary, _bytes),
    (JSON, _json),
    (Date, date.isoformat),
    (String, _text),
    (Boolean, _as_it_is),
    (Integer, _as_it_is),
)
"""How values of each type of column are written down; the first that fits counts."""


@lru_cache
def path_to_tender(table: Table) -> tuple[ForeignKey, ...] | None:
    """The shortest way from a row to its tender, by foreign keys; None where there is none: such a row
    belongs to the installation, as do those beneath it."""
    ways: list[tuple[Table, tuple[ForeignKey, ...]]] = [(table, ())]
    seen = {table}
    for at, way in ways:
        if at.name == "tender":
            return way
        for column in at.columns:
            for foreign in column.foreign_keys:
                beyond = foreign.column.table
                if beyond not in seen and not column.nullable:
                    seen.add(beyond)
                    ways.append((beyond, (*way, foreign)))
    return None


def of_tender(table: Table) -> bool:
    """Whether rows of the table are explained in their tender's log, not in the installation's."""
    return path_to_tender(table) is not None


def covered_tables(*, of_tenders: bool) -> list[Table]:
    """The tables that tenders' logs explain, or the installation's log, in the order of dependence."""
    return [
        table for table in Base.metadata.sorted_tables if is_covered(table) and of_tender(table) == of_tenders
    ]
