"""The log: its check beside bare hashing of the same entries, and what it costs to add to a long one.

Bare is what nobody can do without: canonical JSON and SHA-256 of each entry, which lies in memory already.
The check reads the entries from an SQLite file besides, and compares keyed hashes, order, tree and heads.
"""

from __future__ import annotations

import gc
import hashlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lots import event, log_check, migrations
from lots.database import WRITE, connect
from lots.event import INSTALLATION, Event, moment_text
from lots.log_key import IN_SESSION, LogKey
from lots.tree import TreeHead
from scoring import merkle
from scoring.canonical import canonical_json
from tests.benchmarks.row import Row, seconds

ROOT = Path(__file__).parents[2]
ENTRIES, SHORT, LONG = 1_000_000, 10, 100_000
HEADS_EVERY = 100
ADDING = {"add an entry": "provider.changed", "add one and keep the head": "tender.added"}
MOST_TIMES, MOST_MEMORY, MOST_GROWTH = 2.0, 1.2, 1.5
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEY = LogKey(bytes(range(32)))
BODY = canonical_json(
    {
        "bid": 1234,
        "version": 3,
        "sha256": "a1" * 32,
        "quality_sha256": "b2" * 32,
        "prices_sha256": "c3" * 32,
        "salt": "d4" * 16,
    }
).decode()
ROWS = canonical_json({"bid": {"1234": {"state": "submitted"}}}).decode()
ROWS_SHA256 = hashlib.sha256(ROWS.encode()).hexdigest()
_AT_ONCE = 10_000


def session_on(file: Path) -> Session:
    """A session on the database in this file, which is made if it is not there."""
    engine = connect(f"sqlite:///{file}", execution_options={WRITE: True})
    if not file.exists():
        migrations.upgrade(engine)
    return Session(engine, info={IN_SESSION: KEY})


def entry(number: int) -> dict[str, Any]:
    """The columns of an entry as `lots.event.write` makes them, without its hashes."""
    at = START + timedelta(seconds=number)
    return {
        "log": INSTALLATION,
        "sequence": number,
        "tender_id": None,
        "at": at,
        "clock": at,
        "actor_id": None,
        "actor_name": "Paula Provider",
        "action": "provider.changed",
        "subject": f"Care Company {number % 977} Ltd",
        "body": BODY,
        "rows": ROWS,
        "rows_sha256": ROWS_SHA256,
    }


def leaf_of(values: dict[str, Any]) -> dict[str, Any]:
    """What is hashed of the entry."""
    kept = {name: values[name] for name in ("log", "sequence", "actor_name", "action", "subject", "body")}
    times = {name: moment_text(values[name]) for name in ("at", "clock")}
    return {**kept, **times, "actor": values["actor_id"], "rows_sha256": values["rows_sha256"]}


def fill(session: Session, entries: int) -> None:
    """Write a log of so many genuine entries, with a head every hundred."""
    tree, before = merkle.Frontier(), None
    for first in range(0, entries, _AT_ONCE):
        batch, heads = [], []
        for number in range(first, min(first + _AT_ONCE, entries)):
            values = entry(number)
            leaf = merkle.leaf_hash(canonical_json(leaf_of(values)))
            before = KEY.of_entry(before, leaf)
            batch.append({**values, "leaf_hash": leaf.hex(), "keyed_hash": before})
            tree.append(leaf)
            if tree.size % HEADS_EVERY == 0:
                root = tree.root().hex()
                keyed_hash = KEY.of_head(INSTALLATION, tree.size, root)
                heads.append(
                    {
                        "log": INSTALLATION,
                        "size": tree.size,
                        "root": root,
                        "at": values["at"],
                        "keyed_hash": keyed_hash,
                    }
                )
        session.execute(insert(Event.__table__), batch)
        if heads:
            session.execute(insert(TreeHead.__table__), heads)
        session.commit()
    add(session, entries)
    session.commit()


def add(session: Session, number: int, action: str = "provider.changed") -> None:
    event.write(
        session,
        tender=None,
        actor=None,
        action=action,
        subject="x",
        body={},
        now=START + timedelta(seconds=number),
    )


def timed(run: Callable[[], object]) -> float:
    """Seconds of the processor that `run` takes, without what is left over from before. One process, one
    thread, and files that lie in memory: what else the machine does is no part of it."""
    gc.collect()
    start = time.process_time()
    run()
    return time.process_time() - start


def bare(entries: int) -> float:
    """Seconds for canonical JSON and SHA-256 of so many entries that lie in memory."""
    took = 0.0
    for first in range(0, entries, _AT_ONCE):
        batch = [leaf_of(entry(number)) for number in range(first, min(first + _AT_ONCE, entries))]
        start = time.process_time()
        for one in batch:
            hashlib.sha256(canonical_json(one)).digest()
        took += time.process_time() - start
    return took


def check(file: Path) -> None:
    with session_on(file) as session:
        found = log_check.check(session, None)
        assert found.intact, found.faults[:3]


def most_memory(file: Path) -> int:
    """The most bytes that a process of its own ever held that checked the log."""
    code = (
        "import resource, sys; from pathlib import Path; from tests.benchmarks import bench_log; "
        "bench_log.check(Path(sys.argv[1])); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return int(done.stdout) * 1024


def measure(entries: int = ENTRIES, short: int = SHORT, long: int = LONG, repeat: int = 3) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        files = {size: Path(folder) / f"{size}.sqlite" for size in (short, long, entries)}
        for size, file in files.items():
            with session_on(file) as session:
                fill(session, size)
        ours = median(timed(lambda: check(files[entries])) for _ in range(repeat))
        theirs = median(bare(entries) for _ in range(repeat))
        rows = [
            Row(
                f"check a log of {entries:,} entries",
                seconds(ours),
                f"bare canonical JSON and SHA-256 {seconds(theirs)}",
                f"{ours / theirs:.2f}",
                f"at most {MOST_TIMES:g}",
                ours / theirs <= MOST_TIMES,
            )
        ]
        little, much = most_memory(files[short]), most_memory(files[entries])
        rows.append(
            Row(
                "memory to check it",
                f"{much / 2**20:,.0f} MiB",
                f"to check {short:,} entries {little / 2**20:,.0f} MiB",
                f"{much / little:.2f}",
                f"at most {MOST_MEMORY:g}",
                much / little <= MOST_MEMORY,
            )
        )
        for name, action in (
            ("add an entry", "provider.changed"),
            ("add one and keep the head", "tender.added"),
        ):
            few, many = (_adding(files[size], size, action) for size in (short, long))
            rows.append(
                Row(
                    f"{name} at {long:,}",
                    seconds(many),
                    f"at {short:,} {seconds(few)}",
                    f"{many / few:.2f}",
                    f"at most {MOST_GROWTH:g}",
                    many / few <= MOST_GROWTH,
                )
            )
    return rows


def _adding(file: Path, size: int, action: str) -> float:
    """Seconds that one entry more takes, the median of many; none of them stays."""
    with session_on(file) as session:
        took = [timed(lambda number=number: add(session, size + number, action)) for number in range(1, 40)]
        session.rollback()
    return median(took)
