"""Replacing a bid, withdrawing it, and doing either twice."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lots.bid import Bid, BidVersion
from lots.refusal import Conflict
from tender.bids import envelopes, operations
from tender.bids.access import own_bid
from tender.frame.context import seal
from tests.app.bids.conftest import DETAILS, FIRST, SECOND


def current(bidding, session, email=FIRST):
    by = bidding.by(session, email)
    return operations.current_version(own_bid(session, by["tender"], by["actor"]))


def count(read, table):
    with read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_button_pressed_twice_submits_once(bidding, read):
    bidding.prepare()
    first = bidding.submit()
    assert bidding.submit() == first
    assert count(read, BidVersion) == 1


def test_a_replacement_is_a_new_version_and_the_old_one_stays(bidding, read):
    bidding.prepare()
    first = bidding.submit()
    bidding.clock.forward(minutes=5)
    bidding.price({"L1": 1550})
    second = bidding.submit()
    assert first != second
    with read() as session:
        version = current(bidding, session)
        assert (version.number, version.sha256) == (2, second)
        assert [one.sha256 for one in version.bid.versions] == [first, second]
        assert envelopes.open_prices(seal(), version.bid.versions[0]).prices == {"L1": 1599, "L2": 1610}


def test_changing_a_draft_after_submitting_leaves_what_was_submitted(bidding, read):
    bidding.prepare()
    bidding.submit()
    bidding.answer("Q1", "Another answer.")
    with read() as session:
        assert envelopes.open_quality(seal(), current(bidding, session)).answers["Q1"] == (
            "We train everybody."
        )


def test_changed_company_details_reach_the_council_with_the_next_version(bidding, read):
    bidding.prepare()
    first = bidding.submit()
    bidding.describe(details=operations.ProviderDetails(**{**vars(DETAILS), "phone": "01772 999888"}))
    assert bidding.submit() != first
    with read() as session:
        versions = current(bidding, session).bid.versions
        phones = [envelopes.open_quality(seal(), one).company["phone"] for one in versions]
    assert phones == ["01282 123456", "01772 999888"]


def test_a_withdrawn_bid_has_no_current_version_and_can_be_submitted_again(bidding, read):
    bidding.prepare()
    bidding.submit()
    bidding.withdraw()
    with read() as session:
        assert current(bidding, session) is None
    bidding.submit()
    with read() as session:
        assert current(bidding, session).number == 2


def test_a_bid_cannot_be_withdrawn_twice(bidding):
    bidding.prepare()
    bidding.submit()
    bidding.withdraw()
    with pytest.raises(Conflict, match="no submitted bid to withdraw"):
        bidding.withdraw()


def test_a_replaced_bid_is_not_withdrawn_by_a_page_that_showed_the_earlier_one(bidding, read):
    bidding.prepare()
    bidding.submit()
    bidding.price({"L1": 1550})
    bidding.submit()
    with pytest.raises(Conflict, match="Version 2 of this bid was submitted on 23 November 2026"):
        bidding.withdraw(seen=1)
    with read() as session:
        assert current(bidding, session).number == 2


def test_a_bid_that_a_colleague_changed_meanwhile_is_not_submitted_unseen(bidding, read):
    bidding.prepare()
    with read() as session:
        by = bidding.by(session)
        bid = own_bid(session, by["tender"], by["actor"])
        content = operations.read_draft(seal(), bid)
        seen = operations.shown_as(*operations.contents_of(by["tender"], bid, content))
    bidding.price({"L1": 2700})
    with pytest.raises(Conflict, match="changed since you opened this page"):
        bidding.submit(seen=seen)
    assert count(read, BidVersion) == 0


def test_starting_twice_gives_the_one_bid_that_a_provider_may_have(bidding, read):
    bidding.start()
    bidding.start()
    bidding.start(SECOND)
    assert count(read, Bid) == 2
