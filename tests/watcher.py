"""Nothing of a run's PostgreSQL outlives the run, however that ends: as a program, this waits for its end.

Every process that uses the server holds a lock on a file of its own, which the system lets go of when the
process ends, be it killed. The watcher is in a session of its own, so that Ctrl+C does not reach it; once
nobody holds a lock, it stops the server and removes its folders. What a watcher that was killed itself has
left is removed when the next run starts.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NAME = "tender-test-postgresql"
PATIENCE = 20
"""Seconds in which a server must have stopped before it is killed."""


def users(home: Path) -> Path:
    """The folder with a file for each process that uses the server in the folder `home`."""
    return home.with_name(f"{home.name}.users")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else starts or stops one of this user's servers meanwhile."""
    with (folder / f"{NAME}-{os.geteuid()}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def using(home: Path) -> Iterator[None]:
    """The server stays for as long as this process is in the block, and some moments more."""
    mine = users(home) / str(os.getpid())
    with mine.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
        mine.unlink(missing_ok=True)


def start(home: Path) -> None:
    """A watcher over the server in this folder."""
    subprocess.run(
        [sys.executable, __file__, str(home)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=True,
    )


def sweep(folder: Path) -> None:
    """Remove every server of this user's in the folder that nobody uses. Must be `alone`."""
    for left in folder.glob(f"{NAME}-*.users"):
        if left.stat().st_uid == os.geteuid():
            remove_unless_used(left.with_name(left.name.removesuffix(".users")))


def remove_unless_used(home: Path) -> bool:
    """Whether the server was not used by anybody, and is gone now. Must be `alone`."""
    if any(_is_held(file) for file in users(home).glob("*")):
        return False
    _stop(home)
    shutil.rmtree(home, ignore_errors=True)
    shutil.rmtree(users(home), ignore_errors=True)
    return True


def _is_held(file: Path) -> bool:
    try:
        with file.open() as opened:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def _stop(home: Path) -> None:
    """At once, without writing anything more: what is in it is not wanted."""
    for each in (signal.SIGQUIT, signal.SIGKILL):
        until = time.monotonic() + PATIENCE
        while (server := _server(home)) is not None and time.monotonic() < until:
            with suppress(ProcessLookupError):
                os.kill(server, each)
            time.sleep(0.1)


def _server(home: Path) -> int | None:
    """The number of the process that serves this folder."""
    try:
        number = int((home / "postmaster.pid").read_text().split()[0])
        command = subprocess.run(
            ["ps", "-ww", "-o", "stat=", "-o", "command=", "-p", str(number)],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
    except (OSError, ValueError, IndexError):
        return None
    # the number may have passed to another process, and a zombie has stopped
    return number if str(home) in command and not command.startswith("Z") else None


def watch(home: Path) -> None:
    while True:
        with alone(home.parent):
            if remove_unless_used(home):
                return
        time.sleep(0.25)


if __name__ == "__main__" and os.fork() == 0:  # whoever starts it has a process that ends, to wait for
    watch(Path(sys.argv[1]))
