"""The provider's journey in its own browser."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from lots.bid import BidVersion
from tender.procurements.operations import cancelling, publishing
from tests.app.bids.conftest import FIRST, ZONES, add_tender

COMPANY = {
    "name": "Pendle Care Ltd",
    "company_number": "01234567",
    "address": "1 Mill Street\nNelson",
    "contact_email": "bids@pendle.example",
    "phone": "01282 123456",
    "cqc_provider_id": "1-101678901",
    "locations": "1-1234567890\n1-1234567891",
    "kinds": ["sme"],
}
BID = "/bids/1/bid"


@pytest.fixture
def browser(bidding, sign_in):
    return sign_in(FIRST)


def versions(bidding) -> int:
    with bidding.read() as session:
        return session.scalar(select(func.count()).select_from(BidVersion))


def test_a_provider_bids_from_the_first_page_to_the_receipt(bidding, browser):
    home = browser.get("/bids/")
    assert "Open for bids" in home.text
    assert "Homecare in East Lancashire" in home.text
    tasks = browser.post_form("/bids/1/", submit="Start your bid")
    assert tasks.path == BID
    assert "Cannot submit yet" in tasks.text

    saved = browser.post_form("/bids/organisation/change?onward=1", COMPANY)
    assert (saved.path, saved.done) == (BID, "Your organisation’s details are saved.")
    saved = browser.post_form("/bids/1/prices", {"price_1": "£15.99", "price_2": "16.1"})
    assert saved.path == BID
    assert "You bid for 2 lots" in saved.text
    saved = browser.post_form(
        "/bids/1/answers/Q1", {"text": "We train everybody."}, submit="Save and continue"
    )
    assert saved.path == "/bids/1/answers/Q2"
    saved = browser.post_form("/bids/1/answers/Q2", {"text": "We pay travel."}, submit="Save and come back")
    assert saved.path == BID
    saved = browser.post_form("/bids/1/answers/Q3", {"text": "In six weeks."}, submit="Save and continue")
    assert saved.path == BID
    assert "Ready" in saved.text

    page = browser.get("/bids/1/check")
    for told in ("£15.99", "£16.10", "We train everybody.", "1-1234567890 and 1-1234567891"):
        assert told in page.text
    receipt = browser.post_form("/bids/1/check", submit="Submit your bid")
    assert receipt.path == "/bids/1/receipts/1"
    assert receipt.heading == "Bid submitted"
    assert "23 November 2026 at 09:00:00 GMT" in receipt.text


def test_the_receipt_and_the_two_files_verify_against_one_another(bidding, browser):
    bidding.prepare()
    told = bidding.submit()
    text = browser.get("/bids/1/receipts/1/receipt.txt").data.decode()
    line = next(line for line in text.splitlines() if line.startswith("{"))
    assert hashlib.sha256(line.encode()).hexdigest() == told
    assert told in text
    document = json.loads(line)
    for part in ("quality", "prices"):
        file = browser.get(f"/bids/1/receipts/1/{part}.json")
        assert hashlib.sha256(file.data).hexdigest() == document[f"{part}_sha256"]
        assert f'filename="{part}-LCC-1-version-1.json"' in file.headers["Content-Disposition"]
    page = browser.get("/bids/1/receipts/1")
    assert line in page.text
    assert told in page.text


def test_a_provider_reads_what_it_sent_although_its_draft_went_on(bidding, browser):
    bidding.prepare()
    bidding.submit()
    bidding.answer("Q1", "Something else.")
    copy = browser.get("/bids/1/receipts/1/copy")
    assert "We train everybody." in copy.text
    assert "Something else." not in copy.text
    assert "You have made changes that are not submitted" in browser.get(BID).text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"price_1": "abc"}, "Price for L1 Burnley must be pounds and pence, like 15.99"),
        ({"price_1": "15,99"}, "Price for L1 Burnley must be pounds and pence, like 15.99"),
        ({"price_1": "15.999"}, "Price for L1 Burnley must be pounds and pence, like 15.99"),
        ({"price_1": "-3"}, "Price for L1 Burnley must be pounds and pence, like 15.99"),
        ({"price_1": "1599"}, "Price for L1 Burnley must be £28.00 an hour or less"),
        ({"price_1": "0"}, "Price for L1 Burnley must be more than £0"),
        ({"most_lots": "many"}, "The most lots must be a whole number"),
        ({"most_lots": "9"}, "The most lots that you want must be a number from 1 to 3"),
        ({"hours_per_week": "12h"}, "Hours a week must be a number, like 900 or 37.5"),
    ],
)
def test_a_wrong_price_form_says_so_by_the_field_and_keeps_what_was_typed(bidding, browser, typed, told):
    bidding.start()
    given = {"price_1": "15.50", "hours_per_week": "900", **typed}
    seen = browser.post_form("/bids/1/prices", given, status=400)
    assert len(seen.errors) == 1
    assert seen.errors[0].startswith(told)
    for name, value in given.items():
        assert seen.value(name) == value
    assert bidding.draft().prices == {}


def test_every_wrong_field_of_the_price_form_is_told_at_once(bidding, browser):
    bidding.start()
    seen = browser.post_form("/bids/1/prices", {"price_1": "x", "price_2": "y", "most_lots": "z"}, status=400)
    assert len(seen.errors) == 3


def test_an_over_long_answer_is_saved_and_the_provider_told_to_shorten_it(bidding, browser):
    bidding.start()
    text = "word " * 60
    seen = browser.post_form("/bids/1/answers/Q1", {"text": text}, submit="Save and come back")
    assert "It has 60 words: shorten it to 50" in seen.done
    assert "Too long" in seen.text
    assert browser.get("/bids/1/answers/Q1").value("text") == text.strip()
    assert "has 60 words, 10 words more than the limit of 50" in browser.get("/bids/1/check").text


def test_an_answer_beyond_all_measure_is_refused_and_stays_in_the_box(bidding, browser):
    bidding.start()
    text = "a" * 50_001
    seen = browser.post_form("/bids/1/answers/Q1", {"text": text}, submit="Save and continue", status=400)
    assert seen.errors == ["Answer must be 50,000 characters or fewer, it has 50,001"]
    assert seen.value("text") == text


def test_an_answer_with_mark_up_is_shown_as_it_was_typed(bidding, browser):
    bidding.prepare()
    text = "<b>We</b> & <script>alert(1)</script>"
    browser.post_form("/bids/1/answers/Q1", {"text": text}, submit="Save and continue")
    page = browser.get("/bids/1/check")
    assert text in page.text
    assert not page.html.main.find_all("script")


def test_wrong_company_details_are_told_by_field_and_kept(bidding, browser):
    typed = {**COMPANY, "name": "", "company_number": "12", "phone": "ring", "locations": "Nelson"}
    seen = browser.post_form("/bids/organisation/change", typed, status=400)
    assert len(seen.errors) == 4
    for name in ("company_number", "phone", "locations", "address"):
        assert seen.value(name) == typed[name]
    assert seen.value("kinds") == "sme"


def test_a_colleagues_newer_answer_is_shown_beside_what_was_typed(bidding, browser):
    bidding.start()
    colleague = browser.another()
    colleague.enter(FIRST)
    bidding.answer("Q1", "The first.")
    stale = {"text": "The second.", "seen": "0"}
    seen = browser.post_form("/bids/1/answers/Q1", stale, submit="Save and continue", status=400)
    assert "Paula Provider changed this" in seen.errors[0]
    assert "The first." in seen.text
    assert seen.value("text") == "The second."
    assert bidding.draft().answers["Q1"] == "The first."
    values = {"text": seen.value("text"), "seen": seen.value("seen")}
    browser.post_form("/bids/1/answers/Q1", values, submit="Save and continue")
    assert bidding.draft().answers["Q1"] == "The second."


def test_a_colleagues_newer_prices_and_details_are_shown_beside_what_was_typed(bidding, browser):
    bidding.prepare()
    seen = browser.post_form("/bids/1/prices", {"price_1": "14", "seen": "0"}, status=400)
    assert "Paula Provider changed this" in seen.errors[0]
    assert "L1 Burnley: £15.99" in seen.text
    assert seen.value("price_1") == "14"
    seen = browser.post_form(
        "/bids/organisation/change", {"phone": "07700 900123", "seen": "old"}, status=400
    )
    assert "Somebody else changed these details" in seen.errors[0]
    assert seen.value("phone") == "07700 900123"
    assert "01282 123456" in seen.text


def test_a_bid_changed_behind_the_check_page_is_shown_again_before_it_goes(bidding, browser):
    bidding.prepare()
    seen = browser.post_form("/bids/1/check", {"seen": "something old"}, submit="Submit", status=400)
    assert "changed since you opened this page" in seen.errors[0]
    assert versions(bidding) == 0
    assert browser.post_form("/bids/1/check", submit="Submit").heading == "Bid submitted"


def test_the_submit_button_sent_twice_makes_one_version(bidding, browser):
    bidding.prepare()
    page = browser.get("/bids/1/check")
    form = {name: page.html.main.find("input", {"name": name})["value"] for name in ("seen", "csrf_token")}
    answers = [browser.raw.post("/bids/1/check", data=form) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == ["/bids/1/receipts/1"] * 2
    assert versions(bidding) == 1


def test_a_replaced_version_keeps_its_receipt_and_says_so(bidding, browser):
    bidding.prepare()
    bidding.submit()
    bidding.price({"L1": 1550})
    seen = browser.post_form("/bids/1/check", submit="Submit")
    assert seen.path == "/bids/1/receipts/2"
    old = browser.get("/bids/1/receipts/1")
    assert old.heading == "Homecare in East Lancashire Receipt for version 1"
    assert "You replaced this version with version 2" in old.text


def test_a_bid_is_withdrawn_and_its_receipt_says_when(bidding, browser):
    bidding.prepare()
    bidding.submit()
    seen = browser.post_form("/bids/1/withdraw", submit="Withdraw your bid")
    assert seen.done == "Your bid is withdrawn. Your draft is still here."
    assert "Withdrawn" in seen.text
    assert (
        "You withdrew this version on 23 November 2026 at 09:00:00 GMT"
        in browser.get("/bids/1/receipts/1").text
    )
    assert browser.get("/bids/1/withdraw").path == BID


@pytest.fixture
def at_a_set_price(bidding, browser, people, clock):
    """The number of a tender at a set price of £12.75."""
    rows = tuple(replace(row, guide_price=1275) for row in ZONES)
    rules = {"price_method": "fixed", "ceiling": 1275, "floor": 1275, "ties": ("quality", "draw")}
    rules |= {"quality_weight": 10000, "price_weight": 0, "below_mean": None}
    with bidding.change() as session:
        number = add_tender(session, people, clock(), rows, reference="LCC-2", **rules).id
    browser.post_form(f"/bids/{number}/", submit="Start your bid")
    return number


def test_at_a_set_price_a_provider_says_which_lots_it_accepts(bidding, browser, at_a_set_price):
    path = f"/bids/{at_a_set_price}/prices"
    assert "£12.75" in browser.get(path).text
    seen = browser.post_form(path, {"accepted": ["L1", "L3"]})
    assert "You bid for 2 lots" in seen.text
    assert "£12.75" in browser.get(f"/bids/{at_a_set_price}/check").text
    assert browser.get(path).value("accepted") == ["L1", "L3"]


def test_where_preferences_decide_nothing_nobody_is_asked_for_them(bidding, browser):
    bidding.start()
    assert "preference" not in browser.get("/bids/1/prices").text


@pytest.fixture
def by_preference(bidding, browser, people, clock, monkeypatch):
    """The number of a tender whose lots go by the bidders' preferences, which no page can choose yet."""
    monkeypatch.setattr(publishing, "ALLOCATION", {"preference": publishing.ALLOCATION["rank_order"]})
    with bidding.change() as session:
        number = add_tender(session, people, clock(), reference="LCC-3", allocation="preference").id
    browser.post_form(f"/bids/{number}/", submit="Start your bid")
    return number


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"preference_1": "first"}, "Preference for L1 Burnley must be a number, like 1"),
        ({"preference_2": "1"}, "Enter a price for L2 Pendle, or take it out of your order of preference"),
        (
            {"price_2": "15", "preference_1": "1", "preference_2": "1"},
            "L2 Pendle and L1 Burnley cannot both be number 1 in your preferences",
        ),
    ],
)
def test_where_preferences_decide_a_wrong_one_says_so_by_the_field(browser, by_preference, typed, told):
    given = {"price_1": "15.50", **typed}
    seen = browser.post_form(f"/bids/{by_preference}/prices", given, status=400)
    assert told in seen.errors
    assert [seen.value(name) for name in given] == list(given.values())


