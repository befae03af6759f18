"""Who sees which tender, the opening and cancelling in the browser, and pages that stay quick."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from lots import states
from lots.schedule import Schedule, ScheduleRow
from tender.procurements.operations import changing_lots, changing_questions
from tests.app.client import Client
from tests.app.conftest import People
from tests.app.procurements.conftest import OFFICER, OFFICER2, PROVIDER, PROVIDER2, Tendering
from tests.reaching import reach_into

SignIn = Callable[[str], Client]
CountQueries = Callable[[], AbstractContextManager[list[str]]]

OFFICERS_PAGES = (
    "/details",
    "/rules",
    "/rules/marks",
    "/questions",
    "/questions/bank",
    "/questions/weights",
    "/panel",
    "/panel/evaluator",
    "/publish",
    "/cancel",
    "/add-lot",
    "/upload-lots",
    "/lots/L1",
    "/lots/L1/remove",
    "/add-limit",
    "/limits/crisis",
)


@pytest.mark.parametrize(
    ("email", "statuses"),
    [
        (OFFICER2, (200, 200)),
        ("approver@example.org", (404, 200)),
        ("auditor@example.org", (404, 200)),
        ("evaluator@example.org", (404, 200)),
        ("evaluator2@example.org", (404, 404)),
        ("moderator@example.org", (404, 200)),
        (PROVIDER, (403, 403)),
        ("administrator@example.org", (403, 403)),
    ],
)
def test_who_may_know_of_a_tender_before_and_after_publication(
    tendering: Tendering, sign_in: SignIn, email: str, statuses: tuple[int, int]
) -> None:
    browser = sign_in(email)
    browser.get(tendering.path, status=statuses[0])
    tendering.complete()
    tendering.publish()
    browser.get(tendering.path, status=statuses[1])
    if statuses[1] != 403:
        listed = "Crisis care" in browser.get("/tenders/").text
        assert listed == (statuses[1] == 200)


@pytest.mark.parametrize("email", ["auditor@example.org", "moderator@example.org", PROVIDER])
def test_nobody_but_officers_reaches_the_set_up_pages(
    tendering: Tendering, sign_in: SignIn, email: str
) -> None:
    browser = sign_in(email)
    for page in OFFICERS_PAGES:
        browser.get(f"{tendering.path}{page}", status=403)


def test_somebody_not_signed_in_is_sent_to_sign_in(tendering: Tendering, client: Client) -> None:
    assert client.get(tendering.path).path.startswith("/sign-in")


def test_the_published_rules_are_for_everybody_with_an_account_and_drafts_for_nobody(
    tendering: Tendering, sign_in: SignIn
) -> None:
    browser = sign_in(PROVIDER)
    browser.get(f"{tendering.path}/published", status=404)
    browser.get(f"{tendering.path}/published.json", status=404)
    tendering.complete()
    tendering.publish()
    seen = browser.get(f"{tendering.path}/published")
    assert tendering.see(lambda tender: tender.rules_sha256) in seen.text
    assert "named lead" in seen.text


@pytest.mark.parametrize(
    "path", ["/tenders/0", "/tenders/999999", "/tenders/99999999999999999999", "/tenders/x"]
)
def test_a_tender_that_is_not_there_is_not_found(people: People, sign_in: SignIn, path: str) -> None:
    browser = sign_in(OFFICER)
    browser.get(path, status=404)
    browser.get(f"{path}/lots", status=404)


@pytest.mark.parametrize("page", ["lots/L9", "questions/Q9", "limits/none", "rules/none", "lots/L9/remove"])
def test_a_part_that_is_not_in_the_tender_is_not_found(
    tendering: Tendering, sign_in: SignIn, page: str
) -> None:
    tendering.create("homecare", "LCC-2")
    sign_in(OFFICER).get(f"{tendering.path}/{page}".replace("L9", "L99"), status=404)


def test_two_officers_open_the_bids_in_their_browsers(published: Tendering, sign_in: SignIn) -> None:
    published.bid(PROVIDER, {"L1": 1_599})
    published.bid(PROVIDER2, {"L1": 1_580, "L2": 1_600})
    first, path = sign_in(OFFICER), f"{published.path}/opening"
    assert "Nobody can see who bids" in first.get(path).text
    published.to_the_deadline()
    first = sign_in(OFFICER)
    seen = first.post_form(path, submit="Ask for the bids to be opened")
    assert "Another officer has to complete it" in seen.done
    assert "Open the bids" not in seen.text
    second = first.another()
    second.enter(OFFICER2)
    assert "Olive Officer asked for the opening" in second.get(f"{path}/complete").text
    seen = second.post_form(f"{path}/complete", submit="Open the bids")
    assert seen.done == "2 bids are opened."
    assert "Completed by Oscar Officer, 7 December 2026 at 12:00:00 GMT" in seen.text
    assert "Opened, checking eligibility" in second.get(published.path).text


def test_the_first_officer_cannot_complete_by_a_forged_request(published: Tendering, sign_in: SignIn) -> None:
    published.to_the_deadline()
    browser = sign_in(OFFICER)
    browser.post_form(f"{published.path}/opening", submit="Ask for the bids to be opened")
    token = browser.get(published.path).html.find("input", {"name": "csrf_token"})["value"]
    answer = browser.raw.post(f"{published.path}/opening/complete", data={"csrf_token": token})
    assert answer.status_code == 403
    assert "Another officer has to complete it" in answer.text
    assert published.state() == "published"


def test_before_the_opening_no_page_tells_who_or_how_many_bid(published: Tendering, sign_in: SignIn) -> None:
    published.bid(PROVIDER, {"L1": 1_599})
    browser = sign_in(OFFICER)
    for page in ("", "/opening", "/lots", "/panel", "/published"):
        seen = browser.get(f"{published.path}{page}")
        assert "Pendle" not in seen.text
        assert "1 bid" not in seen.text


def test_an_officer_cancels_a_lot_and_then_the_tender(published: Tendering, sign_in: SignIn) -> None:
    browser = sign_in(OFFICER)
    seen = browser.post_form(f"{published.path}/lots/L1/cancel", {"reason": " "}, status=400)
    assert seen.errors == ["Say why in at least 5 words. It stays on the record."]
    seen = browser.post_form(f"{published.path}/lots/L1/cancel", {"reason": "Served otherwise from now on."})
    assert seen.done == "Lot L1 is cancelled."
    assert "Served otherwise from now on." in seen.text
    assert "Cancelled since" in browser.get(f"{published.path}/published").text
    browser.get(f"{published.path}/lots/L1/remove", status=409)
    seen = browser.post_form(f"{published.path}/cancel", {"reason": "No money.\nNot this year, or next."})
    assert seen.done == "LCC-1 is cancelled."
    assert "Cancelled by Olive Officer" in seen.text
    assert "No money." in seen.text
    assert browser.get(f"{published.path}/cancel").done == "The tender is cancelled already."


def test_the_home_page_offers_what_is_legal_now_to_those_who_may(
    published: Tendering, sign_in: SignIn
) -> None:
    published.bid(PROVIDER, {"L1": 1_599})
    published.to_the_deadline()
    officer = sign_in(OFFICER)
    links = officer.get(published.path).links()
    assert "Opening of the bids" in links
    assert "CQC ratings and eligibility" not in links
    published.open()
    links = officer.get(published.path).links()
    assert links["CQC ratings and eligibility"] == f"{published.path}/eligibility"
    assert links["Start and progress of marking"] == f"{published.path}/marking/progress"
    assert "Your marking" not in officer.get(published.path).text
    assert "Moderation" not in links
    for address in links.values():
        officer.get(address)
    evaluator = officer.another()
    evaluator.enter("evaluator@example.org")
    seen = evaluator.get(published.path)
    assert "Your marking Cannot start yet" in seen.text
    assert "CQC ratings and eligibility" not in seen.links()
    assert "Cancel this tender" not in seen.text


@pytest.mark.parametrize("offered", [True, False])
def test_the_home_page_knows_every_stage(published: Tendering, sign_in: SignIn, offered: bool) -> None:
    published.to_the_deadline()
    published.open()
    browsers = [sign_in(OFFICER)]
    for email in ("approver@example.org", "moderator@example.org", "auditor@example.org"):
        browsers.append(browsers[0].another())
        browsers[-1].enter(email)
    for stage in states.STORED[states.STORED.index(states.OPENED) :]:
        with published.change() as session:
            statement = "UPDATE tender SET state = :stage, standstill_offered = :offered WHERE id = :id"
            values = {"stage": stage, "offered": offered, "id": published.tender_id}
            reach_into(session, "tender", statement, **values)
        for browser in browsers:
            seen = browser.get(published.path)
            assert states.NAMES[stage] in seen.text
            steps = [row.get_text(" ", strip=True) for row in seen.html.select(".govuk-task-list__item")]
            assert any(step.startswith("Standstill") for step in steps) == offered
            is_over = stage in {states.AWARDED, states.SIGNED, states.CANCELLED}
            assert any(step.endswith("Now") for step in steps) != is_over, (stage, steps)


def test_the_list_of_tenders_is_searched_and_paged(tendering: Tendering, sign_in: SignIn) -> None:
    for number in range(60):
        tendering.create(reference=f"X-{number}", title=f"Tender number {number}")
    browser = sign_in(OFFICER)
    assert "61 tenders" in browser.get("/tenders/").text
    assert "Crisis care" in browser.get("/tenders/?page=2").text
    assert "1 tender found" in browser.get("/tenders/?search=x-59").text
    assert "No tender has “100%”" in browser.get("/tenders/?search=100%25").text
    browser.get("/tenders/?page=3", status=404)


def test_no_page_asks_the_database_more_for_many_lots_questions_and_people(
    tendering: Tendering, sign_in: SignIn, count_queries: CountQueries
) -> None:
    tendering.complete()
    tendering.do(
        changing_questions.add_question, title="A", text="B", criterion="C", weight=0, lot_codes=["L1"]
    )
    browser = sign_in(OFFICER)
    pages = ("", "/lots", "/lots.csv", "/questions", "/questions/weights", "/rules", "/panel", "/publish")
    few = {}
    for page in pages:
        with count_queries() as queries:
            browser.get(f"{tendering.path}{page}")
        few[page] = len(queries)
    rows = tuple(
        ScheduleRow(f"L{number}", f"Zone {number}", 10_000, 1_275, group=f"G{number % 40}")
        for number in range(1, 201)
    )
    tendering.do(changing_lots.replace_lots, schedule=Schedule(rows))
    for number in range(30):
        codes = [f"L{number + 1}", f"L{number + 2}"]
        tendering.do(
            changing_questions.add_question,
            title=f"T{number}",
            text="B",
            criterion="C",
            weight=0,
            lot_codes=codes,
        )
    tendering.name("evaluator2@example.org", "evaluator")
    for page in pages:
        with count_queries() as queries:
            browser.get(f"{tendering.path}{page}")
        assert len(queries) <= few[page], (page, few[page], len(queries))
        assert len(queries) < 25


def test_a_tender_without_a_bid_says_so_and_offers_the_way_out(published: Tendering, sign_in: SignIn) -> None:
    published.to_the_deadline()
    published.open()
    officer = sign_in(OFFICER)
    assert "No bids were received." in officer.get(published.path).text
    seen = officer.get(f"{published.path}/opening")
    assert "No bids were received." in seen.text
    assert seen.links()["Cancel this tender"] == f"{published.path}/cancel"
    seen = officer.get(f"{published.path}/marking/progress")
    assert "No bids were received, so there is nothing to mark. Cancel the tender." in seen.text
    assert "Pin a file" not in seen.text


def test_what_is_refused_at_a_stage_leads_on_to_the_tender(published: Tendering, sign_in: SignIn) -> None:
    published.to_the_deadline()
    published.open()
    officer = sign_in(OFFICER)
    seen = officer.get(f"{published.path}/lots/L1/cancel")
    token = seen.html.find("main").find("input", {"name": "csrf_token"})["value"]
    answer = officer.raw.post(f"{published.path}/opening/request", data={"csrf_token": token})
    assert answer.status_code == 409
    assert "What you asked for is done, and can no longer change" in answer.text
    assert "Somebody else was first" not in answer.text
    assert f'href="{published.path}"' in answer.text
