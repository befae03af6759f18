"""Keyed hashes: who has the database and not the installation's key cannot forge a log unnoticed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lots import event, keyed_logs, log_check
from lots.event import Event
from lots.log_key import IN_SESSION, LogKey
from lots.person import Person
from lots.tree import LogFrontier, TreeHead
from scoring import merkle
from tests.lots.conftest import KEY, MONDAY, unprotect, write

FORGED = "lacks this installation’s keyed hash: somebody without its key wrote or rewrote it."
CUT = (
    "What is stored for adding to this log is missing or not this log’s: entries at its end were removed, or "
    "that was altered."
)
ANOTHER = LogKey(bytes(reversed(KEY)))


def recompute(session: Session, key: LogKey | None = None) -> None:
    """What a forger does: hash every entry and every kept head again, and with a key of their own if any."""
    unprotect(session, "event")
    unprotect(session, "tree_head")
    session.flush()
    tree, before, roots = merkle.Frontier(), None, {0: merkle.root(())}
    for place, entry in enumerate(session.query(Event).order_by(Event.sequence)):
        entry.sequence = place
        leaf = merkle.leaf_hash(entry.leaf())
        entry.leaf_hash = leaf.hex()
        if key is not None:
            entry.keyed_hash = key.of_entry(before, leaf)
        before = entry.keyed_hash
        tree.append(leaf)
        roots[tree.size] = tree.root()
    for head in session.query(TreeHead):
        head.root = roots[head.size].hex()
    session.flush()


def faults(session: Session) -> tuple[str, ...]:
    session.expire_all()
    return log_check.check(session, None).faults


def test_nothing_is_logged_without_the_key(session: Session, officer: Person) -> None:
    del session.info[IN_SESSION]
    with pytest.raises(LookupError, match="no key for the log"):
        write(session, officer)


def test_an_entry_put_at_the_end_without_the_key_is_found(session: Session, officer: Person) -> None:
    write(session, officer, count=2)
    forged = Event(
        log="installation", sequence=2, at=MONDAY + timedelta(hours=1), clock=MONDAY, actor_id=officer.id,
        actor_name=officer.name, action="person.changed", subject="Mallory", body="{}", leaf_hash="",
    )  # fmt: skip
    forged.leaf_hash = merkle.leaf_hash(forged.leaf()).hex()
    session.add(forged)
    session.flush()
    assert faults(session) == (f"Entry 2 (person.changed) {FORGED}",)


@pytest.mark.parametrize("key", [None, ANOTHER], ids=["keyed hashes left", "keyed hashes of another key"])
def test_an_entry_rewritten_with_the_whole_tree_recomputed_is_found(
    session: Session, officer: Person, key: LogKey | None
) -> None:
    write(session, officer, count=4)
    event.keep_head(session, None, MONDAY)
    unprotect(session, "event")
    session.query(Event).filter_by(sequence=1).one().body = '{"roles":["administrator"]}'
    recompute(session, key)
    found = faults(session)
    if key is None:
        assert found == (f"Entry 1 (person.changed) {FORGED}", f"The head kept at 4 entries {FORGED}")
    else:
        assert [one.partition(":")[0] for one in found] == ["Not one entry fits the key of this installation"]


def test_an_entry_removed_with_the_whole_tree_recomputed_is_found(session: Session, officer: Person) -> None:
    write(session, officer, count=5)
    unprotect(session, "event")
    session.delete(session.query(Event).filter_by(sequence=2).one())
    session.flush()
    session.expire_all()
    recompute(session)
    assert faults(session)[0] == f"Entry 2 (person.changed) {FORGED}"


def test_a_head_added_without_the_key_is_found(session: Session, officer: Person) -> None:
    write(session, officer, count=2)
    tree = merkle.Frontier()
    for leaf in event.leaf_hashes(session, "installation"):
        tree.append(leaf)
    session.add(TreeHead(log="installation", size=2, root=tree.root().hex(), at=MONDAY))
    session.flush()
    assert faults(session) == (f"The head kept at 2 entries {FORGED}",)


def test_a_head_that_was_kept_after_a_milestone_is_missed(session: Session, officer: Person) -> None:
    write(session, officer)
    write(session, officer, action="tender.published")
    assert session.query(TreeHead).one().size == 2
    unprotect(session, "tree_head")
    session.execute(text("DELETE FROM tree_head"))
    assert faults(session) == ("The head kept after entry 1 (tender.published) was removed.",)


def test_another_key_than_the_logs_own_is_named_as_that(session: Session, officer: Person) -> None:
    write(session, officer, count=30)
    session.info[IN_SESSION] = ANOTHER
    (fault,) = faults(session)
    assert fault.startswith("Not one entry fits the key of this installation: BID_KEY is not the one")


def test_of_many_faults_of_a_kind_twenty_are_named_and_the_others_counted(
    session: Session, officer: Person
) -> None:
    write(session, officer, count=50)
    unprotect(session, "event")
    session.execute(text("UPDATE event SET body = '{}' WHERE sequence > 1"))
    found = faults(session)
    assert len(found) == 21
    assert found[-1] == "… and 28 more of the same kind."


@pytest.mark.parametrize(
    "change",
    [
        "at = 'yesterday'",
        "sequence = 'first'",
        "clock = 7",
        "body = x'00ff'",
        "action = x'00'",
    ],
)
def test_an_entry_altered_to_what_cannot_be_read_is_named_and_stops_nothing(
    session: Session, officer: Person, change: str
) -> None:
    write(session, officer, count=3)
    unprotect(session, "event")
    alter = text(f"UPDATE event SET {change} WHERE sequence = 1")
    try:
        with session.begin_nested():
            session.execute(alter)
    except DBAPIError:  # PostgreSQL keeps to the types of its columns
        assert faults(session) == ()
    else:
        assert any("altered" in fault for fault in faults(session))


# what stands in the way of adding to a log


def test_an_altered_frontier_is_named_and_never_used(session: Session, officer: Person) -> None:
    write(session, officer, count=3)
    session.execute(text("UPDATE log_frontier SET nodes = replace(nodes, 'a', 'b')"))
    assert faults(session) == (CUT,)
    write(session, officer)
    assert faults(session) == ()
    head = event.keep_head(session, None, MONDAY)
    assert head.root == merkle.root(list(event.leaf_hashes(session, "installation"))).hex()


def test_the_end_of_a_log_removed_without_an_older_copy_to_put_back_is_found(
    session: Session, officer: Person
) -> None:
    write(session, officer, count=4)
    unprotect(session, "event")
    session.execute(text("DELETE FROM event WHERE sequence = 3"))
    assert faults(session) == (CUT,)
    unprotect(session, "log_frontier")
    session.execute(text("DELETE FROM log_frontier"))
    assert faults(session) == (CUT,)


def test_a_frontier_of_an_older_log_is_never_used(session: Session, officer: Person) -> None:
    write(session, officer, count=3)
    kept = session.execute(text("SELECT nodes, keyed_hash, size FROM log_frontier")).mappings().one()
    write(session, officer, count=4)
    session.execute(
        text("UPDATE log_frontier SET nodes = :nodes, keyed_hash = :keyed_hash, size = :size"), kept
    )
    write(session, officer)
    assert faults(session) == ()
    assert session.query(LogFrontier).one().size == 8


def test_a_forged_head_that_waits_for_the_log_is_not_taken_for_its_own(
    session: Session, officer: Person
) -> None:
    write(session, officer)
    session.add(TreeHead(log="installation", size=2, root="f" * 64, at=MONDAY))
    session.flush()
    with pytest.raises(RuntimeError, match="is not that of its entries"):
        write(session, officer, action="tender.published")


# logs that are older than keyed hashes


@pytest.fixture
def old(session: Session, officer: Person) -> Session:
    """A log as it was before: no keyed hashes, no clock; three entries and a head. Then the upgrade."""
    write(session, officer, count=3)
    event.keep_head(session, None, MONDAY)
    unprotect(session, "event")
    unprotect(session, "tree_head")
    for entry in session.query(Event):
        entry.clock = None
        entry.leaf_hash = merkle.leaf_hash(entry.leaf()).hex()
    recompute(session)
    for table in ("event", "tree_head"):
        session.execute(text(f"UPDATE {table} SET keyed_hash = NULL"))
    unprotect(session, "log_frontier")
    session.execute(text("DELETE FROM log_frontier"))
    session.expire_all()
    keyed_logs.begin_keyed_hashes(session, MONDAY + timedelta(days=1))
    return session


def test_an_old_log_goes_on_with_keyed_hashes(old: Session, officer: Person) -> None:
    write(old, officer, count=2, start=MONDAY + timedelta(days=2))
    assert faults(old) == ()
    assert log_check.check(old, None).size == 6


def test_the_old_part_of_a_log_recomputed_is_found(old: Session) -> None:
    old.query(Event).filter_by(sequence=1).one().subject = "Somebody else"
    recompute(old)
    assert any("are not those that were there when keyed hashes began" in one for one in faults(old))


def test_nobody_can_claim_without_the_key_that_an_entry_is_old(old: Session, officer: Person) -> None:
    write(old, officer, count=2, start=MONDAY + timedelta(days=2))
    old.query(Event).filter_by(sequence=4).one().keyed_hash = None
    recompute(old)
    assert f"Entry 4 (person.changed) {FORGED}" in faults(old)
    for entry in old.query(Event):
        entry.keyed_hash = None
    old.flush()
    assert faults(old)[0].startswith("Not one entry fits the key of this installation")


def test_an_old_log_cut_short_is_found(old: Session) -> None:
    old.execute(text("DELETE FROM tree_head"))
    part = keyed_logs.unkeyed_parts(old)["installation"]
    assert part.size == 3
    old.execute(text("DELETE FROM event WHERE sequence IN (1, 2)"))
    assert "Entry 1 is missing: the log goes on with entry 3." in faults(old)
