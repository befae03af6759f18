"""The frame's own pages in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.council import next_page

OPEN_PAGES = ("/", "/sign-in", "/register", "/signed-out", "/help", "/accessibility", "/privacy", "/nowhere")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_open_pages_have_no_barriers_and_fit_a_phone(new_page, axe, fits, database, phone):
    page = new_page(phone=phone)
    for path in OPEN_PAGES:
        page.goto(path)
        axe(page)
        fits(page)


def test_an_error_summary_takes_the_focus_and_leads_to_the_field(page, axe, database):
    page.goto("/register")
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    axe(page)
    page.get_by_role("link", name="Enter your full name").click()
    expect(page.get_by_label("Your full name")).to_be_focused()


def test_an_administrator_adds_a_person_on_a_phone_by_keyboard(new_page, people, sign_in_page, axe, fits):
    page = sign_in_page(new_page(phone=True), "administrator@example.org")
    page.goto("/people/add")
    axe(page)
    fits(page)
    page.get_by_label("Full name").focus()
    page.keyboard.type("Una Newcomer")
    page.keyboard.press("Tab")
    page.keyboard.type("una@example.org")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Una Newcomer")
    axe(page)
    fits(page)
    with next_page(page):
        page.get_by_role("button", name="Make a link").click()
    axe(page)
    fits(page)
    page.goto("/people/")
    axe(page)
    fits(page)


def test_everything_of_the_frame_works_without_scripts(new_page, people, sign_in_page):
    page = sign_in_page(new_page(javascript=False), "provider@example.org")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Start")
    page.get_by_role("link", name="Paula Provider").click()
    page.get_by_label("Present password").fill("not this one")
    page.get_by_label("New password").fill("copper kettle autumn walk")
    page.get_by_role("button", name="Change password").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Present password is not right")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have signed out")


def test_the_first_tab_stop_skips_to_the_main_part(page, database):
    page.goto("/help")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()
