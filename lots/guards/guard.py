"""From what a table may do to the triggers that refuse everything else, for SQLite and for PostgreSQL.

Revisions of the database call `renew` with guards written out in them; `tables.py` holds those of today.
Every trigger is made from its guard alone, so that the check can compare the ones that are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

INSERT, UPDATE, DELETE = "INSERT", "UPDATE", "DELETE"

PUBLISHED = "EXISTS (SELECT 1 FROM {tables}tender WHERE id = {row}.tender_id AND rules_text IS NOT NULL)"
"""The condition under which rows that hang on a tender are part of its published rules."""


@dataclass(frozen=True)
class Guard:
    """What one table may do. A column that stands nowhere here is refused by the test of the tables.

    Conditions are SQL about `{row}`, the row as it is, in which other tables are `{tables}name`.
    """

    table: str
    keys: tuple[str, ...]
    """Primary and unique keys: "id", "tender_id, code", "bid_id WHERE replaces_id IS NULL"."""
    fixed: tuple[str, ...] = ()
    """Columns that never change."""
    frozen: tuple[str, ...] = ()
    """Columns that change until `published` holds."""
    while_: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Columns that change while a condition holds, such as once."""
    changing: Mapping[str, str] = field(default_factory=dict)
    """Columns that may always change, and why."""
    published: str = ""
    """When it holds, no row is added or removed any more, and `frozen` columns stay."""
    removable: str = ""
    """Why rows may be removed (until they are published); "" where they never are."""
    append_only: bool = False
    """Rows are added, and nothing else ever happens to them."""
    extendable: str = ""
    """Why rows may be added though the rules are published; "" where they are not."""


def append_only(table: str, *keys: str) -> Guard:
    """A table whose rows never change. Without keys its primary key is `id` alone."""
    return Guard(table, keys or ("id",), append_only=True)


@dataclass(frozen=True)
class Trigger:
    """One trigger, as it is made on either database and found again by the check."""

    name: str
    table: str
    verbs: tuple[str, ...]
    message: str
    condition: str = ""
    """SQL under which it refuses; without it, always."""
    columns: tuple[str, ...] = ()
    """For an UPDATE: refused where one of these differs."""

    def sqlite(self) -> str:
        (verb,) = self.verbs
        row = "NEW" if verb == INSERT else "OLD"
        # values are compared, because `UPDATE OF id` does not see an assignment to `rowid`
        differs = " OR ".join(f"NEW.{one} IS NOT OLD.{one}" for one in self.columns)
        parts = [self.condition.format(row=row, tables="") if self.condition else "", differs]
        when = " AND ".join(f"({part})" for part in parts if part)
        return (
            f"CREATE TRIGGER {self.name} BEFORE {verb} ON {self.table} "
            f"{f'WHEN {when} ' if when else ''}BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
        )

    @property
    def by_row(self) -> bool:
        return bool(self.condition)

    def function(self, schema: str) -> str:
        """The body of its function on PostgreSQL. Tables are named with their schema, so that a temporary
        table of the same name changes nothing."""
        if not self.condition:
            return f"BEGIN RAISE EXCEPTION '{self.message}'; END"
        row = "NEW" if self.verbs == (INSERT,) else "OLD"
        condition = self.condition.format(row=row, tables=f"{schema}.")
        back = "OLD" if self.verbs == (DELETE,) else "NEW"
        return f"BEGIN IF {condition} THEN RAISE EXCEPTION '{self.message}'; END IF; RETURN {back}; END"

    def postgresql(self, schema: str) -> list[str]:
        verbs = " OR ".join(self.verbs)
        if self.columns:
            verbs = f"UPDATE OF {', '.join(self.columns)}"
        each = "ROW" if self.by_row else "STATEMENT"
        return [
            f"CREATE OR REPLACE FUNCTION {schema}.{self.name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$guard$ {self.function(schema)} $guard$",
            f"CREATE TRIGGER {self.name} BEFORE {verbs} ON {schema}.{self.table} "
            f"FOR EACH {each} EXECUTE FUNCTION {schema}.{self.name}()",
            # also where a session asks that triggers be left out
            f"ALTER TABLE {schema}.{self.table} ENABLE ALWAYS TRIGGER {self.name}",
        ]


def triggers(guard: Guard, dialect: str) -> list[Trigger]:
    """The triggers of a guard, for `sqlite` or `postgresql`."""
    made = list(_always(guard, dialect)) + list(_sometimes(guard))
    if dialect == "sqlite":
        made += _replacing(guard)
    return made


