"""What the officers open is what the providers last submitted, and the receipt then shows its place."""

from __future__ import annotations

import hashlib
import json

import pytest
from sqlalchemy import select

from lots.bid import Bid, OpenedBid
from lots.refusal import Refusal
from scoring import merkle
from tender.frame.context import seal
from tender.procurements.operations import opening_bids
from tests.app.bids.conftest import DEADLINE, FIRST, SECOND


@pytest.fixture
def open_bids(bidding):
    def do() -> int:
        bidding.clock.set(DEADLINE)
        with bidding.change() as session:
            first, second = (
                bidding.people.of(session, f"{one}@example.org") for one in ("officer", "officer2")
            )
            by = {"now": bidding.clock(), "tender": bidding.tender(session)}
            opening_bids.request_opening(session, actor=first, **by)
            return opening_bids.complete_opening(session, actor=second, seal=seal(), **by)

    return do


def test_the_last_version_is_opened_and_a_withdrawn_bid_is_not(bidding, open_bids, read):
    for email in (FIRST, SECOND):
        bidding.prepare(email)
        bidding.submit(email)
    bidding.answer("Q1", "The better answer.")
    bidding.price({"L2": 1500})
    bidding.submit()
    bidding.answer("Q1", "A later thought, never submitted.")
    bidding.withdraw(SECOND)
    assert open_bids() == 1
    with read() as session:
        (opened,) = session.scalars(select(OpenedBid)).all()
        assert opened.version.number == 2
        assert opened.answers[0].text == "The better answer."
        assert [one.lot.code for one in opened.lots] == ["L2"]


def test_a_bid_altered_in_the_database_is_not_opened(bidding, open_bids, arrange):
    bidding.prepare()
    bidding.submit()
    with arrange() as session:
        # another bid's number is what the envelope was bound to, as if it had been moved
        bid = session.scalars(select(Bid)).one()
        session.add(Bid(tender_id=bid.tender_id, provider_id=bid.provider_id + 1, started_at=bidding.clock()))
        session.flush()
        other = session.scalars(select(Bid).where(Bid.id != bid.id)).one()
        version = bid.versions[0]
        values = {
            column.name: getattr(version, column.name)
            for column in version.__table__.columns
            if column.name not in {"id", "bid_id"}
        }
        session.add(type(version)(**values, bid_id=other.id))
        other.state = "submitted"
    with pytest.raises(Refusal, match="cannot be opened"):
        open_bids()


def test_after_the_opening_the_receipt_shows_the_entry_that_its_hash_stands_for(
    bidding, open_bids, sign_in, read
):
    bidding.prepare()
    told = bidding.submit()
    open_bids()
    browser = sign_in(FIRST)
    text = browser.get("/bids/1/receipts/1/receipt.txt").data.decode()
    leaf = next(line for line in text.splitlines() if line.startswith('{"action"'))
    assert json.loads(json.loads(leaf)["body"])["sha256"] == told
    assert merkle.leaf_hash(leaf.encode()).hex() in text
    page = browser.get("/bids/1/receipts/1")
    assert leaf in page.text
    assert "this is the bid that the council judges" in page.text


def test_the_published_rules_are_downloaded_as_they_were_hashed(bidding, sign_in, read):
    file = sign_in(FIRST).get("/bids/1/rules.json")
    with read() as session:
        assert hashlib.sha256(file.data).hexdigest() == bidding.tender(session).rules_sha256
