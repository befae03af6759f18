"""A provider who changes an answer and submits again, without end, whatever becomes of the server."""

from __future__ import annotations

import re
import time
from http.client import HTTPException
from http.cookiejar import CookieJar
from threading import Event, Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from tests.crash.stage import PASSWORD

BROKEN = (OSError, HTTPException)
"""What a visitor sees of a server that was killed."""


class Stay(HTTPRedirectHandler):
    """Redirects are looked at, not followed."""

    def redirect_request(self, *_given: Any) -> None:
        return None


class Bidder(Thread):
    def __init__(self, address: str, email: str) -> None:
        super().__init__(daemon=True)
        self.address, self.email = address, email
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()), Stay())
        self.over = Event()
        self.submitting = False
        self.receipts: dict[int, str] = {}
        """What was acknowledged: the number of each version and the hash on its receipt."""
        self.cut_off = 0
        """Submissions that were never answered."""
        self.refusals: list[str] = []
        self.tried = 0

    def run(self) -> None:
        signed_in = False
        while not self.over.is_set():
            try:
                if not signed_in:
                    self.post("/sign-in", email=self.email, password=PASSWORD)
                    signed_in = True
                self.submit_something_new()
            except BROKEN:
                time.sleep(0.02)

    def submit_something_new(self) -> None:
        self.tried += 1
        text = f"Answer {self.tried} of {self.email}. We train everybody."
        self.post("/bids/1/answers/Q1", text=text)
        _, page = self.ask("/bids/1/check")
        if 'name="seen"' not in page:
            return  # what was sent last is what is in the draft
        self.submitting = True
        try:
            status, told = self.send("/bids/1/check", page)
        except BROKEN:
            self.cut_off += 1
            raise
        finally:
            self.submitting = False
        found = re.fullmatch(r"/bids/1/receipts/(\d+)", told)
        if found is None:
            self.refusals.append(f"{status}: {told[:200]}")
        else:
            self.keep_receipt(int(found[1]))

    def keep_receipt(self, number: int) -> None:
        """Read the receipt, however often it takes: the submission was acknowledged."""
        while number not in self.receipts:
            try:
                _, page = self.ask(f"/bids/1/receipts/{number}")
                self.receipts[number] = re.findall(r">([0-9a-f]{64})<", page)[0]
            except BROKEN:
                time.sleep(0.02)

    def post(self, path: str, **fields: str) -> None:
        _, page = self.ask(path)
        status, told = self.send(path, page, **fields)
        if status not in {302, 303}:
            self.refusals.append(f"{path} {status}: {told[:200]}")

    def send(self, path: str, page: str, **fields: str) -> tuple[int, str]:
        """Fill the form of a page in and send it; gives the status, and where it leads or what it says."""
        hidden = dict(re.findall(r'name="(csrf_token|seen)" type="hidden" value="([^"]*)"', page))
        body = urlencode({**hidden, **fields}).encode()
        return self.ask(path, body)

    def ask(self, path: str, body: bytes | None = None) -> tuple[int, str]:
        request = Request(f"{self.address}{path}", body, headers={"Referer": f"{self.address}{path}"})
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.headers.get("Location") or error.read().decode()