def _always(guard: Guard, dialect: str) -> Iterator[Trigger]:
    table = guard.table
    if guard.append_only:
        message = f"{table} is append-only"
        if dialect == "sqlite":
            for verb in (UPDATE, DELETE):
                yield Trigger(f"{table}_no_{verb.lower()}", table, (verb,), message)
        else:
            yield Trigger(f"{table}_append_only", table, (UPDATE, DELETE, "TRUNCATE"), message)
        return
    if dialect == "postgresql":
        yield Trigger(f"{table}_no_truncate", table, ("TRUNCATE",), f"rows of {table} are not removed")
    if not guard.removable:
        yield Trigger(f"{table}_no_delete", table, (DELETE,), f"rows of {table} are not removed")
    if guard.fixed:
        message = f"{table} keeps its {', '.join(guard.fixed)}"
        yield Trigger(f"{table}_fixed", table, (UPDATE,), message, columns=guard.fixed)


def _sometimes(guard: Guard) -> Iterator[Trigger]:
    table = guard.table
    if guard.published:
        message, condition = "published rules are frozen", guard.published
        if guard.frozen:
            yield Trigger(f"{table}_frozen", table, (UPDATE,), message, condition, guard.frozen)
        if not guard.extendable:
            yield Trigger(f"{table}_no_new", table, (INSERT,), message, condition)
        if guard.removable:
            yield Trigger(f"{table}_no_delete", table, (DELETE,), message, condition)
    for place, (condition, columns) in enumerate(guard.while_.items(), 1):
        message = f"{table} keeps its {', '.join(columns)} from here on"
        # a condition that cannot be answered does not hold
        yield Trigger(
            f"{table}_while_{place}", table, (UPDATE,), message, f"({condition}) IS NOT TRUE", columns
        )


def _replacing(guard: Guard) -> Iterator[Trigger]:
    """SQLite's REPLACE takes rows out without asking the triggers for DELETE; these see it coming."""
    message = f"{guard.table} has this row already"
    taken = " OR ".join(_taken(guard.table, key, "") for key in guard.keys)
    yield Trigger(f"{guard.table}_no_replace", guard.table, (INSERT,), message, taken)
    moving = [
        key for key in guard.keys if not guard.append_only and not set(_columns(key)) <= set(guard.fixed)
    ]
    if moving:
        taken = " OR ".join(_taken(guard.table, key, " AND rowid <> OLD.rowid") for key in moving)
        yield Trigger(f"{guard.table}_no_taking_over", guard.table, (UPDATE,), message, taken)


def _columns(key: str) -> list[str]:
    return [one.strip() for one in key.partition(" WHERE ")[0].split(",")]


def _taken(table: str, key: str, other: str) -> str:
    same = " AND ".join(f"{one} = NEW.{one}" for one in _columns(key))
    where = key.partition(" WHERE ")[2]
    mine, theirs = (f"NEW.{where} AND ", f" AND {where}") if where else ("", "")
    return f"{mine}EXISTS (SELECT 1 FROM {table} WHERE {same}{theirs}{other})"  # noqa: S608  names of ours


def renew(connection: Connection, *guards: Guard) -> None:
    """Give the tables of these guards exactly their triggers, whatever they had before."""
    dialect = connection.dialect.name
    schema = schema_of(connection)
    for guard in guards:
        _take_off(connection, guard.table, schema)
        for trigger in triggers(guard, dialect):
            made = [trigger.sqlite()] if dialect == "sqlite" else trigger.postgresql(schema)
            for statement in made:
                connection.exec_driver_sql(statement)


def schema_of(connection: Connection) -> str:
    """The schema that holds the tables, ready to stand before their names; "" on SQLite."""
    if connection.dialect.name == "sqlite":
        return ""
    return str(connection.scalar(text("SELECT quote_ident(current_schema())")))


def _take_off(connection: Connection, table: str, schema: str) -> None:
    if connection.dialect.name == "sqlite":
        found = connection.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"),
            {"table": table},
        )
        for name in list(found):
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        return
    found = connection.scalars(
        text(
            "SELECT quote_ident(tgname) FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgrelid = CAST(:table AS regclass)"
        ),
        {"table": f"{schema}.{table}"},
    )
    for name in list(found):
        connection.exec_driver_sql(f"DROP TRIGGER {name} ON {schema}.{table}")


@contextmanager
def triggers_aside(connection: Connection) -> Iterator[None]:
    """While a revision rebuilds tables in batch: SQLite drops a rebuilt table’s triggers, and trips over
    those of other tables that name it. So all are taken off before, and are there again afterwards."""
    if connection.dialect.name != "sqlite":
        yield
        return
    kept = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for name, _sql in kept:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _name, sql in kept:
        connection.exec_driver_sql(sql)
