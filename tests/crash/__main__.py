"""`make crash`: 200 SIGKILLs of the server during submissions, on SQLite and on PostgreSQL.

Exit status 1 where an acknowledged submission is not in the record, one is there by halves, or the check of
the record finds anything. Takes some minutes. KILLS=… for another number.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.run import run
from tests.postgresql import migrate, server


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the server that is killed here ends with this
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    wrong = 0
    with tempfile.TemporaryDirectory() as folder, server(f"crash-{os.getpid()}") as postgresql:
        file = f"sqlite:///{folder}/tender.sqlite"
        migrate(file)
        postgresql.copy(postgresql.template, "crash")
        for name, url in (("SQLite", file), ("PostgreSQL", postgresql.url("crash"))):
            began = time.monotonic()
            outcome = run(url, kills, Path(folder) / f"{name}.log")
            print(f"{name}: {outcome} ({time.monotonic() - began:.0f} s)", flush=True)
            for fault in outcome.faults:
                print(f"  {fault}")
            wrong += bool(outcome.faults)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