def test_where_preferences_decide_the_order_given_is_kept_and_shown(browser, by_preference):
    path = f"/bids/{by_preference}/prices"
    browser.post_form(path, {"price_1": "15.50", "price_2": "15", "preference_1": "2", "preference_2": "1"})
    assert [browser.get(path).value(f"preference_{one}") for one in (1, 2)] == ["2", "1"]
    assert "Preference" in browser.get(f"/bids/{by_preference}/check").text


def test_a_provider_reads_before_it_bids_how_points_and_lots_are_given(bidding, browser):
    seen = browser.get("/bids/1/")
    for text in (
        "Lots are awarded in their order, each place to the best-ranked bidder that is not at a limit.",
        "Their order is L1, L2 and L3.",
        "Points are rounded half up to 2 decimals before they are added.",
        "Where totals are equal, the published order is",
    ):
        assert text in seen.text
    rules = browser.get(seen.links()["Read the published rules in full"])
    assert "How lots are awarded" in rules.text


def test_a_provider_reads_why_a_lot_was_cancelled_where_the_lot_was(bidding, browser):
    with bidding.change() as session:
        by = bidding.by(session, "officer@example.org")
        lot = by["tender"].lots[1]
        cancelling.cancel_lot(session, lot=lot, reason="The block contract there was extended.", **by)
    row = browser.get("/bids/1/").html.find("th", string=re.compile("L2 Pendle")).parent
    assert "The block contract there was extended." in row.get_text()
