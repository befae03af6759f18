"""What a provider's pages refuse: lateness, strangers, addresses that lead nowhere, and too many queries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lots.bid import Bid, BidVersion
from tender.procurements.operations import cancelling
from tests.app.bids.conftest import DEADLINE, FIRST, SECOND, ZONES, add_tender, draft_tender

BID = "/bids/1/bid"


@pytest.fixture
def browser(bidding, sign_in):
    return sign_in(FIRST)


def versions(bidding) -> int:
    with bidding.read() as session:
        return session.scalar(select(func.count()).select_from(BidVersion))


def test_after_the_deadline_every_form_says_that_it_is_too_late_and_keeps_what_was_typed(
    bidding, browser, clock
):
    bidding.prepare()
    bidding.submit()
    bidding.answer("Q2", "Changed.")
    clock.set(DEADLINE - timedelta(minutes=1))
    browser.enter(FIRST)
    tokens = {}
    for path in ("answers/Q1", "prices", "check", "withdraw"):
        page = browser.get(f"/bids/1/{path}").html.main
        tokens[path] = {tag["name"]: tag["value"] for tag in page.select("input[type=hidden]")}
    clock.set(DEADLINE)
    typed = {"answers/Q1": {"text": "In the last second."}, "prices": {"price_1": "14.00"}}
    for path, hidden in tokens.items():
        answer = browser.raw.post(f"/bids/1/{path}", data={**hidden, **typed.get(path, {})})
        body = answer.get_data(as_text=True)
        assert answer.status_code == 400, path
        assert "the deadline was 7 December 2026 at 12:00:00 GMT" in body, path
        for value in typed.get(path, {}).values():
            assert value in body
    assert versions(bidding) == 1
    seen = browser.get(BID)
    assert "It is too late to change, submit or withdraw a bid" in seen.text
    assert "is the bid that the council judges" in seen.text
    for path in tokens:
        assert browser.get(f"/bids/1/{path}").path == BID


def test_a_provider_that_did_not_submit_is_told_so_after_the_deadline(bidding, browser, clock):
    bidding.prepare()
    clock.set(DEADLINE)
    browser.enter(FIRST)
    assert "You did not submit your bid" in browser.get(BID).text


def test_a_provider_cannot_start_after_the_deadline(bidding, browser, clock):
    page = browser.get("/bids/1/").html.main
    token = page.find("input", {"name": "csrf_token"})["value"]
    clock.set(DEADLINE)
    browser.enter(FIRST)
    answer = browser.raw.post("/bids/1/start", data={"csrf_token": token})
    assert answer.status_code == 400
    with bidding.read() as session:
        assert session.scalar(select(func.count()).select_from(Bid)) == 0


PRIVATE = (
    "/bids/1/bid",
    "/bids/1/answers/Q1",
    "/bids/1/prices",
    "/bids/1/check",
    "/bids/1/receipts/1",
    "/bids/1/receipts/1/receipt.txt",
    "/bids/1/receipts/1/copy",
    "/bids/1/receipts/1/quality.json",
    "/bids/1/receipts/1/prices.json",
    "/bids/1/withdraw",
)


@pytest.mark.parametrize("path", PRIVATE)
def test_no_address_leads_a_provider_to_another_providers_bid(bidding, sign_in, path):
    bidding.prepare()
    bidding.submit()
    other = sign_in(SECOND)
    assert "has not started a bid" in other.get(path, 404).text
    bidding.start(SECOND)
    if "receipts" in path:
        other.get(path, 404)
    else:
        assert "We train everybody." not in other.get(path).text


@pytest.mark.parametrize("email", ["officer@example.org", "evaluator@example.org", "auditor@example.org"])
def test_nobody_at_the_council_reaches_a_providers_pages(bidding, sign_in, email):
    bidding.prepare()
    bidding.submit()
    browser = sign_in(email)
    for path in ("/bids/", "/bids/1/", "/bids/organisation", *PRIVATE):
        browser.get(path, 403)


def test_addresses_that_lead_nowhere_are_not_found(bidding, browser):
    bidding.prepare()
    bidding.submit()
    for path in (
        "/bids/9/",
        "/bids/9/bid",
        "/bids/1/answers/Q9",
        "/bids/1/receipts/2",
        "/bids/1/receipts/0/copy",
    ):
        browser.get(path, 404)


def test_a_draft_tender_is_not_found_and_not_listed(bidding, browser):
    with bidding.change() as session:
        number = draft_tender(session, bidding).id
    browser.get(f"/bids/{number}/", 404)
    assert "not published" not in browser.get("/bids/").text


def test_a_cancelled_tender_says_why_and_takes_no_bid(bidding, browser, people, clock):
    bidding.prepare()
    page = browser.get("/bids/1/check").html.main
    hidden = {tag["name"]: tag["value"] for tag in page.select("input[type=hidden]")}
    with bidding.change() as session:
        officer = people.of(session, "officer@example.org")
        tender = bidding.tender(session)
        cancelling.cancel(
            session, actor=officer, now=clock(), tender=tender, reason="The budget for it was withdrawn."
        )
    assert "The budget for it was withdrawn." in browser.get(BID).text
    assert browser.get("/bids/1/prices").path == BID
    answer = browser.raw.post("/bids/1/check", data=hidden)
    assert answer.status_code == 400
    assert "This tender was cancelled. No bids are taken any more." in answer.get_data(as_text=True)
    assert versions(bidding) == 0


def test_pages_ask_no_more_of_the_database_for_thirty_lots_and_many_bids(
    bidding, browser, count_queries, people, clock
):
    more = tuple(replace(ZONES[0], code=f"L{n}", zone=f"Zone {n}") for n in range(4, 31))
    with bidding.change() as session:
        add_tender(session, people, clock(), ZONES + more, reference="LCC-2")
    large = replace(bidding, tender_id=2)

    def counted(number: int) -> list[int]:
        counts = []
        for path in ("", "bid", "prices", "answers/Q1", "check", "receipts/1", "receipts/1/copy"):
            with count_queries() as queries:
                browser.get(f"/bids/{number}/{path}")
            counts.append(len(queries))
        return counts

    bidding.prepare()
    bidding.submit()
    small = counted(1)
    large.prepare()
    large.price({row.code: 1599 for row in ZONES + more})
    large.submit()
    assert counted(2) == small
    assert max(small) < 20


def test_the_list_of_tenders_asks_no_more_for_many(bidding, browser, count_queries, people, clock):
    def counted() -> int:
        with count_queries() as queries:
            browser.get("/bids/")
        return len(queries)

    with bidding.change() as session:
        add_tender(session, people, clock(), reference="LCC-2")
    bidding.start()
    before = counted()
    with bidding.change() as session:
        for n in range(3, 9):
            add_tender(session, people, clock(), reference=f"LCC-{n}")
    for n in range(3, 6):
        replace(bidding, tender_id=n).start()
    assert counted() == before
