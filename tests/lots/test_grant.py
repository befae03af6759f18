"""The role that serves on PostgreSQL, tried as somebody would who got into the service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from lots.guards.check import faults
from lots.guards.grant import Unfit, grant, granted, of_engine
from lots.guards.guard import renew
from lots.guards.tables import GUARDS
from tests.lots import small_record
from tests.postgresql import OWNER, SERVING, SUPERUSER, PostgreSQL, by, migrate
from tests.reaching import unguard


@pytest.fixture
def owner(postgresql_server: PostgreSQL) -> Iterator[Engine]:
    """The owner's engine on a database of its own, with the small record in it and nothing granted yet."""
    with postgresql_server.empty() as url:
        migrate(url)
        engine = create_engine(url)
        with engine.begin() as connection:
            unguard(connection)
            small_record.write_down(connection)
            renew(connection, *GUARDS)
        yield engine
        engine.dispose()


@pytest.fixture
def serving(owner: Engine) -> Iterator[Engine]:
    with owner.begin() as connection:
        grant(connection, SERVING)
    engine = create_engine(by(SERVING, owner.url.render_as_string(hide_password=False)))
    yield engine
    engine.dispose()


LIFTING = (
    "ALTER TABLE mark DISABLE TRIGGER ALL",
    "ALTER TABLE mark DISABLE TRIGGER mark_append_only",
    "DROP TRIGGER mark_append_only ON mark",
    "CREATE OR REPLACE FUNCTION mark_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RETURN NULL; END $$",
    "DROP FUNCTION mark_append_only() CASCADE",
    "TRUNCATE mark CASCADE",
    "UPDATE mark SET mark = 5",
    "DELETE FROM mark",
    "DELETE FROM tender",
    "UPDATE event SET body = '{}'",
    "UPDATE tender SET id = 7",
    "INSERT INTO mark SELECT * FROM mark ON CONFLICT (id) DO UPDATE SET mark = 5",
    "DROP TABLE mark",
    "ALTER TABLE mark DROP COLUMN rationale",
    "ALTER TABLE mark RENAME TO other",
    "CREATE TRIGGER mine BEFORE INSERT ON mark FOR EACH ROW "
    "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE TABLE mine (id integer)",
    "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "SET session_replication_role = replica",
    f"SET ROLE {OWNER}",
    "ALTER TABLE mark OWNER TO tender_serving",
    "UPDATE alembic_version SET version_num = '0001'",
    "SELECT setval(pg_get_serial_sequence('mark', 'id'), 1)",
    "UPDATE pg_trigger SET tgenabled = 'D'",
)


def test_the_role_that_serves_lifts_nothing(serving: Engine) -> None:
    with serving.connect() as connection:
        for statement in LIFTING:
            with (
                pytest.raises(DBAPIError, match=r"permission denied|must be owner"),
                connection.begin_nested(),
            ):
                connection.execute(text(statement))


def test_the_role_that_serves_may_read_and_add_everywhere(serving: Engine) -> None:
    with serving.connect() as connection:
        for guard in GUARDS:
            assert connection.execute(text(f"SELECT * FROM {guard.table}")).all()
            connection.execute(text(f"INSERT INTO {guard.table} SELECT * FROM {guard.table} WHERE false"))
        connection.execute(text("SELECT nextval(pg_get_serial_sequence('sign_in_attempt', 'id'))"))
        connection.execute(
            text("INSERT INTO sign_in_attempt (email_hash, address_hash, at) VALUES ('e', 'a', now())")
        )
        connection.execute(text("SELECT * FROM tender WHERE id = 1 FOR UPDATE"))
        connection.execute(text("UPDATE tender SET state = 'awarded' WHERE id = 1"))
        connection.execute(text("DELETE FROM question_lot WHERE question_id = 2"))


def test_a_grant_given_again_changes_nothing_and_one_given_wrongly_is_taken_back(
    owner: Engine, serving: Engine
) -> None:
    with owner.begin() as connection:
        connection.execute(text(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {SERVING}"))
        grant(connection, SERVING)
        grant(connection, SERVING)
        assert granted(connection) == [SERVING]
    with serving.connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
        connection.execute(text("TRUNCATE mark CASCADE"))


def test_a_superuser_the_owner_and_whoever_may_become_one_are_refused_with_the_way_out(
    owner: Engine, postgresql_server: PostgreSQL
) -> None:
    roles = {
        "in_owners_shoes": f"IN ROLE {OWNER}",
        "maker": "CREATEROLE",
        "writer": "IN ROLE pg_write_all_data",
    }
    for role, may in roles.items():
        postgresql_server.run(f"DROP ROLE IF EXISTS {role}")
        postgresql_server.run(f"CREATE ROLE {role} {may}")
    for role, why in {
        SUPERUSER: "is a superuser",
        OWNER: "owns the database",
        "in_owners_shoes": f"is a member of {OWNER}",
        "maker": "may make roles",
        "writer": "is a member of pg_write_all_data",
    }.items():
        with owner.begin() as connection, pytest.raises(Unfit, match=why) as unfit:
            grant(connection, role)
        assert "flask --app wsgi database grant" in unfit.value.message
    with owner.begin() as connection, pytest.raises(Unfit, match="CREATE ROLE nobody LOGIN"):
        grant(connection, "nobody")
    for role in roles:
        postgresql_server.run(f"DROP ROLE {role}")


def test_a_schema_in_which_everybody_makes_tables_is_refused_with_the_way_out(owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text("GRANT CREATE ON SCHEMA public TO PUBLIC"))
    with (
        owner.begin() as connection,
        pytest.raises(Unfit, match="REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
    ):
        grant(connection, SERVING)


def test_it_is_told_who_serves_as_what(owner: Engine, serving: Engine) -> None:
    assert of_engine(serving) == ""
    assert of_engine(owner) == f"{OWNER} owns the database or tables of it"


@pytest.mark.parametrize(
    "how", ["DISABLE TRIGGER mark_append_only", "ENABLE REPLICA TRIGGER mark_append_only"]
)
def test_a_trigger_that_the_owner_switched_off_is_named(owner: Engine, how: str) -> None:
    with owner.connect() as connection:
        connection.execute(text(f"ALTER TABLE mark {how}"))
        assert faults(connection) == [
            "The trigger mark_append_only on the table mark is switched off, in part or whole."
        ]


def test_a_superuser_who_leaves_triggers_out_of_a_session_is_refused_all_the_same(owner: Engine) -> None:
    superuser = create_engine(by(SUPERUSER, owner.url.render_as_string(hide_password=False)))
    with superuser.connect() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        for statement in ("UPDATE mark SET mark = 5", "DELETE FROM tender", "TRUNCATE mark CASCADE"):
            with pytest.raises(DBAPIError, match=r"append-only|are not removed"), connection.begin_nested():
                connection.execute(text(statement))
    superuser.dispose()
