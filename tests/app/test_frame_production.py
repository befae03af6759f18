"""The application as it runs in real use: gunicorn with several processes, PostgreSQL, own secrets."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import pytest

from tests.app.test_frame_settings import GOOD
from tests.postgresql import OWNER, SERVING, by

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
PASSWORD = "copper kettle autumn walk"


@pytest.fixture
def environment(postgresql_server):
    name = f"production_{os.getpid()}"
    postgresql_server.run(f"CREATE DATABASE {name} OWNER {OWNER}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    yield {
        **kept,
        **GOOD,
        "DATABASE_URL": postgresql_server.url(name).replace("+psycopg", ""),
        "HTTPS": "0",  # nothing in front of it here that could speak HTTPS
        "PORT": str(port),
        "WEB_CONCURRENCY": "3",
    }
    postgresql_server.run(f"DROP DATABASE {name} WITH (FORCE)")


def command(*words, environment, given=""):
    return subprocess.run(
        [str(BIN / words[0]), *words[1:]],
        env=environment, cwd=ROOT, input=given, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.fixture
def served(environment, tmp_path):
    """The address of the running application; it must stop cleanly when told to."""
    owners = {**environment, "DATABASE_URL": by(OWNER, environment["DATABASE_URL"])}
    for words in (("create",), ("grant", SERVING)):
        made = command("flask", "--app", "wsgi", "database", *words, environment=owners)
        assert made.returncode == 0, made.stderr
    added = command(
        "flask", "--app", "wsgi", "person", "add", "ada@example.org", "Ada Smith", "administrator",
        "--password", PASSWORD, environment=environment,
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    log = tmp_path / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [str(BIN / "gunicorn"), "--config", "python:tender.serving", "wsgi:app"],
            env=environment, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        address = f"http://127.0.0.1:{environment['PORT']}"
        try:
            wait_until_healthy(address, process, log)
            yield address, process, log
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0


def wait_until_healthy(address, process, log):
    for _ in range(150):
        assert process.poll() is None, log.read_text()
        try:
            with urlopen(f"{address}/health") as answer:
                assert answer.read() == b'{"status":"ok"}\n'
                return
        except (URLError, ConnectionError):
            time.sleep(0.2)
    pytest.fail(log.read_text())


class Visitor:
    def __init__(self, address):
        self.address = address
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path):
        with self.opener.open(f"{self.address}{path}") as answer:
            return answer.read().decode()

    def post(self, path, **fields):
        token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', self.get(path))[1]
        body = urlencode({"csrf_token": token, **fields}).encode()
        request = Request(f"{self.address}{path}", body, headers={"Referer": self.address + path})
        with self.opener.open(request) as answer:
            return answer.read().decode()


def test_signing_in_holds_in_every_process_and_failures_count_in_all(served):
    address, process, log = served
    visitor = Visitor(address)
    assert "Ada Smith" in visitor.post("/sign-in", email="ada@example.org", password=PASSWORD)
    with ThreadPoolExecutor(8) as crowd:
        pages = list(crowd.map(lambda _: visitor.get("/people/"), range(48)))
    assert all("1 person" in page for page in pages)

    def guess(number):
        try:
            answer = Visitor(address).post("/sign-in", email="ada@example.org", password=f"guess {number}")
        except HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()
        return 200, answer

    with ThreadPoolExecutor(4) as crowd:
        answers = list(crowd.map(guess, range(12)))
    assert sum(code == 200 and "do not match" in page for code, page in answers) == 5
    assert sum(code == 429 and "too many failed attempts" in page for code, page in answers) == 7

    written = log.read_text()
    assert written.count('"route": "/people/"') == 48
    assert "ada@example.org" not in written
    assert len(children_of(process.pid)) == 3


def test_serving_as_the_owner_of_the_tables_is_warned_of(served, environment):
    _, _, log = served
    assert "Whoever gets into the service" not in log.read_text()
    check = ("flask", "--app", "wsgi", "database", "check")
    assert "Warning" not in command(*check, environment=environment).stderr
    owners = {**environment, "DATABASE_URL": by(OWNER, environment["DATABASE_URL"])}
    told = command(*check, environment=owners)
    assert told.returncode == 0
    assert f"Warning: {OWNER} owns the database or tables of it" in told.stderr


def children_of(pid):
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


@pytest.mark.parametrize("program", ["flask", "gunicorn"])
def test_a_weak_secret_stops_it_with_one_line_that_says_which(environment, program):
    weak = {**environment, "SECRET_KEY": "changeme"}
    words = (
        ("flask", "--app", "wsgi", "database", "check")
        if program == "flask"
        else ("gunicorn", "--config", "python:tender.serving", "wsgi:app")
    )
    result = command(*words, environment=weak)
    assert result.returncode == 1
    assert "SECRET_KEY is too easy to guess" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
