"""The real server, to be killed without warning: one of its processes, or all of them at once."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

from tests.crash.stage import SETTINGS

ROOT = Path(__file__).parent.parent.parent
GUNICORN = Path(sys.executable).parent / "gunicorn"


class Server:
    """gunicorn with two processes, in a process group of its own."""

    def __init__(self, url: str, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.environment = {
            **SETTINGS,
            "PATH": os.environ["PATH"],
            "DATABASE_URL": url,
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "2",
        }
        self.log = log
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                # loaded before the processes part, so that the next one is there as soon as one is killed
                [str(GUNICORN), "--preload", "--config", "python:tender.serving", "wsgi:app"],
                env=self.environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        for _ in range(300):
            with suppress(OSError), urlopen(f"{self.address}/health", timeout=5):
                return
            time.sleep(0.1)
        raise RuntimeError(f"the server does not start: {self.log}")

    def workers(self) -> list[int]:
        number = self.process.pid
        with suppress(OSError):
            return [int(one) for one in Path(f"/proc/{number}/task/{number}/children").read_text().split()]
        return []

    def kill_a_worker(self) -> bool:
        """Whether there was one to kill."""
        with suppress(IndexError, ProcessLookupError):
            os.kill(random.choice(self.workers()), signal.SIGKILL)
            return True
        return False

    def kill_all(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
