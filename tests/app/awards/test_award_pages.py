"""The award's pages, as officer, approver and auditor see them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from lots.award import current_evaluation, current_recommendation
from lots.tender import Tender
from tests.app.award_steps import Browse, Lock, Take
from tests.app.conftest import Change, Clock, People
from tests.app.locked_tender import Bidder, Locked
from tests.app.staging import MANY

Count = Callable[[], AbstractContextManager[list[str]]]
OFFICER, APPROVER, AUDITOR = "officer@example.org", "approver@example.org", "auditor@example.org"


def test_from_locked_quality_to_the_confirmed_award_in_the_browser(
    lock: Lock, browse: Browse, clock: Clock
) -> None:
    home = f"/tenders/{lock().tender_id}"
    officer = browse(OFFICER)
    seen = officer.get(f"{home}/results")
    assert "prices are still sealed" in seen.text
    seen = officer.post_form(f"{home}/prices/open", submit="Open the prices")
    assert seen.done == "The prices of 6 bids are open. Work out the results next."
    seen = officer.post_form(f"{home}/results", submit="Work out the results")
    assert seen.done == "The results are worked out."
    assert "Ribble Homecare CIC is 0.77 points ahead of Pendle Care Ltd" in seen.text
    seen = officer.post_form(f"{home}/results", submit="Work out the results again")
    assert seen.done == "Nothing has changed: the results are as before."
    seen = officer.post_form(f"{home}/recommend", {"reason": ""}, status=400)
    assert seen.errors == ["Say why you recommend this award in at least 5 words. It stays on the record."]
    seen = officer.post_form(f"{home}/recommend", {"reason": "The best bids under the rules."})
    assert seen.done.startswith("The award is recommended.")

    approver = browse(APPROVER)
    seen = approver.get(f"{home}/approve")
    assert "Hangs by one mark" in seen.text
    assert "The best bids under the rules." in seen.text
    seen = approver.post_form(f"{home}/approve", {"decision": "approve", "reason": "ok"}, status=400)
    assert seen.errors == ["Say why you decide so in at least 5 words. It stays on the record."]
    assert seen.html.find("input", {"value": "approve", "checked": True})
    seen = approver.post_form(
        f"{home}/approve", {"decision": "approve", "reason": "The record bears it all out."}
    )
    assert "After this the recommendation cannot be sent back" in seen.text
    seen = approver.follow(
        approver.raw.post(
            f"{home}/approve",
            data={
                **{name: seen.value(name) for name in ("csrf_token", "seen", "decision", "reason")},
                "confirmed": "yes",
            },
        ),
        f"{home}/approve",
    )
    assert seen.done == "The award is approved."

    today = ["23", "11", "2026"]
    seen = officer.post_form(f"{home}/standstill", {"summaries_sent_on": today, "notice_on": today})
    assert seen.done == "The standstill lasts until the end of 3 December 2026."
    seen = officer.get(f"{home}/confirm")
    assert "can be confirmed from the day after" in seen.text
    seen = officer.get(f"{home}/results")
    assert "Confirm the award" not in seen.links()
    seen = officer.get(f"{home}/standstill")
    assert seen.path == f"{home}/results"
    for text in (
        "“The best bids under the rules.”",
        "“The record bears it all out.”",
        "notice published on 23 November 2026",
        "Anna Approver",
    ):
        assert text in seen.text
    seen = officer.get(home)
    assert "It runs until the end of 3 December 2026" in seen.text
    assert "Until the end of 3 December 2026" in seen.text
    clock.forward(days=11)
    assert "Can be confirmed" in browse(OFFICER).get(home).text
    seen = browse(OFFICER).post_form(f"{home}/confirm", submit="Confirm the award")
    assert seen.done == "The award is confirmed. Contracts can be signed."


def test_dates_of_the_standstill_are_refused_at_their_field_and_kept(
    approved: Locked, browse: Browse
) -> None:
    page = f"/tenders/{approved.tender_id}/standstill"
    seen = browse(OFFICER).post_form(
        page, {"summaries_sent_on": ["23", "11", "2026"], "notice_on": ["22", "11", "2026"]}, status=400
    )
    assert seen.errors == [
        "The award notice comes after the summaries, or on the same day (Procurement Act 2023 s.50(3))."
    ]
    assert seen.value("notice_on") == ["22", "11", "2026"]


def test_every_figure_of_a_bid_is_worked_out_in_words(evaluated: Locked, browse: Browse) -> None:
    seen = browse(AUDITOR).get(f"/tenders/{evaluated.tender_id}/results/L1/A")
    assert seen.heading.endswith("Ribble Homecare CIC")
    for words in (
        "weight 20 × mark 4 ÷ highest mark 5 = 16.00 points",
        "weight 40 × lowest £17.00 ÷ price £18.50 = 36.756756…, rounded half up to 36.76 points",
        "quality 51.00 + price 36.76 = 87.76 points",
        "shows safeguarding with evidence worth 4",
    ):
        assert words in seen.text


def test_a_lot_says_who_was_passed_over_and_why(evaluated: Locked, browse: Browse) -> None:
    seen = browse(AUDITOR).get(f"/tenders/{evaluated.tender_id}/results/L3")
    assert "Passed over. Ranked 1st; already holds two lots, Burnley and Pendle" in seen.text


@pytest.mark.parametrize("end", ["results/L9", "results/L1/Z", "results/L1/a", "results/L3/B"])
def test_results_that_do_not_exist_are_not_found(evaluated: Locked, browse: Browse, end: str) -> None:
    browse(AUDITOR).get(f"/tenders/{evaluated.tender_id}/{end}", status=404)


@pytest.mark.parametrize("end", ["results", "recommend", "approve", "standstill", "confirm", "report", "log"])
def test_a_tender_that_does_not_exist_is_not_found(people: object, browse: Browse, end: str) -> None:
    who = APPROVER if end == "approve" else OFFICER
    for number in ("987", "99999999999999999999"):
        browse(who).get(f"/tenders/{number}/{end}", status=404)


@pytest.mark.parametrize("email", ["provider@example.org", "evaluator@example.org", "moderator@example.org"])
def test_bidders_and_panel_do_not_see_results(evaluated: Locked, browse: Browse, email: str) -> None:
    browser = browse(email)
    for end in ("results", "results/L1", "report", "report.pdf", "log", "log/check", "evaluations"):
        browser.get(f"/tenders/{evaluated.tender_id}/{end}", status=403)


def test_prices_that_are_open_cannot_be_opened_again(locked: Locked, take: Take, browse: Browse) -> None:
    officer = browse(OFFICER)
    page = officer.get(f"/tenders/{locked.tender_id}/results")
    token = page.html.find("input", {"name": "csrf_token"})["value"]
    take(locked, "open")
    answer = officer.raw.post(
        f"/tenders/{locked.tender_id}/prices/open",
        data={"csrf_token": token},
        environ_base={"REMOTE_ADDR": "127.0.0.1"},
    )
    seen = officer.follow(answer, "")
    assert seen.done == "The prices are open already."


def test_two_approvers_deciding_at_once_come_one_after_the_other(
    recommended: Locked, take: Take, browse: Browse, read: Change
) -> None:
    approver = browse(APPROVER)
    page = approver.get(f"/tenders/{recommended.tender_id}/approve")
    fields = {
        name: page.html.find("main").find("input", {"name": name})["value"] for name in ("csrf_token", "seen")
    }
    take(recommended, "approve", first="approve")
    answer = approver.raw.post(
        f"/tenders/{recommended.tender_id}/approve",
        data={**fields, "decision": "return", "reason": "Wait."},
        environ_base={"REMOTE_ADDR": "127.0.0.1"},
    )
    assert answer.status_code == 409
    assert "Anna Approver approved the award since you opened this page." in answer.text
    with read() as session:
        decided = current_recommendation(session, session.get_one(Tender, recommended.tender_id))
        assert decided is not None
        assert decided.outcome == "approved"


def test_the_one_who_recommended_is_shown_no_decision_to_take(
    recommended: Locked, browse: Browse, arrange: Change, people: People
) -> None:
    from lots.person import PersonRole

    with arrange() as session:
        officer = people.of(session, OFFICER)
        officer.role_rows.append(PersonRole(role="approver"))
    seen = browse(OFFICER).get(f"/tenders/{recommended.tender_id}/approve")
    assert "You recommended this award, so somebody else has to decide on it." in seen.text
    assert not seen.html.select("main form")


def test_approving_what_nobody_recommended_is_refused_in_words(evaluated: Locked, browse: Browse) -> None:
    approver = browse(APPROVER)
    page = f"/tenders/{evaluated.tender_id}/approve"
    token = approver.get("/account").value("csrf_token")
    whole = {"decision": "approve", "reason": "As the report shows, for every lot."}
    for typed in (
        {},
        {"decision": "approve"},
        whole,
        {**whole, "confirmed": "no"},
        {**whole, "seen": "9" * 5000},
    ):
        answer = approver.raw.post(page, data={"csrf_token": token, **typed})
        assert answer.status_code == 409, typed


def test_steps_that_are_not_to_be_taken_now_lead_to_the_results(
    locked: Locked, take: Take, browse: Browse
) -> None:
    take(locked, "open")
    for who, end in (
        (OFFICER, "recommend"),
        (APPROVER, "approve"),
        (OFFICER, "standstill"),
        (OFFICER, "confirm"),
    ):
        seen = browse(who).get(f"/tenders/{locked.tender_id}/{end}")
        assert seen.path == f"/tenders/{locked.tender_id}/results"


def test_what_bars_a_recommendation_is_listed_instead_of_the_form(
    lock: Lock, take: Take, browse: Browse
) -> None:
    level = (Bidder("Alpha", (4, 4, 4), {"L1": 1800}), Bidder("Beta", (4, 4, 4), {"L1": 1800}))
    locked = lock(bidders=level, lots=("Burnley",), ties=[])
    take(locked, "evaluate")
    seen = browse(OFFICER).get(f"/tenders/{locked.tender_id}/recommend")
    assert "Lot L1 has a tie that the published rules do not break" in seen.text
    assert not seen.html.find("textarea")


def numbered(count: int) -> tuple[Bidder, ...]:
    return tuple(
        Bidder(
            f"Bidder {n:03d}",
            (2 + n % 4, 1 + n % 5, n % 6),
            {"L1": 1700 + n, "L2": 1800 - n % 90},
            well_led="Inadequate" if n % 7 == 6 else "Good",
            decision=("excluded", "Fraud was proved in court.") if n % 11 == 1 else None,
        )
        for n in range(count)
    )


PAGES = (
    (OFFICER, "results"),
    (OFFICER, "results/L1"),
    (OFFICER, "results/L1/A"),
    (OFFICER, "recommend"),
    (AUDITOR, "report"),
    (AUDITOR, "report.pdf"),
    (AUDITOR, "log"),
    (AUDITOR, "log/0"),
    (AUDITOR, "log/check"),
    (AUDITOR, "evaluations"),
)


@MANY
def test_no_page_asks_more_of_the_database_for_many_bidders_than_for_two(
    lock: Lock, take: Take, browse: Browse, count_queries: Count, read: Change, many: int
) -> None:
    few = lock(bidders=numbered(2), reference="FEW")
    lots = lock(bidders=numbered(many), reference="MANY")
    lock(bidders=numbered(1), reference="LATEST")  # its file of ratings is newer than that of either
    for one in (few, lots):
        take(one, "evaluate")
    with read() as session:
        evaluation = current_evaluation(session, session.get_one(Tender, lots.tender_id))
        assert evaluation is not None
        assert len(evaluation.record["bidders"]) == many
    for who, end in PAGES:
        browser = browse(who)
        counts = []
        for one in (few, lots):
            with count_queries() as queries:
                browser.get(f"/tenders/{one.tender_id}/{end}")
            counts.append(len(queries))
        assert counts[0] == counts[1], f"{end}: {counts[0]} queries for 2 bidders, {counts[1]} for {many}"


def test_a_figure_of_the_ranking_leads_to_the_answer_its_marks_and_their_reasons(
    evaluated: Locked, browse: Browse
) -> None:
    auditor = browse(AUDITOR)
    home = f"/tenders/{evaluated.tender_id}"
    links = auditor.get(f"{home}/results/L1").links()
    (address,) = {
        link
        for text, link in links.items()
        if text.endswith("of Provider A on Q1: answer, marks and reasons")
    }
    seen = auditor.get(address)
    for heading in ("The evaluators’ own marks", "Answer of Provider A", "Agreed mark"):
        assert heading in seen.text
    working = auditor.get(f"{home}/results/L1/A")
    assert "Provider A" in working.text
    assert address in working.links().values()
