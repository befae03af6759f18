"""What an operator types."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy import select, text

from lots import migrations
from lots.database import connect
from lots.guards.tables import GUARDS
from lots.person import Person
from tender import create_app, serving
from tender.frame.context import db
from tests.app.conftest import CHEAP, PASSWORD
from tests.postgresql import OWNER, SERVING, owners_url
from tests.reaching import as_owner, reach_into, unguard


@pytest.fixture
def run(app):
    def do(*words, **options):
        return app.test_cli_runner().invoke(args=list(words), **options)

    return do


def test_a_person_is_added_and_can_sign_in(run, client, read):
    result = run(
        "person", "add", "Ada@example.org", "Ada Smith", "administrator", "auditor",
        input=f"{PASSWORD}\n{PASSWORD}\n",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "Added Ada Smith" in result.output
    assert PASSWORD not in result.output
    with read() as session:
        assert session.scalars(select(Person)).one().roles == {"administrator", "auditor"}
    client.sign_in("ada@example.org", PASSWORD)


def test_a_refused_password_leaves_no_person_behind(run, read):
    result = run("person", "add", "ada@example.org", "Ada Smith", "officer", "--password", "short")
    assert result.exit_code == 1
    assert "Error: Password must be 12 characters or more" in result.output
    with read() as session:
        assert session.scalars(select(Person)).all() == []


def test_a_role_that_does_not_exist_is_named_with_those_that_do(run):
    result = run("person", "add", "ada@example.org", "Ada", "king", "--password", PASSWORD)
    assert result.exit_code == 2
    assert "'king' is not one of 'administrator'" in result.output


def test_a_made_database_is_not_made_again(run):
    result = run("database", "create")
    assert result.exit_code == 1
    assert "already holds tables" in result.output
    assert "flask --app wsgi database upgrade" in result.output


def test_an_up_to_date_database_stays_as_it_is(run):
    result = run("database", "upgrade")
    assert result.exit_code == 0
    assert result.output.rstrip().endswith("already.")


def test_the_check_of_a_good_database_passes(run, people):
    result = run("database", "check")
    assert result.exit_code == 0, result.output
    assert "log intact, 18 entries" in result.output


def test_an_altered_log_is_found(run, people, change):
    with change() as session:
        reach_into(session, "event", "UPDATE event SET actor_name = 'Mallory' WHERE sequence = 3")
    result = run("database", "check")
    assert result.exit_code == 1
    assert "The installation's log has been altered" in result.output


def test_an_empty_database_is_made_and_checked(tmp_path):
    app = create_app({"DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite'}", "TENDER_EXAMPLE": "1", **CHEAP})
    run = app.test_cli_runner()
    assert "needs" in run.invoke(args=["database", "check"]).output
    assert run.invoke(args=["database", "create"]).exit_code == 0
    assert "log intact, 0 entries" in run.invoke(args=["database", "check"]).output
    with app.app_context():
        db.engine.dispose()


def test_a_server_that_does_not_answer_is_told_without_its_password(tmp_path):
    app = create_app(
        {"DATABASE_URL": f"postgresql://ann:hush@/none?host={tmp_path}", "TENDER_EXAMPLE": "1", **CHEAP}
    )
    result = app.test_cli_runner().invoke(args=["database", "check"])
    assert result.exit_code == 1
    assert "Check DATABASE_URL and that the server runs" in result.output
    assert "hush" not in result.output


def test_triggers_that_were_taken_off_are_put_back_by_the_owner(run, change, database, people):
    with change() as session, as_owner(session) as connection:
        unguard(connection, "mark", "tender")
    assert run("database", "check").exit_code == 1
    app = create_app({"DATABASE_URL": owners_url(database), "TENDER_EXAMPLE": "1", **CHEAP})
    put_back = app.test_cli_runner().invoke(args=["database", "guard"])
    assert put_back.exit_code == 0, put_back.output
    assert "of the table mark: its trigger" in put_back.output
    assert "Every trigger is there." in put_back.output
    with app.app_context():
        db.engine.dispose()
    assert run("database", "check").exit_code == 0
    assert "Every trigger was there already." in _guard_again(database)


def _guard_again(database):
    app = create_app({"DATABASE_URL": owners_url(database), "TENDER_EXAMPLE": "1", **CHEAP})
    told = app.test_cli_runner().invoke(args=["database", "guard"]).output
    with app.app_context():
        db.engine.dispose()
    return told


def test_a_grant_is_told_and_refused_in_words(run, database):
    app = create_app({"DATABASE_URL": owners_url(database), "TENDER_EXAMPLE": "1", **CHEAP})
    grant = app.test_cli_runner().invoke(args=["database", "grant", SERVING])
    if database.startswith("sqlite"):
        assert "SQLite has no roles" in grant.output
    else:
        assert grant.exit_code == 0, grant.output
        assert "it owns nothing. Serve with it." in grant.output
        for words in (("grant", SERVING), ("guard",)):
            by_the_wrong_one = run("database", *words)
            assert by_the_wrong_one.exit_code == 1
            assert "has to be done by the owner of the tables" in by_the_wrong_one.output
    with app.app_context():
        db.engine.dispose()


def test_the_server_says_in_its_log_when_it_serves_as_the_owner(database, monkeypatch):
    monkeypatch.setenv("TENDER_EXAMPLE", "1")
    for address, warned in ((database, False), (owners_url(database), not database.startswith("sqlite"))):
        told = []
        log = SimpleNamespace(warning=lambda text, *values, told=told: told.append(text % values))
        monkeypatch.setenv("DATABASE_URL", address)
        serving.when_ready(SimpleNamespace(log=log))
        assert [f"{OWNER} owns the database or tables of it" in one for one in told] == [True] * warned


def test_an_upgrade_gives_the_roles_that_serve_what_they_need_of_new_tables(postgresql_server):
    with postgresql_server.empty() as address:
        engine = connect(address)
        migrations.upgrade(engine, migrations.revisions()[0])
        with engine.begin() as connection:
            connection.execute(text(f"GRANT INSERT ON event TO {SERVING}"))
        app = create_app({"DATABASE_URL": address, "TENDER_EXAMPLE": "1", **CHEAP})
        told = app.test_cli_runner().invoke(args=["database", "upgrade"])
        assert told.exit_code == 0, told.output
        assert f"{SERVING} may read, add, and change what may change; it owns nothing." in told.output
        with engine.connect() as connection:
            for guard in GUARDS:
                may = text(
                    "SELECT has_table_privilege(:role, :table, 'SELECT') "
                    "AND has_table_privilege(:role, :table, 'INSERT')"
                )
                assert connection.scalar(may, {"role": SERVING, "table": guard.table}), guard.table
        engine.dispose()
        with app.app_context():
            db.engine.dispose()
