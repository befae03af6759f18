"""Whether the database still refuses what it should: every trigger there, switched on, and as it was made."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, text

from lots.guards.guard import Guard, Trigger, schema_of, triggers
from lots.guards.tables import GUARDS

_SQLITE = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
_POSTGRESQL = text(
    """
    SELECT t.tgname, c.relname, t.tgtype, t.tgenabled, t.tgqual IS NULL AND t.tgnargs = 0 AS plain, p.prosrc,
           n.nspname = current_schema() AND p.proname = t.tgname AND l.lanname = 'plpgsql' AS own,
           ARRAY(SELECT a.attname::text FROM unnest(t.tgattr) WITH ORDINALITY AS one(number, place)
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = one.number
                 ORDER BY one.place) AS columns
    FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_proc p ON p.oid = t.tgfoid
    JOIN pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_language l ON l.oid = p.prolang
    WHERE NOT t.tgisinternal AND c.relnamespace = to_regnamespace(current_schema())
    """
)
_BITS = {"ROW": 1, "BEFORE": 2, "INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}


def faults(connection: Connection, guards: Iterable[Guard] = GUARDS) -> list[str]:
    """A sentence for each trigger that is missing, switched off, altered, or none of ours."""
    wanted = {one.name: one for guard in guards for one in triggers(guard, connection.dialect.name)}
    there = (
        _sqlite(connection, wanted)
        if connection.dialect.name == "sqlite"
        else _postgresql(connection, wanted)
    )
    missing = [one for name, one in wanted.items() if name not in there]
    return [
        *(
            f"The database no longer refuses every change of the table {one.table}: "
            f"its trigger {one.name} is gone."
            for one in missing
        ),
        *(f"The trigger {name} {fault}." for name, fault in there.items() if fault),
    ]


def _sqlite(connection: Connection, wanted: dict[str, Trigger]) -> dict[str, str]:
    found = {}
    for name, sql in connection.execute(_SQLITE):
        ours = wanted.get(name)
        if ours is None:
            found[name] = "in the database is none of this version’s"
        else:
            found[name] = "" if sql == ours.sqlite() else "in the database is not the one of this version"
    return found


def _postgresql(connection: Connection, wanted: dict[str, Trigger]) -> dict[str, str]:
    schema = schema_of(connection)
    found = {}
    for row in connection.execute(_POSTGRESQL):
        ours = wanted.get(row.tgname)
        if ours is None:
            found[row.tgname] = f"on the table {row.relname} is none of this version’s"
        elif row.tgenabled != "A":
            found[row.tgname] = f"on the table {row.relname} is switched off, in part or whole"
        else:
            bits = _BITS["BEFORE"] + (_BITS["ROW"] if ours.by_row else 0) + sum(_BITS[v] for v in ours.verbs)
            same = (
                row.plain
                and row.own
                and row.relname == ours.table
                and row.tgtype == bits
                and tuple(row.columns) == ours.columns
                and row.prosrc.strip() == ours.function(schema)
            )
            found[row.tgname] = "" if same else f"on the table {row.relname} is not the one of this version"
    return found
