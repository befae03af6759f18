"""A log from before there were keyed hashes, brought along by the upgrade."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from lots import migrations
from lots.database import WRITE, connect
from scoring import merkle
from scoring.canonical import canonical_json
from tender import Application
from tests.app.audit.intruder import intruder
from tests.app.staging import START, Clock, application

BEFORE_KEYED_HASHES = "0005"


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Application]:
    """Three entries as they were written then, with one head."""
    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    engine = connect(url, execution_options={WRITE: True})
    migrations.upgrade(engine, BEFORE_KEYED_HASHES)
    tree = merkle.Frontier()
    with engine.begin() as connection:
        for number in range(3):
            row = {"log": "installation", "sequence": number, "actor_name": "The system", "body": "{}",
                   "action": "person.added", "subject": f"Person {number}"}  # fmt: skip
            at = f"2026-11-20T09:0{number}:00.000000+00:00"
            leaf = merkle.leaf_hash(canonical_json({**row, "at": at, "actor": None}))
            tree.append(leaf)
            connection.execute(
                text(
                    "INSERT INTO event (log, sequence, at, actor_name, action, subject, body, leaf_hash) "
                    "VALUES (:log, :sequence, :at, :actor_name, :action, :subject, :body, :leaf)"
                ),
                {**row, "at": at[:26].replace("T", " "), "leaf": leaf.hex()},
            )
        connection.execute(
            text("INSERT INTO tree_head (log, size, root, at) VALUES ('installation', 3, :root, :at)"),
            {"root": tree.root().hex(), "at": "2026-11-20 09:02:00.000000"},
        )
    engine.dispose()
    with application(url, Clock(START)) as app:
        yield app


def run(app: Application, *arguments: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=list(arguments))
    return done.exit_code, done.output


def test_the_upgrade_says_how_far_the_old_log_goes_and_the_check_holds_it_to_that(old: Application) -> None:
    assert run(old, "database", "upgrade")[0] == 0
    status, told = run(old, "log", "check")
    assert status == 0, told
    assert "Installation: intact, 4 entries" in told
    with intruder(old) as session:
        session.execute(text("UPDATE event SET keyed_hash = NULL"))
    status, told = run(old, "log", "check")
    assert status == 1
    assert "Not one entry fits the key of this installation" in told


def test_a_second_upgrade_adds_nothing(old: Application) -> None:
    run(old, "database", "upgrade")
    run(old, "database", "upgrade")
    assert "4 entries" in run(old, "log", "check")[1]
