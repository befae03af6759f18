"""A run of the tests that is interrupted or killed leaves no PostgreSQL behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import watcher

ROOT = Path(__file__).parent.parent
WAITS = """
import os, time
from pathlib import Path

def test_that_waits(database):
    Path(os.environ["STARTED"]).touch()
    time.sleep(120)
"""


class Run:
    """One worker that is in the middle of a test on PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        started, test = folder / "started", folder / "test_waiting.py"
        test.write_text(WAITS)
        options = ["-p", "tests.conftest", "-p", "no:cacheprovider", "-n", "1", "-k", "postgresql"]
        self.main = subprocess.Popen(
            [sys.executable, "-m", "pytest", *options, "-c", str(ROOT / "pyproject.toml"), str(test)],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(folder), "STARTED": str(started)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            wait_until(started.exists, "the test does not begin")
        except AssertionError:
            self.end()
            raise
        self.worker, self.postmaster = self.number("users/*"), self.number("postmaster.pid")

    def number(self, file: str) -> int:
        """Of the process that is named by a file or in it."""
        where = f"{watcher.NAME}-*.{file}" if file.startswith("users") else f"{watcher.NAME}-*/{file}"
        (found,) = self.folder.glob(where)
        return int(found.name if file.startswith("users") else found.read_text().split()[0])

    def end(self) -> None:
        if self.main.poll() is None:
            os.killpg(self.main.pid, signal.SIGKILL)
        self.main.wait()

    def left(self) -> list[Path]:
        """What there still is of the server, apart from a file that nothing is in."""
        return [path for path in self.folder.glob(f"{watcher.NAME}*") if path.suffix != ".lock"]


def wait_until(holds: Callable[[], bool], otherwise: str, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, otherwise
        time.sleep(0.05)


def is_running(process: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, check=False).stdout
    return bool(state) and not state.startswith(b"Z")


@pytest.fixture
def run() -> Iterator[Run]:
    """In a folder with a short name: a socket's path may not be long."""
    with tempfile.TemporaryDirectory(prefix="run-", ignore_cleanup_errors=True) as folder:
        run = Run(Path(folder))
        yield run
        run.end()


def interrupt(run: Run) -> None:
    """As Ctrl+C does, which reaches every process at the terminal."""
    os.killpg(run.main.pid, signal.SIGINT)


def end(run: Run) -> None:
    run.main.terminate()


def kill(run: Run) -> None:
    run.main.kill()


def kill_all(run: Run) -> None:
    os.killpg(run.main.pid, signal.SIGKILL)


def kill_the_worker(run: Run) -> None:
    """The main process starts another one in its place, which then finds a server or starts its own."""
    os.kill(run.worker, signal.SIGKILL)
    run.main.send_signal(signal.SIGINT)


@pytest.mark.parametrize(
    "how",
    [
        kill_all,
        *(pytest.param(each, marks=pytest.mark.deep) for each in (interrupt, end, kill, kill_the_worker)),
    ],
)
def test_no_server_outlives_the_run(run: Run, how: Callable[[Run], None]) -> None:
    assert is_running(run.postmaster)
    how(run)
    wait_until(lambda: not is_running(run.postmaster), "PostgreSQL still runs", 60)
    wait_until(lambda: not run.left(), f"there still is {run.left()}", 30)


def test_what_a_killed_watcher_leaves_goes_with_the_next_start(tmp_path: Path) -> None:
    left, used = (tmp_path / f"{watcher.NAME}-{name}" for name in ("left", "used"))
    for home in (left, used):
        home.mkdir()
        watcher.users(home).mkdir()
    (watcher.users(left) / "1").touch()
    with watcher.using(used), watcher.alone(tmp_path):
        watcher.sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir() and path.suffix != ".users"] == [
        used.name
    ]
