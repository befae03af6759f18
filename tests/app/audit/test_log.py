"""The log: read, filtered, one entry; and what nobody may learn from it before the opening."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lots import event, explained, states
from lots.bid import Bid, BidVersion
from lots.panel import PanelMember
from lots.rating import RatingsFile, RatingsPin
from lots.tender import Tender
from tests.app.award_steps import Browse, Lock
from tests.app.conftest import Change, Clock, People
from tests.app.locked_tender import Locked
from tests.app.staging import take_over
from tests.reaching import reach_into

OFFICER, AUDITOR, APPROVER = "officer@example.org", "auditor@example.org", "approver@example.org"


def rows(page: object) -> list[str]:
    return [row.get_text(" ", strip=True) for row in page.html.select("main tbody tr")]  # type: ignore[attr-defined]


def test_the_log_shows_every_step_newest_first(approved: Locked, browse: Browse) -> None:
    found = rows(browse(AUDITOR).get(f"/tenders/{approved.tender_id}/log"))
    assert len(found) == 7
    assert "Approved the award" in found[0]
    assert "Anna Approver" in found[0]
    assert "Published the tender" in found[-1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("action=award.approved", ["Approved the award"]),
        ("person=Mona+Moderator", ["Locked quality"]),
        ("since=2026-11-23", ["Approved", "Recommended", "Evaluated", "Opened the prices"]),
        ("until=2026-09-01", ["Took over", "Published the tender"]),
        ("since=2026-09-01&until=2026-09-01", ["Took over", "Published"]),
        ("text=BEARS+it", ["Approved the award"]),
        ("text=lcc-hc", ["Opened the prices", "Locked", "Published"]),
        ("text=100%25", []),
        ("action=award.approved&person=Olive+Officer", []),
    ],
)
def test_the_filters_of_a_log_show_the_entries_that_fit(
    approved: Locked, browse: Browse, query: str, expected: list[str]
) -> None:
    found = rows(browse(AUDITOR).get(f"/tenders/{approved.tender_id}/log?{query}"))
    assert len(found) == len(expected)
    assert all(words in row for words, row in zip(expected, found, strict=True))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("since=yesterday", "Enter a date like 2026-11-22"),
        ("since=2026-02-30", "Enter a date like 2026-11-22"),
        ("since=2026-11-23&until=2026-11-22", "The last day must be the same as or after the first"),
        ("action=tender.sold", "Not a valid choice."),
    ],
)
def test_a_filter_at_fault_says_so_and_shows_the_whole_log(
    lock: Lock, browse: Browse, query: str, message: str
) -> None:
    page = browse(AUDITOR).get(f"/tenders/{lock().tender_id}/log?{query}")
    assert page.errors == [message]
    assert len(rows(page)) == 3


def test_a_day_is_a_day_in_london(locked: Locked, change: Change, people: People, browse: Browse) -> None:
    late = datetime(2027, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight on 1 July in London
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        event.write(
            session,
            tender=tender,
            actor=people.of(session, OFFICER),
            action="tender.cancelled",
            subject="late",
            body={},
            now=late,
        )
    browser = browse(AUDITOR)
    assert rows(browser.get(f"/tenders/{locked.tender_id}/log?until=2027-06-30&since=2027-06-30")) == []
    assert len(rows(browser.get(f"/tenders/{locked.tender_id}/log?since=2027-07-01"))) == 1


def test_an_entry_shows_what_it_says_and_the_text_that_is_hashed(approved: Locked, browse: Browse) -> None:
    page = browse(AUDITOR).get(f"/tenders/{approved.tender_id}/log/6")
    assert page.heading == "Entry 6 of the log of LCC-HC-01 Approved the award"
    assert "Reason The record bears it out, all of it." in page.text
    assert "Hashing what is shown here gives the same." in page.text
    assert '"action":"award.approved"' in page.text
    assert "Entry 5" in page.links()


@pytest.mark.parametrize("number", ["7", "99999999999999999999"])
def test_an_entry_that_is_not_there_is_not_found(lock: Lock, browse: Browse, number: str) -> None:
    browse(AUDITOR).get(f"/tenders/{lock().tender_id}/log/{number}", status=404)


def test_long_logs_come_a_page_at_a_time(
    locked: Locked, change: Change, people: People, clock: Clock, browse: Browse
) -> None:
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        for n in range(60):
            event.write(
                session,
                tender=tender,
                actor=people.of(session, OFFICER),
                action="ratings.pinned",
                subject=f"file {n}",
                body={},
                now=clock() + timedelta(seconds=n),
            )
    browser = browse(AUDITOR)
    first = browser.get(f"/tenders/{locked.tender_id}/log?action=ratings.pinned")
    assert len(rows(first)) == 50
    second = browser.get(f"/tenders/{locked.tender_id}/log?action=ratings.pinned&page=2")
    assert len(rows(second)) == 10
    assert "file 0" in rows(second)[-1]
    browser.get(f"/tenders/{locked.tender_id}/log?page=9", status=404)


@pytest.fixture
def sealed(locked: Locked, change: Change, people: People, clock: Clock) -> Locked:
    """A tender still open for bids, with two bids in its log."""
    with change() as session:
        reach_into(session, "tender", "UPDATE tender SET opened_at = NULL, state = 'published'")
        explained.put(session, {"tender": {str(locked.tender_id): {"state": "published", "opened_at": None}}})
        tender = session.get_one(Tender, locked.tender_id)
        take_over(session, clock())
        bidder, officer = people.of(session, "provider@example.org"), people.of(session, OFFICER)
        told = {"tender": tender, "now": clock()}
        bid = session.get_one(Bid, locked.bid_ids["Pendle Care Ltd"])
        event.write(
            session,
            actor=bidder,
            action="bid.started",
            subject="Pendle Care Ltd",
            body={"bid": bid.id},
            **told,
        )
        first = {"submitted_at": clock(), "submitted_by_id": bidder.id, "sha256": "ab" * 32}
        hashes = {"quality_sha256": "cd" * 32, "prices_sha256": "ef" * 32}
        sealed_parts = {"quality_sealed": b"q", "prices_sealed": b"p"}
        session.add(BidVersion(bid_id=bid.id, number=2, **first, **hashes, **sealed_parts))
        event.write(
            session,
            actor=bidder,
            action="bid.submitted",
            subject="Pendle Care Ltd",
            body={"bid": bid.id, "version": 2, "sha256": "ab" * 32},
            **told,
        )
        (file,) = session.scalars(select(RatingsFile))
        session.add(
            RatingsPin(tender_id=tender.id, file_id=file.id, stage="opening", by_id=officer.id, at=clock())
        )
        event.write(
            session,
            actor=officer,
            action="ratings.pinned",
            subject="ratings.csv",
            body={"sha256": file.sha256},
            **told,
        )
    return locked


@pytest.mark.parametrize("email", [OFFICER, AUDITOR, APPROVER])
def test_before_the_opening_the_log_tells_nobody_who_bids_or_how_many(
    sealed: Locked, browse: Browse, email: str
) -> None:
    browser = browse(email)
    page = browser.get(f"/tenders/{sealed.tender_id}/log")
    assert len(rows(page)) == 5
    assert "Pendle Care Ltd" not in page.text
    assert "Paula Provider" not in page.html.get_text()  # nor among the people to filter by
    assert "Submitted a bid" not in page.html.get_text()
    assert not page.html.select("main tbody a"), "numbers of entries would show the gaps"
    for number in range(7):
        browser.get(f"/tenders/{sealed.tender_id}/log/{number}", status=404)
    assert "No entry fits" in browser.get(f"/tenders/{sealed.tender_id}/log?text=Pendle+Care").text
    check = browser.get(f"/tenders/{sealed.tender_id}/log/check")
    assert "The record is whole" in check.heading
    assert "6 entries" not in check.text
    assert not check.html.select("main code")


def test_the_log_of_a_tender_cancelled_unopened_stays_closed_about_bids(
    sealed: Locked, arrange: Change, browse: Browse
) -> None:
    with arrange() as session:
        session.get_one(Tender, sealed.tender_id).state = states.CANCELLED
    assert "Pendle Care Ltd" not in browse(AUDITOR).get(f"/tenders/{sealed.tender_id}/log").text


@pytest.fixture
def marked(locked: Locked, change: Change, people: People, clock: Clock) -> Locked:
    """A tender being marked, with one mark in its log."""
    with change() as session:
        tender = session.get_one(Tender, locked.tender_id)
        tender.state = states.MARKING
        event.write(
            session,
            tender=tender,
            actor=people.of(session, "evaluator@example.org"),
            action="mark.given",
            subject="A Q1",
            body={"mark": 4},
            now=clock(),
        )
    return locked


@pytest.mark.parametrize(("email", "shown"), [(OFFICER, False), (APPROVER, False), (AUDITOR, True)])
def test_marks_stay_out_of_officers_sight_until_moderation_opens(
    marked: Locked, arrange: Change, browse: Browse, email: str, shown: bool
) -> None:
    address = f"/tenders/{marked.tender_id}/log"
    browser = browse(email)
    assert ("Gave a mark" in " ".join(rows(browser.get(address)))) is shown
    browser.get(f"{address}/3", status=200 if shown else 404)
    with arrange() as session:
        session.get_one(Tender, marked.tender_id).state = states.MODERATION
    assert "Gave a mark" in " ".join(rows(browser.get(address)))


def test_an_officer_who_marks_the_tender_reads_its_log_only_once_quality_is_locked(
    marked: Locked, arrange: Change, people: People, browse: Browse
) -> None:
    with arrange() as session:
        tender = session.get_one(Tender, marked.tender_id)
        officer = people.of(session, OFFICER)
        session.add(
            PanelMember(tender_id=tender.id, person=officer, role="evaluator", named_at=tender.created_at)
        )
    browser = browse(OFFICER)
    browser.get(f"/tenders/{marked.tender_id}/log", status=403)
    with arrange() as session:
        session.get_one(Tender, marked.tender_id).state = states.QUALITY_LOCKED
    found = " ".join(rows(browser.get(f"/tenders/{marked.tender_id}/log")))
    assert "Locked quality" in found
    assert "Gave a mark" not in found, "another evaluator's marks"


@pytest.mark.parametrize(
    "email", ["provider@example.org", "evaluator@example.org", "administrator@example.org"]
)
def test_the_log_of_a_tender_is_not_for_everybody(lock: Lock, browse: Browse, email: str) -> None:
    browse(email).get(f"/tenders/{lock().tender_id}/log", status=403)


def test_the_installations_log_is_for_auditors_and_administrators(people: People, browse: Browse) -> None:
    for email in (AUDITOR, "administrator@example.org"):
        page = browse(email).get("/log/")
        assert "Registered a provider" in " ".join(rows(page))
    browse(AUDITOR).get("/log/0")
    assert "The record is whole" in browse(AUDITOR).get("/log/check").heading
    browse(OFFICER).get("/log/", status=403)
    browse("provider@example.org").get("/log/0", status=403)


def test_an_auditor_finds_every_published_tender_with_what_to_read(evaluated: Locked, browse: Browse) -> None:
    links = browse(AUDITOR).get("/audit/").links()
    for text, end in (
        ("Log of LCC-HC-01", "log"),
        ("Check LCC-HC-01", "log/check"),
        ("Award report of LCC-HC-01", "report"),
        ("Records and results of LCC-HC-01", "evaluations"),
    ):
        assert links[text] == f"/tenders/{evaluated.tender_id}/{end}"
