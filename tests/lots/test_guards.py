"""What the database itself refuses, tried on the small record by somebody who has the database's own password
and none of the service's manners: no pragma, no session, plain SQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, UniqueConstraint, create_engine, text
from sqlalchemy.exc import DBAPIError

from lots import tables
from lots.database import Base, connect
from lots.guards.check import faults
from lots.guards.guard import Guard, renew, triggers
from lots.guards.tables import GUARDS, UNGUARDED
from tests.lots import small_record
from tests.reaching import unguard

assert tables
BY_TABLE = {guard.table: guard for guard in GUARDS}
EACH = pytest.mark.parametrize("guard", GUARDS, ids=[guard.table for guard in GUARDS])
REFUSED = r"append-only|are frozen|keeps its|are not removed|has this row already"


@pytest.fixture
def filled(database: str, owner_of) -> Iterator[Engine]:
    engine = connect(owner_of(database))
    with engine.begin() as connection:
        unguard(connection)
        small_record.write_down(connection)
        renew(connection, *GUARDS)
    engine.dispose()
    attacker = create_engine(engine.url)
    yield attacker
    attacker.dispose()


def refused(connection: Connection, statement: str) -> None:
    with pytest.raises(DBAPIError, match=REFUSED), connection.begin_nested():
        connection.execute(text(statement))


def columns_of(guard: Guard) -> list[str]:
    return [column.name for column in Base.metadata.tables[guard.table].columns]


def is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def test_every_table_of_the_models_is_guarded_or_listed_with_the_reason_why_not() -> None:
    assert set(Base.metadata.tables) == {*BY_TABLE, *UNGUARDED} - {"alembic_version"}


@EACH
def test_every_column_is_fixed_or_frozen_or_its_change_is_accounted_for(guard: Guard) -> None:
    if guard.append_only:
        return
    sorts = [
        *guard.fixed,
        *guard.frozen,
        *guard.changing,
        *(one for of in guard.while_.values() for one in of),
    ]
    assert sorted(sorts) == sorted(column.name for column in Base.metadata.tables[guard.table].columns)


@EACH
def test_a_guard_knows_every_key_of_its_table(guard: Guard) -> None:
    table = Base.metadata.tables[guard.table]
    keys = [
        tuple(column.name for column in constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint) or constraint is table.primary_key
    ]
    keys += [tuple(column.name for column in index.columns) for index in table.indexes if index.unique]
    known = [tuple(key.partition(" WHERE ")[0].split(", ")) for key in guard.keys]
    assert sorted(known) == sorted(keys)


def test_a_new_database_has_exactly_the_triggers_of_this_version(filled: Engine) -> None:
    with filled.connect() as connection:
        assert faults(connection) == []


def test_no_row_of_the_record_is_removed(filled: Engine) -> None:
    with filled.connect() as connection:
        for guard in GUARDS:
            if guard.published or not guard.removable:
                refused(connection, f"DELETE FROM {guard.table}")  # a published row is among them
            if not is_sqlite(connection):
                refused(connection, f"TRUNCATE {guard.table} CASCADE")


def test_no_row_is_put_over_another_one(filled: Engine) -> None:
    """SQLite's REPLACE takes the old row out without asking the triggers for DELETE."""
    with filled.connect() as connection:
        for guard in GUARDS:
            listed = ", ".join(f'"{one}"' for one in columns_of(guard))
            same = f"INTO {guard.table} ({listed}) SELECT {listed} FROM {guard.table}"
            if is_sqlite(connection):
                refused(connection, f"INSERT OR REPLACE {same}")
                refused(connection, f"REPLACE {same}")
            elif guard.append_only:
                last = columns_of(guard)[-1]
                refused(
                    connection,
                    f"INSERT {same} ON CONFLICT ({guard.keys[0]}) DO UPDATE SET {last} = EXCLUDED.{last}",
                )


def test_a_replacement_under_a_new_number_is_seen_by_the_other_keys(filled: Engine) -> None:
    with filled.connect() as connection:
        for guard in GUARDS if is_sqlite(connection) else ():
            if len(guard.keys) > 1 and guard.keys[0] == "id":
                listed = ", ".join(f'"{one}"' for one in columns_of(guard) if one != "id")
                refused(
                    connection,
                    f"INSERT OR REPLACE INTO {guard.table} ({listed}) SELECT {listed} FROM {guard.table}",
                )


def test_no_column_of_a_row_that_is_decided_or_published_changes(filled: Engine) -> None:
    with filled.connect() as connection:
        for guard in GUARDS:
            for column in columns_of(guard):
                if column in guard.changing:
                    continue
                value = "424242" if is_sqlite(connection) else column
                change = f"{guard.table} SET {column} = {value} WHERE {decided(guard)}"
                refused(connection, f"UPDATE {change}")
                if is_sqlite(connection):
                    refused(connection, f"UPDATE OR REPLACE {change}")
                    refused(connection, f"UPDATE OR IGNORE {change}")


def decided(guard: Guard) -> str:
    """The rows of the small record that may not change any more."""
    return {
        "person": "id = 4",
        "bid_draft": "bid_id = 1",
        "bid": "id = 1",
        "lot": "id = 2",
        "lot_group": "id = 1",
        "question": "id = 1",
        "tender": "id = 1",
    }.get(guard.table, "1 = 1")


def test_rows_are_not_renumbered_through_sqlites_own_name_for_the_number(filled: Engine) -> None:
    with filled.connect() as connection:
        for guard in GUARDS if is_sqlite(connection) else ():
            if guard.keys[0] == "id":
                refused(connection, f"UPDATE {guard.table} SET rowid = 900 WHERE id = 1")


