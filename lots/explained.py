"""Every change of a row of the record is written into the log: with the next event goes what was changed
since the last one. A change that no event follows cannot be committed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Table, event, select
from sqlalchemy.orm import (
    ORMExecuteState,
    RelationshipProperty,
    Session,
    SessionTransaction,
    UOWTransaction,
    sessionmaker,
)
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE
from sqlalchemy.orm.state import InstanceState
from sqlalchemy.sql.dml import UpdateBase

from lots.database import Base
from lots.rows import BULK, Values, covered_columns, is_covered, key_of, of_tender, written_down
from scoring.canonical import canonical_json

_HELD: Final = "changes_are_explained"
_NOTED: Final = "unexplained"
_ROWS_AT_ONCE: Final = 5000

Rows = dict[str, dict[str, Values | None]]
"""By table and primary key: the columns that were set, or None for a row that was taken out."""


class Unexplained(RuntimeError):
    """A programming error: something of the record was changed, and no event followed that tells it."""


@dataclass
class _Noted:
    """What was changed of one row since the last event."""

    is_new: bool = False
    values: Values | None = field(default_factory=dict)


def hold(sessions: sessionmaker[Session]) -> None:
    """Have every session of this maker explain what it changes."""
    sessions.configure(info={**(sessions.kw.get("info") or {}), _HELD: True})
    event.listen(sessions, "after_flush", _note_flushed)
    event.listen(sessions, "do_orm_execute", _note_or_refuse_bulk)
    event.listen(sessions, "before_commit", _refuse_unexplained)
    event.listen(sessions, "after_transaction_end", _forget)


def take(session: Session, *, of_tender_rows: bool) -> str | None:
    """What was changed since the last event, of tenders or of the installation, as canonical JSON. From now
    on it counts as explained. None for a session that nobody holds to explaining."""
    if not session.info.get(_HELD):
        return None
    noted = _noted(session)
    taken = [place for place in noted if of_tender(place[0]) == of_tender_rows]
    rows: Rows = {}
    for table, key in taken:
        change = noted.pop((table, key))
        rows.setdefault(table.name, {})[key] = (
            digest(session, table, int(key)) if table.name in BULK else change.values
        )
    return canonical_json(rows).decode()


def put(session: Session, rows: Rows) -> None:
    """Have the next event carry these rows: for what is told although nothing is changed."""
    for table, changed in rows.items():
        for key, values in changed.items():
            _noted(session)[Base.metadata.tables[table], key] = _Noted(values=values)


def unexplained(session: Session) -> list[tuple[Table, str]]:
    """The table and primary key of each row that was changed since the last event that took it."""
    return list(_noted(session))


def digest(session: Session, table: Table, group: int) -> Values:
    """The number of rows that a bulk table has in this group, and the SHA-256 over them in their order."""
    columns = [*table.primary_key.columns, *covered_columns(table)]
    statement = (
        select(*columns)
        .where(table.columns[BULK[table.name]] == group)
        .order_by(*table.primary_key.columns)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    count, sha256 = 0, hashlib.sha256()
    for row in session.connection().execute(statement):
        values = [written_down(column, value) for column, value in zip(columns, row, strict=True)]
        sha256.update(canonical_json(values) + b"\n")
        count += 1
    return {"rows": count, "sha256": sha256.hexdigest()}


def _noted(session: Session) -> dict[tuple[Table, str], _Noted]:
    noted: dict[tuple[Table, str], _Noted] = session.info.setdefault(_NOTED, {})
    return noted


def _note_flushed(session: Session, flushed: UOWTransaction) -> None:
    # not `session.deleted`, which leaves out those that went because their parent let go of them
    gone = {
        state for state, (is_deleted, is_listed) in flushed.states.items() if is_deleted and not is_listed
    }
    # a row that is taken out and put in again in one go is a new one in the end
    for state in gone:
        _note_deleted(session, state)
    for thing in session.dirty:
        if instance_state(thing) not in gone:
            _note_changed(session, instance_state(thing))
    for thing in session.new:
        _note_new(session, instance_state(thing))


def _note_new(session: Session, state: InstanceState[Any]) -> None:
    for table in _tables(state):
        row = _row(state, table)
        values = {one.name: written_down(one, row.get(one.name)) for one in covered_columns(table)}
        _put(session, table, row, _Noted(is_new=True, values=values))
    _note_links(session, state)


def _note_changed(session: Session, state: InstanceState[Any]) -> None:
    for table in _tables(state):
        changed = {
            one.name: written_down(one, state.dict[key])
            for one in covered_columns(table)
            if (key := state.mapper.get_property_by_column(one).key) in state.committed_state
            and key in state.dict
            and state.committed_state[key] != state.dict[key]
        }
        if not changed:
            continue
        row = _row(state, table)
        before = _noted(session).get((table, key_of(table, row)), _Noted())
        _put(session, table, row, _Noted(before.is_new, {**(before.values or {}), **changed}))
    _note_links(session, state)


def _note_deleted(session: Session, state: InstanceState[Any]) -> None:
    for table in _tables(state):
        _take_out(session, table, _row(state, table))
    _note_links(session, state, deleted=True)


def _take_out(session: Session, table: Table, row: Mapping[str, Any]) -> None:
    if _noted(session).get((table, key_of(table, row)), _Noted()).is_new:
        del _noted(session)[table, key_of(table, row)]  # it was never there for anybody else
    else:
        _put(session, table, row, _Noted(values=None))


def _put(session: Session, table: Table, row: Mapping[str, Any], change: _Noted) -> None:
    key = str(row[BULK[table.name]]) if table.name in BULK else key_of(table, row)
    _noted(session)[table, key] = change


def _tables(state: InstanceState[Any]) -> Iterator[Table]:
    for table in state.mapper.tables:
        if isinstance(table, Table) and is_covered(table):
            yield table


def _row(state: InstanceState[Any], table: Table) -> dict[str, Any]:
    mapper = state.mapper
    return {one.name: state.dict.get(mapper.get_property_by_column(one).key) for one in table.columns}


def _note_links(session: Session, state: InstanceState[Any], *, deleted: bool = False) -> None:
    """Note the rows of tables that only link: they have no objects of their own."""
    for relationship in state.mapper.relationships:
        table = relationship.secondary
        if not isinstance(table, Table) or relationship.viewonly or not is_covered(table):
            continue
        history = state.get_history(relationship.key, PASSIVE_NO_INITIALIZE)
        gone = [*(history.deleted or ()), *(history.unchanged or () if deleted else ())]
        for other in gone:
            _take_out(session, table, _link(relationship, state, instance_state(other)))
        for other in () if deleted else history.added or ():
            row = _link(relationship, state, instance_state(other))
            values = {one.name: written_down(one, row.get(one.name)) for one in covered_columns(table)}
            _put(session, table, row, _Noted(is_new=True, values=values))


def _link(
    relationship: RelationshipProperty[Any], state: InstanceState[Any], other: InstanceState[Any]
) -> dict[str, Any]:
    pairs: list[tuple[InstanceState[Any], Any, Any]] = [
        *((state, near, far) for near, far in relationship.synchronize_pairs),
        *((other, near, far) for near, far in relationship.secondary_synchronize_pairs or ()),
    ]
    return {far.name: one.dict[one.mapper.get_property_by_column(near).key] for one, near, far in pairs}


def _note_or_refuse_bulk(state: ORMExecuteState) -> None:
    """Note rows that are written past the objects into a bulk table; refuse it for any other."""
    statement = state.statement
    if not isinstance(statement, UpdateBase) or not isinstance(statement.table, Table):
        return
    table = Base.metadata.tables.get(statement.table.name)
    if table is None or not is_covered(table):
        return
    given = state.parameters or []
    rows = [given] if isinstance(given, Mapping) else list(given)
    column = BULK.get(table.name)
    if column is None or not state.is_insert or not all(column in row for row in rows) or not rows:
        raise Unexplained(f"{table.name} belongs to the record: change it by its objects, so that it is told")
    for group in {row[column] for row in rows}:
        _noted(state.session)[table, str(group)] = _Noted(is_new=True)


def _refuse_unexplained(session: Session) -> None:
    session.flush()
    if unexplained(session):
        told = ", ".join(f"{table.name} {key}" for table, key in unexplained(session)[:5])
        raise Unexplained(
            f"no event tells the change of {told}: write the event after the change, in the same transaction"
        )


def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_NOTED, None)
