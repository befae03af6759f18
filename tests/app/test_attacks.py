"""What a patient adversary tries across the whole application."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from tests.app.bids.conftest import DEADLINE, FIRST, Bidding, bidding, to_bid_for
from tests.app.conftest import PASSWORD

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


@pytest.mark.parametrize("field", ["company", "name", "email", "password"])
def test_a_nul_in_a_form_is_refused_in_words(client, database, field):
    typed = {"company": "Care Ltd", "name": "Nora", "email": "nora@example.org", "password": PASSWORD}
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
