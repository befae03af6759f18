"""The officers' pages of a tender: no barriers, no sideways scrolling on a phone, usable without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tender.procurements.operations import changing_questions, opening_bids
from tests.app.conftest import Change, Clock, People
from tests.app.procurements.conftest import OFFICER, OFFICER2, PROVIDER, Tendering
from tests.browser.council import next_page

SignInPage = Callable[[Page, str], None]
Check = Callable[[Page], None]

DRAFT_PAGES = (
    "",
    "/details",
    "/lots",
    "/lots/L1",
    "/lots/L1/remove",
    "/add-lot",
    "/upload-lots",
    "/add-limit",
    "/limits/crisis",
    "/rules",
    "/rules/marks",
    "/rules/price",
    "/rules/other",
    "/questions",
    "/questions/Q1",
    "/questions/Q1/remove",
    "/questions/add",
    "/questions/weights",
    "/panel",
    "/panel/evaluator",
    "/publish",
    "/cancel",
)
PUBLISHED_PAGES = ("", "/lots", "/panel", "/published", "/opening", "/cancel", "/lots/L1/cancel")


@pytest.fixture
def tendering(change: Change, read: Change, people: People, clock: Clock) -> Tendering:
    tendering = Tendering(change, read, people, clock)
    tendering.create()
    return tendering


def test_no_page_of_a_draft_has_a_barrier_or_is_wider_than_a_phone(
    tendering: Tendering, new_page: Callable[..., Page], sign_in_page: SignInPage, axe: Check, fits: Check
) -> None:
    tendering.do(changing_questions.add_question, bank_key="workforce")
    page = new_page(phone=True)
    sign_in_page(page, OFFICER)
    for path in ("/tenders/", "/tenders/new", "/tenders/new/upload"):
        page.goto(path)
        axe(page)
        fits(page)
    for path in (*DRAFT_PAGES, "/questions/bank"):
        page.goto(f"{tendering.path}{path}")
        axe(page)
        fits(page)


def test_no_page_of_a_published_tender_has_a_barrier_or_is_wider_than_a_phone(
    tendering: Tendering, new_page: Callable[..., Page], sign_in_page: SignInPage, axe: Check, fits: Check
) -> None:
    tendering.complete()
    tendering.publish()
    tendering.bid(PROVIDER, {"L1": 1_599})
    page = new_page(phone=True)
    sign_in_page(page, OFFICER)
    for path in PUBLISHED_PAGES:
        page.goto(f"{tendering.path}{path}")
        axe(page)
        fits(page)
    tendering.to_the_deadline()
    tendering.do(opening_bids.request_opening)
    sign_in_page(page, OFFICER2)
    for path in ("", "/opening", "/opening/complete"):
        page.goto(f"{tendering.path}{path}")
        axe(page)
        fits(page)


def test_forms_with_errors_have_no_barrier(
    tendering: Tendering, page: Page, sign_in_page: SignInPage, axe: Check
) -> None:
    sign_in_page(page, OFFICER)
    for path, button in (
        ("/details", "Save"),
        ("/upload-lots", "Upload and replace all lots"),
        ("/add-lot", "Save lot"),
        ("/add-limit", "Save limit"),
        ("/questions/add", "Save question"),
        ("/questions/bank", "Add questions"),
        ("/panel/moderator", "Add to the panel"),
        ("/cancel", "Cancel tender"),
    ):
        page.goto(f"{tendering.path}{path}")
        if path == "/details":
            page.get_by_label("Title").fill("")
        with next_page(page):
            page.get_by_role("button", name=button).click()
        expect(page.get_by_text("There is a problem"), path).to_be_visible()
        axe(page)


def test_a_tender_is_set_up_without_scripts_by_keyboard(
    people: People, new_page: Callable[..., Page], sign_in_page: SignInPage
) -> None:
    page = new_page(javascript=False)
    sign_in_page(page, OFFICER)
    page.goto("/tenders/new")
    page.get_by_label("Reablement").press("Space")
    page.get_by_label("Reference").fill("LCC-R")
    page.get_by_label("Title").fill("Reablement at home")
    page.get_by_label("Title").press("Enter")
    expect(page.get_by_text("£3,764,514 a year")).to_be_visible()
    page.get_by_role("link", name="How bids are judged").click()
    page.get_by_role("link", name="Change price").click()
    expect(page.get_by_label("Set price an hour (only")).to_have_value("12.75")
    expect(page.get_by_label("Slope")).to_be_visible()
