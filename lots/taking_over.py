"""After a renewal of the database: what older entries could not tell is told now, as it stands."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from lots import event, explained
from lots.explained import Rows
from lots.replay import Telling, entries, present_rows
from lots.rows import BULK, Values, covered_tables
from lots.tender import Tender


def take_over(session: Session, *, new_tables: Set[str], now: datetime) -> int:
    """Have each log tell what no entry of it can have told: all rows, where its entries are older than the
    rows that entries carry; otherwise rows of `new_tables`, and columns that are new.

    A row that entries could have told, and did not, is never taken over. Returns how many entries that took.
    """
    written = 0
    for tender in [None, *session.scalars(select(Tender).order_by(Tender.id))]:
        rows = _untold(session, tender, new_tables)
        if rows:
            explained.put(session, rows)
            event.write(
                session,
                tender=tender,
                actor=None,
                action="record.taken_over",
                subject="The whole record" if tender is None else tender.reference,
                body={"rows": {table: len(taken) for table, taken in rows.items()}},
                now=now,
            )
            written += 1
    return written


def _untold(session: Session, tender: Tender | None, new_tables: Set[str]) -> Rows:
    telling = Telling()
    for entry in entries(session, tender, telling):
        telling.add(entry)
    rows: Rows = {}
    is_older = not telling.tables
    for table in covered_tables(of_tenders=tender is not None):
        is_new = is_older or table.name in new_tables
        taken = _of_table(session, table, tender, telling, is_new=is_new)
        if taken:
            rows[table.name] = taken
    return rows


def _of_table(
    session: Session, table: Table, tender: Tender | None, telling: Telling, *, is_new: bool
) -> dict[str, Values | None]:
    told = telling.rows(table.name)
    if table.name in BULK:
        groups = session.scalars(select(table.columns[BULK[table.name]]).distinct())
        return {str(group): {} for group in groups if is_new and str(group) not in told}
    taken: dict[str, Values | None] = {}
    for key, values in present_rows(session, table, tender):
        known = told.get(key)
        if known is None and is_new:
            taken[key] = values
        elif known is not None and known.values is not None:
            missing = {name: value for name, value in values.items() if name not in known.values}
            if missing:
                taken[key] = missing
    return taken
