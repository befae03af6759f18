"""Eligibility, marking and moderation in a real browser: no barriers, no sideways scrolling, keyboard and
no script at all."""

import re

from playwright.sync_api import expect

from tests.app.judging import EVALUATORS, MODERATOR, declare, give_marks, open_moderation, start
from tests.app.opened_tender import opened  # noqa: F401  the tender that the other tests have

EVE, EVAN = EVALUATORS


def test_nobody_meets_a_barrier_before_marking(opened, people, visit):  # noqa: F811
    at = f"/tenders/{opened.tender_id}"
    visit(
        "officer@example.org",
        "/ratings",
        "/ratings/load",
        f"{at}/eligibility",
        f"{at}/eligibility/A",
        f"{at}/eligibility/A/decide",
        f"{at}/ratings",
        f"{at}/marking/progress",
    )
    visit(EVE, f"{at}/marking/conflicts")


def test_nobody_meets_a_barrier_while_bids_are_marked(opened, people, change, clock, visit):  # noqa: F811
    with change() as session:
        start(session, people, clock, opened)
        declare(session, people, clock, opened, EVE, C="My sister works there.")
        give_marks(session, people, clock, opened, EVE, "A")
    at = f"/tenders/{opened.tender_id}"
    visit(EVE, f"{at}/marking", f"{at}/marking/A/Q1", f"{at}/marking/B/Q1", f"{at}/marking/conflicts")
    visit("officer@example.org", f"{at}/eligibility", f"{at}/ratings", f"{at}/marking/progress")
    visit(MODERATOR, f"{at}/moderation", f"{at}/conflicts", f"{at}/conflicts/1")


def test_nobody_meets_a_barrier_in_moderation(opened, people, change, clock, visit):  # noqa: F811
    with change() as session:
        open_moderation(session, people, clock, opened, marks=(1, 4))
    at = f"/tenders/{opened.tender_id}"
    visit(MODERATOR, f"{at}/moderation", f"{at}/moderation?show=red", f"{at}/moderation/A/Q1")
    visit("auditor@example.org", f"{at}/moderation", f"{at}/moderation/A/Q1")


def test_a_mark_can_be_given_by_keyboard_alone(
    opened,  # noqa: F811
    people,
    change,
    clock,
    page,
    sign_in_page,
):
    with change() as session:
        start(session, people, clock, opened)
        declare(session, people, clock, opened, EVE)
    sign_in_page(page, EVE).goto(f"/tenders/{opened.tender_id}/marking/A/Q1")
    page.get_by_role("radio", name="0").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="3")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Clear duties and yearly training for everybody.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/marking/B/Q1$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bid B")


def test_conflicts_can_be_declared_without_any_script(opened, people, new_page, sign_in_page):  # noqa: F811
    page = sign_in_page(new_page(javascript=False, phone=True), EVE)
    page.goto(f"/tenders/{opened.tender_id}/marking/conflicts")
    page.get_by_label("Zeal Care Ltd", exact=True).check()
    page.get_by_label("What is your conflict with Zeal Care Ltd?").fill("My sister works there.")
    page.get_by_label("I have no conflict of interest with any bidder that I have not ticked").check()
    page.get_by_role("button", name="Declare").click()
    expect(page.get_by_text("Your declaration is recorded.")).to_be_visible()


def test_what_a_conflict_is_about_is_asked_only_where_one_is_ticked(opened, people, page, sign_in_page):  # noqa: F811
    sign_in_page(page, EVE).goto(f"/tenders/{opened.tender_id}/marking/conflicts")
    about = page.get_by_label("What is your conflict with Zeal Care Ltd?")
    expect(about).to_be_hidden()
    page.get_by_label("Zeal Care Ltd", exact=True).check()
    expect(about).to_be_visible()
