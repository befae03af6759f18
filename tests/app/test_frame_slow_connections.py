"""Connections that send a byte now and then, many at once, against the real server on SQLite."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlalchemy import insert

from lots.database import WRITE, connect
from lots.person import SignInAttempt

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
HEAD = b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = (
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n"
    b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
)
QUICK = """
from tender.serving import *
from tender.slow_connections import Worker

class worker_class(Worker):
    head_seconds = 5
    body_seconds = 6
"""


@pytest.fixture
def served(database: str, tmp_path: Path) -> Iterator[int]:
    """The port of the real server, which lets slow connections go sooner than in real use."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = tmp_path / "quick.py"
    config.write_text(QUICK)
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": database,
        "TENDER_EXAMPLE": "1",
        "PORT": str(port),
    }
    process = subprocess.Popen(
        [str(BIN / "gunicorn"), "--config", str(config), "wsgi:app"],
        env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(150):
            try:
                with urlopen(f"http://127.0.0.1:{port}/health"):
                    break
            except OSError:
                time.sleep(0.2)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=40) == 0


def slow(until: ExitStack, port: int, sent: bytes) -> socket.socket:
    connection = until.enter_context(socket.create_connection(("127.0.0.1", port)))
    connection.sendall(sent)
    return connection


def page(port: int) -> tuple[str, float]:
    began = time.monotonic()
    with urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=10) as answer:
        return answer.read().decode(), time.monotonic() - began


@pytest.mark.first_on("sqlite")
def test_twelve_slow_heads_and_twelve_slow_bodies_stop_nobody_and_are_let_go(
    served: int, database: str
) -> None:
    with ExitStack() as until:
        heads = [slow(until, served, HEAD) for _ in range(12)]
        bodies = [slow(until, served, BODY) for _ in range(12)]
        time.sleep(0.5)
        for _ in range(5):
            text, took = page(served)
            assert "Sign in" in text
            assert took < 4  # before any of them is let go
        # nor does what they have not sent yet keep others from writing
        began = time.monotonic()
        engine = connect(database, execution_options={WRITE: True})
        with engine.begin() as writing:
            writing.execute(
                insert(SignInAttempt).values(email_hash="e", address_hash="a", at=datetime.now(UTC))
            )
        engine.dispose()
        assert time.monotonic() - began < 4
        for connection in (*heads, *bodies):
            connection.settimeout(10)
            while connection.recv(65536):
                pass  # what it may still be told, such as that what it sent was cut off
