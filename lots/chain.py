"""Tables in which nothing is overwritten: a change is a new entry, which names the one that it replaces."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

from lots.database import UTCDateTime
from lots.refusal import Conflict
from lots.tender import Tender


class Chained:
    """The columns of an entry. The last entry of a chain is the current one."""

    __tablename__: str

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    @declared_attr
    def replaces_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey(f"{cls.__tablename__}.id"))


Entry = TypeVar("Entry", bound=Chained)
Key = TypeVar("Key")


def one_chain_for(table: str, *columns: str) -> tuple[UniqueConstraint, Index]:
    """Constraints: one first entry for each value of the columns, and no entry is replaced twice."""
    first = text("replaces_id IS NULL")
    return (
        UniqueConstraint("replaces_id"),
        Index(f"uq_{table}_first", *columns, unique=True, sqlite_where=first, postgresql_where=first),
    )


def current_entries(
    session: Session,
    kind: type[Entry],
    tender: Tender,
    key: Callable[[Entry], Key],
    *conditions: ColumnElement[bool],
) -> dict[Key, Entry]:
    """The current entry of each of a tender’s chains, by the key of the chain. Read in one query."""
    statement = select(kind).where(kind.tender_id == tender.id, *conditions).order_by(kind.id)
    return {key(row): row for row in session.scalars(statement)}


def id_of(entry: Chained | None) -> int | None:
    return None if entry is None else entry.id


def require_seen(before: Entry | None, seen: int | None, message: Callable[[Entry | None], str]) -> None:
    """Refuse a change by somebody whose page showed an entry that is no longer current, or none.

    `seen` is the id of the entry that their page showed. Raises Conflict with the `message` about the
    current entry.
    """
    if id_of(before) != seen:
        raise Conflict(message(before))


def append(session: Session, entry: Entry, *, after: Entry | None) -> Entry:
    """Write the entry that replaces another one; after None it begins a chain."""
    entry.replaces_id = id_of(after)
    session.add(entry)
    session.flush()
    return entry
