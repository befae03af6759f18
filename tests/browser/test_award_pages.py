"""Results, decisions, report and log in a real browser: no barriers, no sideways scrolling, no script."""

from playwright.sync_api import expect

from tests.app.award_steps import approved, locked, recommended, take  # noqa: F401  the same steps as the other tests take

OFFICER, APPROVER, AUDITOR = "officer@example.org", "approver@example.org", "auditor@example.org"


def test_nobody_meets_a_barrier_between_the_lock_and_the_award(locked, take, visit):  # noqa: F811
    at = f"/tenders/{locked.tender_id}"
    visit(OFFICER, f"{at}/results", "/awards/")
    take(locked, "evaluate")
    visit(
        OFFICER,
        f"{at}/results",
        f"{at}/results/L1",
        f"{at}/results/L3",
        f"{at}/results/L1/D",
        f"{at}/recommend",
    )
    take(locked, "recommend", first="recommend")
    visit(APPROVER, f"{at}/results", f"{at}/approve", f"{at}/report")
    take(locked, "approve", first="approve")
    visit(OFFICER, f"{at}/standstill", f"{at}/results", f"{at}/confirm")


def test_an_auditor_meets_no_barrier(approved, visit):  # noqa: F811
    at = f"/tenders/{approved.tender_id}"
    visit(
        AUDITOR,
        "/audit/",
        "/log/",
        "/log/0",
        "/log/check",
        f"{at}/log",
        f"{at}/log?since=nonsense",
        f"{at}/log/6",
        f"{at}/log/check",
        f"{at}/evaluations",
        f"{at}/report",
    )


def test_an_award_is_approved_with_the_keyboard_and_without_script(
    recommended,  # noqa: F811
    new_page,
    sign_in_page,
):
    page = sign_in_page(new_page(javascript=False), APPROVER)
    page.goto(f"/tenders/{recommended.tender_id}/approve")
    page.get_by_label("Approve the award").focus()
    page.keyboard.press("Space")
    page.get_by_label("Your reason").focus()
    page.keyboard.type("The record bears it out.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("After this the recommendation cannot be sent back")).to_be_visible()
    page.get_by_role("button", name="Approve the award").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The award is approved.")).to_be_visible()


def test_the_filter_of_the_log_works_without_script(approved, new_page, sign_in_page):  # noqa: F811
    page = sign_in_page(new_page(javascript=False), AUDITOR)
    page.goto(f"/tenders/{approved.tender_id}/log")
    page.get_by_text("Filter the log").click()
    page.get_by_label("What was done").select_option("Approved the award")
    page.get_by_label("From").fill("2026-11-23")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_text("1 entry found")).to_be_visible()
    page.get_by_role("link", name="Approved the award").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Approved the award")
