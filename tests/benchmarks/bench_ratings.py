"""A directory with ratings of the whole country, 330,000 rows: read and loaded, with its time and memory.

Each file is loaded by a process of its own into a new SQLite database, so that its peak memory is its own.
"""

from __future__ import annotations

import csv
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import cycle, islice
from pathlib import Path

from sqlalchemy.orm import sessionmaker

from lots import explained, migrations
from lots.database import WRITE, connect
from lots.log_key import IN_SESSION, LogKey
from tender.eligibility.operations import loading_ratings
from tests.benchmarks.row import Row, seconds
from tests.sheets import write_ods

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests/data/cqc/directory_with_ratings.csv"
ROWS = 330_000
MOST_SECONDS, MOST_MEGABYTES = 120, 400
"""Of the process that serves or was given the command; a spreadsheet is read by another, which ends."""
_RATINGS_OF_ONE = 6


def long_form(rows: int) -> Iterator[list[str]]:
    """The header and so many rows: the published sample again and again, each six under another location."""
    header, *sample = csv.reader(io.StringIO(SAMPLE.read_text(encoding="utf-8-sig")))
    yield header
    whole = len(sample) // _RATINGS_OF_ONE * _RATINGS_OF_ONE
    of_locations = [
        row for row in sample[:whole] if row[header.index("Service / Population Group")] == "Overall"
    ]
    for number, row in enumerate(islice(cycle(of_locations), rows)):
        yield [f"1-{10_000_000 + number // _RATINGS_OF_ONE}", *row[1:]]


def write(folder: Path, rows: int) -> list[Path]:
    """The same rows as CSV and as ODS."""
    as_csv, as_ods = folder / "ratings.csv", folder / "ratings.ods"
    with as_csv.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(long_form(rows))
    with zipfile.ZipFile(as_ods, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as parts:
        write_ods(parts, {"Locations": long_form(rows)})
    return [as_csv, as_ods]


def load(path: Path) -> dict[str, float]:
    """Load a file into a new database; how long that took, and the most memory that it took."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite"
        engine = connect(url, execution_options={WRITE: True})
        migrations.upgrade(engine)
        begun = time.perf_counter()
        uploads = [loading_ratings.upload(path.name, path)]
        table = loading_ratings.read_uploads(uploads)
        read = time.perf_counter()
        sessions = sessionmaker(engine)
        explained.hold(sessions)
        with sessions(info={IN_SESSION: LogKey(bytes(32))}) as session:
            file = loading_ratings.keep_ratings(
                session,
                actor=None,
                now=datetime.now(UTC),
                uploads=uploads,
                table=table,
                as_at=date(2026, 1, 1),
            )
            locations = file.row_count
            session.commit()
        ended = time.perf_counter()
        engine.dispose()
    return {
        "read": read - begun,
        "all": ended - begun,
        "locations": locations,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "reader_megabytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }


def measure(rows: int = ROWS) -> list[Row]:
    """A row for each kind of file."""
    with tempfile.TemporaryDirectory() as folder:
        return [_row(path, rows) for path in write(Path(folder), rows)]


def _row(path: Path, rows: int) -> Row:
    command = [sys.executable, "-m", "tests.benchmarks.bench_ratings", str(path)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    took = json.loads(done.stdout)
    reader = f", {took['reader_megabytes']:,} MB in the process that reads" if path.suffix == ".ods" else ""
    return Row(
        name=f"{rows:,} rows of CQC ratings as {path.suffix[1:].upper()}, {took['locations']:,} locations",
        measured=f"{seconds(took['all'])}, of which reading {seconds(took['read'])}",
        compared_with=f"peak memory {took['megabytes']:,} MB{reader}",
        ratio=f"{took['all'] / MOST_SECONDS:.2f}",
        target=f"below {MOST_SECONDS} s and {MOST_MEGABYTES} MB",
        met=took["all"] < MOST_SECONDS and took["megabytes"] < MOST_MEGABYTES,
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(load(Path(sys.argv[1]))))
