"""What every row of the record must say, worked out from the log alone, and compared with the tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Select, Table, select
from sqlalchemy.orm import Session

from lots import explained
from lots.database import Base
from lots.event import Event, log_of
from lots.rows import BULK, Values, covered_columns, covered_tables, key_of, path_to_tender, written_down
from lots.tender import Tender

_ROWS_AT_ONCE: Final = 1000


@dataclass
class Told:
    """What the log says of one row."""

    values: Values | None
    """By column; None for a row that was taken out."""
    entry: int
    """The last entry that speaks of the row."""


@dataclass(frozen=True)
class Entry:
    """An entry of the log, as far as it is about rows."""

    sequence: int
    action: str
    actor_id: int | None
    body: Mapping[str, Any]
    rows: Mapping[str, Mapping[str, Values | None]]


@dataclass
class Telling:
    """All that a log has told so far, by table and primary key."""

    tables: dict[str, dict[str, Told]] = field(default_factory=dict)
    carries_rows: bool = False
    """Whether any entry so far carries rows, if only none: those of older versions did not."""
    faults: list[str] = field(default_factory=list)

    def rows(self, table: str) -> dict[str, Told]:
        return self.tables.setdefault(table, {})

    def values(self, table: str, key: object) -> Values:
        """The columns of a row that is there; none for any other."""
        told = self.rows(table).get(str(key))
        return {} if told is None or told.values is None else told.values

    def add(self, entry: Entry) -> None:
        for table, rows in entry.rows.items():
            present = self.rows(table)
            for key, values in rows.items():
                before = present.get(key)
                known = {} if before is None or before.values is None else before.values
                present[key] = Told(None if values is None else {**known, **values}, entry.sequence)


@dataclass(frozen=True)
class Difference:
    """A row, or a column of it, that is not as the log says."""

    table: Table
    key: str
    values: Values
    """The row as the table has it; as the log has it where it is gone."""
    entry: int | None
    """The entry that told of it last; None where none did."""
    is_gone: bool = False
    column: str = ""
    """The column that differs; "" where it is the whole row."""
    told: Any = None


def entries(session: Session, tender: Tender | None, telling: Telling) -> Iterator[Entry]:
    """The entries of the log in their order, read in parts. That they are as they were written, their own
    hashes show; an entry without rows after one with goes into the telling as a fault."""
    statement = (
        select(Event.sequence, Event.action, Event.actor_id, Event.body, Event.rows)
        .where(Event.log == log_of(tender))
        .order_by(Event.sequence)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    with session.execute(statement) as found:
        for sequence, action, actor_id, body, rows in found:
            if rows is None and telling.carries_rows:
                telling.faults.append(f"Entry {sequence} ({action}) does not say which rows it changed.")
            telling.carries_rows = telling.carries_rows or rows is not None
            yield Entry(sequence, action, actor_id, _object(body), _object(rows or "{}"))


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return {}  # only an altered entry holds anything else, and its hash tells of that
    return value if isinstance(value, dict) else {}


def differences(session: Session, tender: Tender | None, telling: Telling) -> Iterator[Difference]:
    """Every row that is not as told, or not told, or told and not there. One query for each table."""
    for table in covered_tables(of_tenders=tender is not None):
        told = telling.rows(table.name)
        if table.name in BULK:
            yield from _bulk_differences(session, table, told)
            continue
        seen = set()
        for key, values in present_rows(session, table, tender):
            seen.add(key)
            yield from _row_differences(table, key, values, told.get(key))
        for key, row in told.items():
            if key not in seen and row.values is not None:
                yield Difference(table, key, row.values, row.entry, is_gone=True)


def present_rows(session: Session, table: Table, tender: Tender | None) -> Iterator[tuple[str, Values]]:
    """The rows of a table, of this tender or all, by primary key, written down."""
    columns, keys = covered_columns(table), table.primary_key.columns
    statement = _within(select(*keys, *columns), table, tender).order_by(*keys)
    # closed however far it is read: who has found enough differences reads no further
    with session.execute(statement.execution_options(yield_per=_ROWS_AT_ONCE)) as rows:
        for row in rows:
            key = ",".join(str(part) for part in row[: len(keys)])
            rest = zip(columns, row[len(keys) :], strict=True)
            yield key, {column.name: written_down(column, value) for column, value in rest}


def _within(statement: Select[Any], table: Table, tender: Tender | None) -> Select[Any]:
    if tender is None:
        return statement
    statement = statement.select_from(table)
    way = path_to_tender(table) or ()
    for foreign in way[:-1]:
        statement = statement.join(foreign.column.table, foreign.parent == foreign.column)
    return statement.where((way[-1].parent if way else table.columns["id"]) == tender.id)


def _row_differences(table: Table, key: str, values: Values, told: Told | None) -> Iterator[Difference]:
    if told is None or told.values is None:
        yield Difference(table, key, values, None if told is None else told.entry)
        return
    if values == told.values:
        return
    for column, value in values.items():
        if column not in told.values or told.values[column] != value:
            yield Difference(table, key, values, told.entry, column=column, told=told.values.get(column))


def _bulk_differences(session: Session, table: Table, told: dict[str, Told]) -> Iterator[Difference]:
    grouped_by = table.columns[BULK[table.name]]
    present = {str(group) for group in session.scalars(select(grouped_by).distinct())}
    for group in sorted({*present, *told}, key=int):
        row = told.get(group)
        values = explained.digest(session, table, int(group))
        if row is None or row.values is None:
            yield Difference(table, group, values, None)
        elif values != row.values:
            column, told_rows = "rows", row.values["rows"]
            if values["rows"] == told_rows:
                column, told_rows = "content", None
            yield Difference(table, group, values, row.entry, column=column, told=told_rows)


def strays(session: Session) -> Iterator[tuple[Table, str]]:
    """Rows of tenders that lead to no tender, as the table and the primary key."""
    for table in covered_tables(of_tenders=True):
        way, keys = path_to_tender(table) or (), table.primary_key.columns
        if not way:
            continue
        statement = select(*keys).select_from(table)
        for foreign in way:
            statement = statement.outerjoin(foreign.column.table, foreign.parent == foreign.column)
        tender = Base.metadata.tables["tender"]
        for row in session.execute(statement.where(tender.columns["id"].is_(None)).limit(_ROWS_AT_ONCE)):
            yield table, key_of(table, dict(zip(keys.keys(), row, strict=True)))
