"""What somebody can do who holds the database itself: no trigger, no foreign key and no role stops them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from lots.event import Event
from lots.guards.guard import renew
from lots.guards.tables import GUARDS
from lots.log_key import LogKey
from lots.tree import LogFrontier, TreeHead
from scoring import merkle
from tender import Application
from tender.frame.context import db
from tests.postgresql import SUPERUSER, by
from tests.reaching import unguard


@contextmanager
def intruder(app: Application) -> Iterator[Session]:
    """A connection past everything that guards the record. What is done in it is committed, and the
    guards are back afterwards."""
    with app.app_context():
        url, info = db.engine.url.render_as_string(hide_password=False), dict(db.session.info)
    engine = create_engine(by(SUPERUSER, url))
    try:
        with Session(engine, info=info) as session, session.begin():
            if engine.dialect.name == "postgresql":
                session.execute(text("SET session_replication_role = replica"))  # no foreign key counts
            unguard(session.connection())
            yield session
            session.flush()
            renew(session.connection(), *GUARDS)
    finally:
        engine.dispose()


def recompute(session: Session, log: str, key: LogKey | None = None) -> None:
    """Number and hash every entry of a log again and make its heads and tree fit; with the key, if they have
    it, the keyed hashes too."""
    session.flush()
    session.execute(text("DELETE FROM log_frontier WHERE log = :log"), {"log": log})
    before, tree, roots = None, merkle.Frontier(), {0: merkle.root(()).hex()}
    # numbers are put out of each other's way first: two entries may not have the same one even for a moment
    entries = session.query(Event).filter_by(log=log).order_by(Event.sequence).all()
    for entry in entries:
        entry.sequence += 1_000_000
    session.flush()
    for place, entry in enumerate(entries):
        entry.sequence = place
        leaf = merkle.leaf_hash(entry.leaf())
        entry.leaf_hash = leaf.hex()
        if key is not None:
            entry.keyed_hash = key.of_entry(before, leaf)
        before = entry.keyed_hash
        tree.append(leaf)
        roots[tree.size] = tree.root().hex()
    for head in session.query(TreeHead).filter_by(log=log):
        if head.size not in roots:
            session.delete(head)
            continue
        head.root = roots[head.size]
        if key is not None:
            head.keyed_hash = key.of_head(log, head.size, head.root)
    session.flush()
    if key is not None:
        make_frontier_fit(session, log, key)


def make_frontier_fit(session: Session, log: str, key: LogKey) -> None:
    """What is stored for adding to the log, as it would be if the log had always been as it is."""
    session.execute(text("DELETE FROM log_frontier WHERE log = :log"), {"log": log})
    entries = session.query(Event).filter_by(log=log).order_by(Event.sequence).all()
    tree = merkle.Frontier()
    for entry in entries:
        tree.append(bytes.fromhex(entry.leaf_hash))
    nodes, last = b"".join(tree.nodes).hex(), entries[-1].keyed_hash if entries else None
    keyed_hash = key.of_frontier(log, tree.size, last, nodes)
    session.add(LogFrontier(log=log, size=tree.size, nodes=nodes, keyed_hash=keyed_hash))
    session.flush()
