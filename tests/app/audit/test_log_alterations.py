"""Every way to alter a log that somebody with the database has: the check names it, on either database.

What only a head kept outside can show is shown by one, and its comparison names it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from lots.event import Event
from lots.log_key import log_key
from lots.tree import TreeHead
from scoring import merkle
from tender import Application
from tests.app.audit.intruder import intruder, make_frontier_fit, recompute
from tests.app.locked_tender import Locked

CUT = "entries at its end were removed"
FORGED = "lacks this installation’s keyed hash"
Attack = Callable[[Session, str], None]


def entry(session: Session, log: str, number: int) -> Event:
    return session.query(Event).filter_by(log=log, sequence=number).one()


def rehash(one: Event) -> None:
    one.leaf_hash = merkle.leaf_hash(one.leaf()).hex()


def change_body(session: Session, log: str) -> None:
    entry(session, log, 6).body = '{"reason":"Another reason."}'


def change_body_and_its_hash(session: Session, log: str) -> None:
    change_body(session, log)
    rehash(entry(session, log, 6))


def delete_in_the_middle(session: Session, log: str) -> None:
    session.delete(entry(session, log, 3))


def delete_and_renumber(session: Session, log: str) -> None:
    delete_in_the_middle(session, log)
    session.flush()
    for number in range(4, 7):
        entry(session, log, number).sequence -= 1
        session.flush()


def swap(session: Session, log: str) -> None:
    first, second = entry(session, log, 3), entry(session, log, 4)
    for one, number in ((first, 100), (second, 3), (first, 4)):
        one.sequence = number
        session.flush()


def append(session: Session, log: str) -> None:
    last = entry(session, log, 6)
    forged = Event(
        log=log, sequence=7, tender_id=last.tender_id, at=last.at + timedelta(hours=1), clock=last.at,
        actor_id=last.actor_id, actor_name=last.actor_name, action="award.returned", subject="x", body="{}",
        keyed_hash=last.keyed_hash,
    )  # fmt: skip
    rehash(forged)
    session.add(forged)


def change_and_recompute(session: Session, log: str) -> None:
    change_body(session, log)
    recompute(session, log)


def delete_and_recompute(session: Session, log: str) -> None:
    delete_in_the_middle(session, log)
    session.flush()
    session.expire_all()
    recompute(session, log)


def replace(session: Session, log: str) -> None:
    """INSERT OR REPLACE where there is such a thing; elsewhere what it does."""
    one = entry(session, log, 6)
    values = {column.name: getattr(one, column.name) for column in Event.__table__.columns}
    session.expunge(one)
    one.body = '{"reason":"Another reason."}'
    rehash(one)
    values.update(body=one.body, leaf_hash=one.leaf_hash)
    insert = Event.__table__.insert()
    if session.get_bind().dialect.name == "sqlite":
        session.execute(insert.prefix_with("OR REPLACE"), values)
    else:
        session.execute(text("DELETE FROM event WHERE id = :id"), {"id": values["id"]})
        session.execute(insert, values)


def delete_all_heads(session: Session, log: str) -> None:
    session.execute(text("DELETE FROM tree_head"))


def delete_one_head(session: Session, log: str) -> None:
    session.execute(text("DELETE FROM tree_head WHERE log = :log AND size = 3"), {"log": log})


def give_to_another_tender(session: Session, log: str) -> None:
    session.execute(text("UPDATE event SET tender_id = 77 WHERE log = :log AND sequence = 4"), {"log": log})


def move_to_another_log(session: Session, log: str) -> None:
    session.execute(
        text("UPDATE event SET log = 'tender:77' WHERE log = :log AND sequence = 6"), {"log": log}
    )


def delete_log(session: Session, log: str) -> None:
    for table in ("event", "tree_head", "log_frontier"):
        session.execute(text(f"DELETE FROM {table} WHERE log = :log"), {"log": log})


def delete_tender(session: Session, log: str) -> None:
    session.execute(text("DELETE FROM tender WHERE id = :id"), {"id": int(log.removeprefix("tender:"))})


def delete_tender_and_log(session: Session, log: str) -> None:
    delete_tender(session, log)
    delete_log(session, log)


def delete_tender_log_and_its_addition(session: Session, log: str) -> None:
    """And the entry by which the installation knew of it, its log recomputed."""
    delete_tender_and_log(session, log)
    session.execute(text("DELETE FROM event WHERE action = 'tender.added'"))
    session.expire_all()
    recompute(session, "installation")


def cut(session: Session, log: str) -> None:
    """The end of the log, the head beyond it, and all that is stored of the tree."""
    session.delete(entry(session, log, 6))
    session.query(TreeHead).filter_by(log=log, size=7).delete()
    session.execute(text("DELETE FROM log_frontier WHERE log = :log"), {"log": log})


@dataclass(frozen=True)
class Case:
    attack: Attack
    told: str

    def __str__(self) -> str:
        return self.attack.__name__


NAMED_BY_THE_CHECK = [
    Case(change_body, "Entry 6 (award.approved) was altered after it was written."),
    Case(change_body_and_its_hash, f"Entry 6 (award.approved) {FORGED}"),
    Case(delete_in_the_middle, "Entry 3 is missing: the log goes on with entry 4."),
    Case(delete_and_renumber, "Entry 3 (evaluation.made) was altered after it was written."),
    Case(swap, "Entry 3 (evaluation.made) was altered after it was written."),
    Case(append, f"Entry 7 (award.returned) {FORGED}"),
    Case(change_and_recompute, f"Entry 6 (award.approved) {FORGED}"),
    Case(delete_and_recompute, f"Entry 3 (evaluation.made) {FORGED}"),
    Case(replace, f"Entry 6 (award.approved) {FORGED}"),
    Case(delete_all_heads, "The head kept after entry 0 (tender.published) was removed."),
    Case(delete_one_head, "The head kept after entry 2 (quality.locked) was removed."),
    Case(give_to_another_tender, "The log LCC-HC-01 (tender:{id}) has 1 entry that belong to tender 77."),
    Case(move_to_another_log, "The log tender:77 has 1 entry, and there is no such tender."),
    Case(delete_log, "Tender LCC-HC-01 (tender:{id}) has no log: not even an entry for its creation."),
    Case(delete_tender, "The log tender:{id} has 7 entries, and there is no such tender."),
    Case(delete_tender_and_log, "The tender LCC-HC-01 (tender:{id}) is gone: the installation’s log says"),
    Case(delete_tender_log_and_its_addition, FORGED),
    Case(cut, CUT),
]


@pytest.mark.parametrize("case", NAMED_BY_THE_CHECK, ids=str)
def test_an_alteration_of_the_log_is_named_by_the_check(
    approved: Locked, app: Application, case: Case
) -> None:
    runner = app.test_cli_runner()
    before = runner.invoke(args=["log", "check"])
    assert before.exit_code == 0, before.output
    with intruder(app) as session:
        case.attack(session, f"tender:{approved.tender_id}")
    done = runner.invoke(args=["log", "check"])
    assert done.exit_code == 1, done.output
    assert case.told.format(id=approved.tender_id) in done.output


# by whoever has the key too, or leaves what is there as it once was


def restore_an_older_copy(session: Session, log: str) -> None:
    cut(session, log)
    make_frontier_fit(session, log, log_key(session))


def rewrite_with_the_key(session: Session, log: str) -> None:
    change_body(session, log)
    recompute(session, log, log_key(session))


def delete_with_the_key(session: Session, log: str) -> None:
    delete_in_the_middle(session, log)
    session.flush()
    session.expire_all()
    recompute(session, log, log_key(session))


def forget_the_tender_with_the_key(session: Session, log: str) -> None:
    delete_tender_and_log(session, log)
    session.execute(text("DELETE FROM event WHERE action = 'tender.added'"))
    session.expire_all()
    recompute(session, "installation", log_key(session))


NAMED_BY_A_HEAD = [
    Case(restore_an_older_copy, "the log held 7 entries, and today it has 6"),
    Case(rewrite_with_the_key, "the first 7 entries of today’s log are not those that it stands for"),
    Case(delete_with_the_key, "the log held 7 entries, and today it has 6"),
    Case(forget_the_tender_with_the_key, "tender:{id}: GONE."),
]


@pytest.mark.parametrize("case", NAMED_BY_A_HEAD, ids=str)
def test_what_the_logs_themselves_cannot_show_is_named_by_a_head_kept_outside(
    approved: Locked, app: Application, tmp_path: Path, case: Case
) -> None:
    runner, kept = app.test_cli_runner(), tmp_path / "heads.jsonl"
    kept.write_text(runner.invoke(args=["log", "heads"]).output)
    assert runner.invoke(args=["log", "check", "--head", str(kept)]).exit_code == 0
    assert all(json.loads(line)["root"] for line in kept.read_text().splitlines())
    with intruder(app) as session:
        case.attack(session, f"tender:{approved.tender_id}")
    done = runner.invoke(args=["log", "check", "--head", str(kept)])
    assert done.exit_code == 1
    assert case.told.format(id=approved.tender_id) in done.output