STAYS = (
    "INSERT INTO lot_group (id, tender_id, code, most_lots) VALUES (9, 1, 'new', 2)",
    "INSERT INTO question_lot (question_id, lot_id) VALUES (1, 2)",
    "UPDATE lot SET tender_id = 1 WHERE id = 3",
    "UPDATE question SET tender_id = 1 WHERE id = 2",
    "UPDATE tender SET deadline = published_at WHERE id = 3",
    "UPDATE tender SET quality_weight = 5000, price_weight = 5000 WHERE id = 3",
    "UPDATE tender SET rules_text = NULL WHERE id = 3",
    "UPDATE question SET weight = 1 WHERE tender_id = 3",
    "UPDATE bid SET state = 'withdrawn' WHERE id = 1",
    "UPDATE recommendation SET decided_by_id = 3",
    "UPDATE opening SET second_id = 3",
    "DELETE FROM panel_member WHERE tender_id = 3",
    "UPDATE panel_member SET person_id = 2 WHERE tender_id = 3",
    "UPDATE person SET name = 'Somebody Else' WHERE id = 1",
)


def test_what_is_published_or_decided_stays(filled: Engine) -> None:
    with filled.connect() as connection:
        for statement in STAYS:
            refused(connection, statement)


ALLOWED = (
    "UPDATE tender SET reference = 'NEW', deadline = created_at, revision = 4 WHERE id = 2",
    "UPDATE lot SET zone = 'Pendle', position = -1 WHERE id = 3",
    "DELETE FROM question_lot WHERE question_id = 2",
    "DELETE FROM panel_member WHERE tender_id = 2",
    "UPDATE bid SET state = 'withdrawn' WHERE id = 3",
    "UPDATE bid_draft SET sealed = sealed, revision = 2 WHERE bid_id = 3",
    "UPDATE person SET active = false WHERE id = 1",
    "DELETE FROM person_role WHERE person_id = 3",
    "UPDATE tender SET state = 'awarded' WHERE id = 1",
    "UPDATE lot SET cancelled_at = '2026-12-01 09:00:00' WHERE id = 1",
    "INSERT INTO panel_member (id, tender_id, person_id, role, named_at) "
    "SELECT 9, 3, 2, 'moderator', created_at FROM person WHERE id = 1",
)


def test_what_the_service_does_is_allowed(filled: Engine) -> None:
    with filled.begin() as connection:
        for statement in ALLOWED:
            assert connection.execute(text(statement)).rowcount, statement


def test_a_draft_does_not_take_over_the_place_of_a_published_tender(filled: Engine) -> None:
    with filled.connect() as connection:
        if is_sqlite(connection):
            refused(connection, "UPDATE OR REPLACE tender SET reference = 'OLD-1' WHERE id = 2")
            refused(connection, "UPDATE OR REPLACE bid SET alias = 'B' WHERE id = 1")


def test_each_trigger_that_is_dropped_is_named(filled: Engine) -> None:
    with filled.connect() as connection:
        on = "" if is_sqlite(connection) else " ON {}"
        for trigger in (one for guard in GUARDS for one in triggers(guard, connection.dialect.name)):
            with connection.begin_nested() as step:
                connection.execute(text(f"DROP TRIGGER {trigger.name}{on.format(trigger.table)}"))
                (told,) = faults(connection)
                assert f"table {trigger.table}: its trigger {trigger.name} is gone." in told
                step.rollback()


def test_a_trigger_that_does_nothing_in_the_place_of_one_of_ours_is_named(filled: Engine) -> None:
    with filled.connect() as connection:
        if is_sqlite(connection):
            connection.execute(text("DROP TRIGGER mark_no_update"))
            connection.execute(
                text("CREATE TRIGGER mark_no_update BEFORE UPDATE ON mark WHEN 0 BEGIN SELECT 1; END")
            )
            name = "mark_no_update"
        else:
            connection.execute(
                text(
                    "CREATE OR REPLACE FUNCTION mark_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                    "$$ BEGIN RETURN NULL; END $$"
                )
            )
            name = "mark_append_only"
        (told,) = faults(connection)
        assert told.startswith(f"The trigger {name}")
        assert told.endswith("is not the one of this version.")


def test_a_trigger_of_somebody_elses_is_named(filled: Engine) -> None:
    with filled.connect() as connection:
        if is_sqlite(connection):
            connection.execute(
                text("CREATE TRIGGER helpful AFTER INSERT ON mark BEGIN DELETE FROM sign_in_attempt; END")
            )
        else:
            connection.execute(
                text(
                    "CREATE TRIGGER helpful BEFORE INSERT ON mark FOR EACH ROW "
                    "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
                )
            )
        (told,) = faults(connection)
        assert "helpful" in told
        assert "none of this version’s" in told


def test_a_temporary_table_that_calls_itself_tender_lifts_nothing(filled: Engine) -> None:
    with filled.connect() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE tender (id integer, rules_text text)"))
        refused(connection, "UPDATE lot SET zone = 'Elsewhere' WHERE id = 1")


def test_the_services_own_connections_ask_the_triggers_for_delete_when_replacing(database: str) -> None:
    engine = connect(database)
    with engine.connect() as connection:
        if is_sqlite(connection):
            assert connection.exec_driver_sql("PRAGMA recursive_triggers").scalar() == 1
    engine.dispose()
