"""Drafts: kept whole, sealed, and never saved over a colleague's change."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from lots.bid import Bid, BidDraft
from lots.refusal import Conflict, NotFound, Refusal, Refusals
from tender.bids import envelopes, operations
from tender.bids.access import own_bid
from tender.bids.draft import PRICES
from tender.frame.context import db, seal
from tender.procurements.operations import cancelling
from tests.app.bids.conftest import FIRST, SECOND

SECRET = "Heron-coloured umbrellas for every carer"


def test_a_draft_keeps_what_was_saved(bidding):
    bidding.start()
    bidding.answer("Q1", "First line\r\n\r\nSecond line")
    bidding.price({"L3": 1500, "L1": 1599}, preferences=["L3", "L1"], most_lots=1, hours_per_week=123450)
    draft = bidding.draft()
    assert draft.answers == {"Q1": "First line\n\nSecond line"}
    assert list(draft.prices.items()) == [("L1", 1599), ("L3", 1500)]
    assert (draft.preferences, draft.most_lots, draft.hours_per_week) == (("L3", "L1"), 1, 123450)


def test_an_answer_far_beyond_its_word_limit_is_kept_in_the_draft(bidding):
    bidding.start()
    bidding.answer("Q1", "word " * 400)
    assert len(bidding.draft().answers["Q1"].split()) == 400


def test_an_answer_too_long_for_any_question_is_refused_and_the_draft_stays(bidding):
    bidding.start()
    bidding.answer("Q1", "Short.")
    with pytest.raises(Refusal, match="50,000 characters or fewer, it has 50,001"):
        bidding.answer("Q1", "a" * 50_001)
    assert bidding.draft().answers["Q1"] == "Short."


def test_characters_that_nobody_can_read_become_spaces(bidding):
    bidding.start()
    bidding.answer("Q1", "Page one\x0cpage two\x00and\x07more")
    assert bidding.draft().answers["Q1"] == "Page one\npage two and more"


def test_an_emptied_answer_is_taken_out(bidding):
    bidding.start()
    bidding.answer("Q1", "Something")
    bidding.answer("Q1", "  \n ")
    assert bidding.draft().answers == {}


def test_a_question_of_another_tender_is_not_found(bidding):
    bidding.start()
    with pytest.raises(NotFound, match="no such question"):
        bidding.answer("Q9", "Hello")


def test_two_colleagues_on_different_questions_do_not_hinder_each_other(bidding):
    bidding.start()
    seen = bidding.draft().revision("Q2")
    bidding.answer("Q1", "From one.", seen=0)
    bidding.answer("Q2", "From the other.", seen=seen)
    assert bidding.draft().answers == {"Q1": "From one.", "Q2": "From the other."}


def test_an_answer_is_not_saved_over_a_colleagues_change(bidding):
    bidding.start()
    bidding.answer("Q1", "From one.", seen=0)
    with pytest.raises(Conflict, match="Paula Provider changed this on 23 November 2026 at 9am GMT"):
        bidding.answer("Q1", "From the other.", seen=0)
    assert bidding.draft().answers["Q1"] == "From one."


def test_the_same_text_saved_by_two_colleagues_is_no_conflict(bidding):
    bidding.start()
    bidding.answer("Q1", "The same.", seen=0)
    bidding.answer("Q1", "The same.", seen=0)
    assert bidding.draft().revision("Q1") == 1


def test_prices_are_not_saved_over_a_colleagues_change(bidding):
    bidding.start()
    bidding.price({"L1": 1599}, seen=0)
    with pytest.raises(Conflict):
        bidding.price({"L1": 1400}, seen=0)
    assert bidding.draft().prices == {"L1": 1599}
    assert bidding.draft().revision(PRICES) == 1


@pytest.mark.parametrize(
    ("prices", "told"),
    [
        ({"L1": 0}, "Price for L1 Burnley must be more than £0"),
        ({"L1": -5}, "Price for L1 Burnley must be more than £0"),
        ({"L1": 2801}, "Price for L1 Burnley must be £28.00 an hour or less"),
        ({"L1": 1199}, "Price for L1 Burnley must be £12.00 an hour or more"),
        ({"L9": 1500}, "There is no lot L9 to bid for in this tender"),
    ],
)
def test_a_price_that_could_not_win_is_refused_with_the_limit(bidding, prices, told):
    bidding.start()
    with pytest.raises(Refusals, match=told):
        bidding.price(prices)
    assert bidding.draft().prices == {}


@pytest.mark.parametrize("price", [1200, 2800])
def test_a_price_on_the_limit_is_taken(bidding, price):
    bidding.start()
    bidding.price({"L1": price})
    assert bidding.draft().prices == {"L1": price}


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"preferences": ["L2"]}, "Enter a price for L2 Pendle, or take it out of your order"),
        ({"preferences": ["L1", "L1"]}, "Name each lot once"),
        ({"preferences": ["L7", "L1"]}, "There is no lot L7 to prefer"),
        ({"most_lots": 0}, "a number from 1 to 3"),
        ({"most_lots": 4}, "a number from 1 to 3"),
        ({"hours_per_week": 0}, "Hours a week must be more than 0"),
    ],
)
def test_wishes_that_make_no_sense_are_refused(bidding, more, told):
    bidding.start()
    with pytest.raises(Refusals, match=told):
        bidding.price({"L1": 1599}, **more)


def test_a_cancelled_lot_can_neither_be_priced_nor_is_it_submitted(bidding, read, clock):
    bidding.prepare()
    with bidding.change() as session:
        tender = bidding.tender(session)
        officer = bidding.people.of(session, "officer@example.org")
        cancelling.cancel_lot(
            session,
            actor=officer,
            now=clock(),
            tender=tender,
            lot=tender.lots[1],
            reason="There is no money for it.",
        )
    with pytest.raises(Refusals, match="no lot L2 to bid for"):
        bidding.price({"L2": 1500})
    bidding.submit()
    with read() as session:
        by = bidding.by(session)
        version = operations.current_version(own_bid(session, by["tender"], by["actor"]))
        assert envelopes.open_quality(seal(), version).lots == ("L1",)
        assert set(envelopes.open_prices(seal(), version).prices) == {"L1"}


def test_a_draft_in_another_bids_place_cannot_be_read(bidding):
    for email in (FIRST, SECOND):
        bidding.start(email)
        bidding.answer("Q1", f"By {email}", email)
    with bidding.change() as session:
        mine, theirs = session.scalars(select(BidDraft).order_by(BidDraft.bid_id))
        theirs.sealed = mine.sealed
    with pytest.raises(Refusal, match="cannot be opened"):
        bidding.draft(SECOND)


def test_nothing_of_a_bid_can_be_read_in_the_database_file(bidding, app, database):
    """Not in the file, and not in the log that SQLite writes ahead of it."""
    url = make_url(database)
    bidding.prepare()
    bidding.answer("Q1", SECRET)
    bidding.price({"L1": 2345, "L2": 1610}, preferences=["L2", "L1"])
    bidding.submit()
    bidding.answer("Q1", f"{SECRET} twice")
    bidding.submit()
    if url.get_backend_name() == "sqlite":
        kept = Path(str(url.database))
        raw = b"".join(file.read_bytes() for file in kept.parent.glob(f"{kept.name}*"))
        assert kept.with_name(f"{kept.name}-wal").exists()
        assert b"Paula Provider" in raw  # what is not sealed is found, so the search works
    else:
        raw = _every_value(app)
        assert b"Paula Provider" in raw
    for plain in (SECRET, "umbrellas", '"L1":2345', "bid-quality", "bid-prices", "bid-draft"):
        for encoded in (plain.encode(), plain.encode("utf-16-le"), plain.encode().hex().encode()):
            assert encoded not in raw, plain


def _every_value(app) -> bytes:
    with app.app_context():
        session = db.session
        values = [
            value if isinstance(value, bytes) else str(value).encode()
            for table in Bid.metadata.sorted_tables
            for row in session.execute(select(table))
            for value in row
            # hashes and keys may hold any digits by chance
            if not (isinstance(value, str) and len(value) >= 40 and " " not in value)
        ]
        session.rollback()
    return b"\n".join(values)
