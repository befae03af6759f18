"""Connections that send a byte now and then, many at once, against the real server on SQLite."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

import pytest

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
    head_seconds = 2
    body_seconds = 3
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
def test_twelve_slow_heads_and_twelve_slow_bodies_stop_nobody_and_are_let_go(served: int) -> None:
    with ExitStack() as until:
        heads = [slow(until, served, HEAD) for _ in range(12)]
        bodies = [slow(until, served, BODY) for _ in range(12)]
        time.sleep(0.5)
        for _ in range(5):
            text, took = page(served)
            assert "Sign in" in text
            assert took < 3
        # a form that writes is not kept waiting by what the slow ones have not sent yet
        token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', text)
        assert token is not None
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", served), timeout=10) as one:
            form = f"csrf_token={token[1]}&email=a%40example.org&password=wrong".encode()
            one.sendall(
                b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\n"
                b"Content-Length: " + str(len(form)).encode() + b"\r\n\r\n" + form
            )
            assert one.recv(12) in {b"HTTP/1.1 200", b"HTTP/1.1 400"}
        assert time.monotonic() - began < 3
        for connection in (*heads, *bodies):
            connection.settimeout(10)
            while connection.recv(65536):
                pass  # what it may still be told, such as that what it sent was cut off
