"""What a patient adversary tries across the whole application."""

from __future__ import annotations

import io
import time
from datetime import timedelta

import pytest

from tests.app.bids.conftest import DEADLINE, FIRST, Bidding, bidding, to_bid_for

__all__ = ["bidding", "to_bid_for"]


class SlowBody(io.BytesIO):
    """A request's body whose last bytes arrive only after the deadline."""

    def __init__(self, content: bytes, arrive) -> None:
        super().__init__(content)
        self.arrive = arrive

    def readinto(self, buffer) -> int:
        self.arrive()
        return super().readinto(buffer)


def test_a_bid_whose_request_ends_after_the_deadline_is_too_late_whenever_it_began(client, bidding: Bidding):
    bidding.prepare()
    bidding.to_the_deadline(seconds=1)
    client.enter(FIRST)
    page = client.get(f"/bids/{bidding.tender_id}/check")
    token = page.html.find("input", {"name": "csrf_token"})["value"]
    seen = page.html.find("input", {"name": "seen"})["value"]
    content = f"csrf_token={token}&seen={seen}&submit=y".encode()
    answer = client.raw.post(
        f"/bids/{bidding.tender_id}/check",
        input_stream=SlowBody(content, lambda: bidding.clock.set(DEADLINE + timedelta(seconds=5))),
        content_length=len(content),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 400, answer.location
    assert "It is too late" in answer.text
    with pytest.raises(AssertionError, match="404"):
        client.get(f"/bids/{bidding.tender_id}/receipts/1")


@pytest.mark.parametrize("field", ["company", "name", "email"])
def test_a_nul_in_a_form_is_refused_in_words(client, database, field):
    typed = {"company": "Care Ltd", "name": "Nora", "email": "nora@example.org"}
    typed[field] = f"a\0{typed[field]}"
    seen = client.post_form("/register", typed, submit="Register", status=400)
    assert "cannot be kept" in seen.text


def test_a_nul_in_an_address_is_refused_in_words(client, people, sign_in):
    browser = sign_in("officer@example.org")
    for address in ("/tenders/?search=%00", "/tenders/1/lots/%00", "/%00"):
        assert "cannot be kept" in browser.get(address, status=400).text


@pytest.mark.parametrize(
    ("email", "address"),
    [(FIRST, "/bids/{}/"), (FIRST, "/bids/{}/bid"), ("administrator@example.org", "/people/{}")],
)
def test_a_number_that_no_database_can_hold_is_no_page(client, people, sign_in, email, address):
    assert sign_in(email).get(address.format("9" * 25), status=404).heading == "Page not found"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"a&" * 1_000_000),
        ("application/x-www-form-urlencoded", b"a=1&" * 5_000),
        ("application/x-www-form-urlencoded", b"a=" + b"x" * 5 * 1024 * 1024),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 5_001,
        ),
    ],
    ids=["a million fields", "more fields than a form has", "a long field", "too many parts"],
)
def test_a_form_that_no_page_sends_is_refused_before_it_is_read(client, database, kind, body):
    began = time.monotonic()
    answer = client.raw.post("/sign-in", data=body, content_type=kind)
    assert answer.status_code == 413
    assert time.monotonic() - began < 2


def test_a_part_without_a_name_is_refused_in_words(client, database):
    for place in (b"form-data", b'form-data; filename="a.csv"'):
        body = b"--b\r\nContent-Disposition: %s\r\n\r\nx\r\n--b--\r\n" % place
        answer = client.raw.post("/register", data=body, content_type="multipart/form-data; boundary=b")
        assert answer.status_code == 400
        assert "a part without a name" in answer.text


def test_a_nul_in_the_name_of_any_file_is_refused(client, database):
    part = b'--b\r\nContent-Disposition: form-data; name="f"; filename="%s"\r\n\r\nx\r\n'
    body = part % b"good.csv" + part % b"b\0d.csv" + b"--b--\r\n"
    answer = client.raw.post("/register", data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 400
    assert "cannot be kept" in answer.text


def test_a_form_that_does_not_say_how_long_it_is_is_not_read(client, database):
    answer = client.raw.post(
        "/sign-in",
        input_stream=io.BytesIO(b"a&" * 1_000),
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": None},
    )
    assert answer.status_code == 411
