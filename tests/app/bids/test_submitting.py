"""Submitting a bid, up to the very second of the deadline."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lots import event, log_check
from lots.bid import BidVersion
from lots.event import Event
from lots.refusal import NotFound, NotPermitted, Refusals
from scoring import merkle
from scoring.canonical import sha256_of
from tender.bids import envelopes, operations
from tender.bids.access import TooLate, find_bid, own_bid
from tender.bids.receipts import as_text, receipt_of
from tender.frame.context import seal
from tests.app.bids.conftest import DEADLINE, DETAILS, FIRST, SECOND, draft_tender


def current(bidding, session, email=FIRST):
    by = bidding.by(session, email)
    return operations.current_version(own_bid(session, by["tender"], by["actor"]))


def count(read, table):
    with read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_whole_bid_is_submitted_and_can_be_opened_as_it_was_sent(bidding, read):
    bidding.prepare()
    bidding.submit()
    with read() as session:
        version = current(bidding, session)
        quality = envelopes.open_quality(seal(), version)
        prices = envelopes.open_prices(seal(), version)
    assert quality.answers == {
        "Q1": "We train everybody.",
        "Q2": "We pay for travel.",
        "Q3": "In six weeks.",
    }
    assert quality.lots == ("L1", "L2")
    assert quality.company["name"] == DETAILS.name
    assert quality.company["locations"] == list(DETAILS.locations)
    assert prices.prices == {"L1": 1599, "L2": 1610}


def test_the_receipt_holds_the_hash_that_the_envelopes_give(bidding, read):
    bidding.prepare()
    told = bidding.submit()
    with read() as session:
        version = current(bidding, session)
        document = envelopes.version_document(version)
        assert sha256_of(document) == told == version.sha256
        plain = envelopes.quality_plain(seal(), version), envelopes.prices_plain(seal(), version)
    hashes = [hashlib.sha256(one).hexdigest() for one in plain]
    assert hashes == [document["quality_sha256"], document["prices_sha256"]]


def test_the_receipts_entry_is_in_the_log_that_its_head_stands_for(bidding, read):
    bidding.prepare()
    bidding.submit()
    bidding.withdraw()
    with read() as session:
        by = bidding.by(session)
        receipt = receipt_of(session, own_bid(session, by["tender"], by["actor"]), 1)
        leaves = [
            bytes.fromhex(one)
            for one in session.scalars(
                select(Event.leaf_hash)
                .where(Event.tender_id == bidding.tender_id)
                .order_by(Event.sequence)
                .limit(receipt.head.size)
            )
        ]
        path = merkle.inclusion_proof(leaves, receipt.event.sequence)
        assert merkle.verify_inclusion(
            bytes.fromhex(receipt.leaf_hash),
            receipt.event.sequence,
            receipt.head.size,
            path,
            bytes.fromhex(receipt.head.root),
        )
        assert log_check.check(session, by["tender"]).intact


def test_a_receipt_tells_nothing_of_how_many_bid_before_the_opening(bidding, read):
    bidding.prepare(SECOND)
    bidding.submit(SECOND)
    bidding.prepare()
    bidding.submit()
    with read() as session:
        by = bidding.by(session)
        receipt = receipt_of(session, own_bid(session, by["tender"], by["actor"]), 1)
        before = as_text(receipt)
        assert not receipt.place_is_open
        receipt.version.bid.tender.opened_at = DEADLINE
        after = as_text(receipt)
        leaf, number = receipt.event.leaf().decode(), receipt.event.sequence
        session.rollback()
    assert leaf not in before
    assert "entries" not in before
    assert leaf in after
    assert f"number {number};" in after


def test_a_submission_names_everything_that_is_missing_at_once(bidding):
    bidding.start()
    with pytest.raises(Refusals) as refused:
        bidding.submit()
    told = [fault.message for fault in refused.value.faults]
    assert told == [
        "Add your organisation’s address",
        "Add a telephone number at which the council can reach you",
        "Add your CQC provider ID",
        "Add the CQC location from which you would deliver",
        "Answer question Q1, Safeguarding",
        "Answer question Q2, Workforce",
        "Answer question Q3, Mobilising in Burnley",
        "Choose at least one lot to bid for",
    ]


def test_a_question_of_a_lot_that_is_not_bid_for_needs_no_answer_and_sends_none(bidding, read):
    bidding.prepare()
    bidding.price({"L2": 1610})
    bidding.submit()
    with read() as session:
        quality = envelopes.open_quality(seal(), current(bidding, session))
    assert set(quality.answers) == {"Q1", "Q2"}
    assert bidding.draft().answers["Q3"] == "In six weeks."


@pytest.mark.parametrize(("words", "goes"), [(50, True), (51, False)])
def test_an_answer_is_submitted_up_to_its_word_limit_and_no_further(bidding, words, goes):
    bidding.prepare()
    bidding.answer("Q1", "word " * words)
    if goes:
        bidding.submit()
        return
    with pytest.raises(Refusals, match="it has 51 words, 1 word more than the limit of 50"):
        bidding.submit()
    assert len(bidding.draft().answers["Q1"].split()) == 51


def test_one_microsecond_before_the_deadline_is_in_time(bidding):
    bidding.prepare()
    bidding.clock.set(DEADLINE - timedelta(microseconds=1))
    assert bidding.submit()


@pytest.mark.parametrize("late", [0, 1, 3600])
def test_from_the_second_of_the_deadline_on_it_is_too_late_for_everything(bidding, read, late):
    bidding.prepare()
    bidding.submit()
    bidding.answer("Q1", "A better answer.")
    events = count(read, Event)
    bidding.clock.set(DEADLINE + timedelta(seconds=late))
    for attempt in (
        bidding.submit,
        bidding.withdraw,
        lambda: bidding.answer("Q1", "Too late."),
        lambda: bidding.price({"L1": 1400}),
        lambda: bidding.start(SECOND),
    ):
        with pytest.raises(TooLate, match="the deadline was 7 December 2026 at 12:00:00 GMT"):
            attempt()
    assert count(read, Event) == events
    assert count(read, BidVersion) == 1
    assert bidding.draft().answers["Q1"] == "A better answer."


def test_the_lateness_names_the_second_at_which_the_server_had_it(bidding):
    bidding.prepare()
    bidding.clock.set(DEADLINE + timedelta(seconds=7))
    with pytest.raises(TooLate, match="reached the server on 7 December 2026 at 12:00:07 GMT"):
        bidding.submit()


def test_a_provider_has_no_part_in_another_providers_bid(bidding, read):
    bidding.prepare()
    bidding.submit()
    with pytest.raises(NotFound, match="has not started a bid"):
        bidding.withdraw(SECOND)
    with pytest.raises(NotFound):
        bidding.answer("Q1", "Mine now.", SECOND)
    with read() as session:
        other = bidding.people.of(session, SECOND)
        assert find_bid(session, bidding.tender(session), other.provider) is None
    assert bidding.draft().answers["Q1"] == "We train everybody."


@pytest.mark.parametrize("email", ["officer@example.org", "auditor@example.org", "administrator@example.org"])
def test_nobody_but_a_provider_bids(bidding, email):
    with pytest.raises(NotPermitted, match="acts for a provider"):
        bidding.start(email)


def test_a_draft_tender_does_not_exist_for_providers(bidding):
    with bidding.change() as session, pytest.raises(NotFound):
        operations.start(session, **{**bidding.by(session), "tender": draft_tender(session, bidding)})


def test_the_log_names_starting_submitting_and_withdrawing_and_no_content(bidding, read):
    bidding.prepare()
    bidding.submit()
    bidding.withdraw()
    with read() as session:
        rows = session.scalars(
            select(Event)
            .where(Event.tender_id == bidding.tender_id, Event.action.in_(event.ABOUT_BIDS))
            .order_by(Event.sequence)
        ).all()
        assert [row.action for row in rows] == ["bid.started", "bid.submitted", "bid.withdrawn"]
        told = [set(json.loads(row.body)) for row in rows]
    assert told == [
        {"bid"},
        {"bid", "version", "sha256", "quality_sha256", "prices_sha256", "salt"},
        {"bid", "version", "sha256"},
    ]


def test_an_envelope_moved_to_another_bid_cannot_be_opened(bidding, read):
    for email in (FIRST, SECOND):
        bidding.prepare(email)
        bidding.submit(email)
    with read() as session:
        mine, theirs = current(bidding, session), current(bidding, session, SECOND)
        forged = BidVersion(
            **{
                name: getattr(mine, name)
                for name in ("number", "quality_sha256", "prices_sha256", "sha256", "prices_sealed")
            },
            quality_sealed=theirs.quality_sealed,
        )
        with session.no_autoflush:
            forged.bid_id, forged.bid = mine.bid_id, mine.bid
            with pytest.raises(envelopes.Refusal, match="cannot be opened"):
                envelopes.open_quality(seal(), forged)
        session.rollback()
