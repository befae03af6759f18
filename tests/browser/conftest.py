"""A served application and a real Chromium, with axe-core to look for barriers."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from tender import Application
from tests.app.conftest import (  # noqa: F401  the same application and people as the other tests have
    PASSWORD,
    app,
    change,
    clock,
    people,
    read,
    staged,
)
from tests.browser.council import next_page

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
PHONE = {"width": 320, "height": 640}
"""The narrowest page that WCAG 2.2 asks for (1.4.10 Reflow)."""


def chromium_path() -> str | None:
    """CHROMIUM, or the system's; None leaves it to the one that Playwright keeps.

    The one that has no window at all comes first: the same pages take it a quarter less time.
    """
    system = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    for name in (os.environ.get("CHROMIUM"), *system):
        if name and (found := shutil.which(name)):
            return found
    return None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = chromium_path()
        if path is None and not Path(playwright.chromium.executable_path).exists():
            pytest.fail(
                "There is no Chromium here. Type: .venv/bin/playwright install chromium", pytrace=False
            )
        # a container's root cannot have Chromium's sandbox, and these pages are our own
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        yield browser
        browser.close()


@pytest.fixture
def site(app: Application) -> Iterator[str]:  # noqa: F811
    """The address at which the application is served, on a thread of this process, so that the test's
    clock and database are its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def new_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """`new_page()` is somebody else's browser each time; `new_page(javascript=False)`,
    `new_page(phone=True)`. What the browser complains of, such as a blocked script, fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(*, javascript: bool = True, phone: bool = False) -> Page:
        context = browser.new_context(
            base_url=site,
            java_script_enabled=javascript,
            viewport=PHONE if phone else {"width": 1200, "height": 900},
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One browser page, on a desk."""
    return new_page()


@pytest.fixture
def sign_in_page() -> Callable[[Page, str], Page]:
    """`sign_in_page(page, "officer@example.org")`"""

    def do(page: Page, email: str) -> Page:
        page.goto("/sign-in")
        page.get_by_label("Email address").fill(email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        with next_page(page):
            page.get_by_role("main").get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        return page

    return do


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails the test where axe-core finds a barrier at WCAG 2.2 AA, and names each."""
    source = AXE.read_text()

    def check(page: Page) -> None:
        page.evaluate(source)
        found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG_22_AA)
        barriers = [
            f"{rule['id']} ({rule['help']}): {node['html']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]
        assert not barriers, f"{page.url}\n" + "\n".join(barriers)
        assert found["passes"], "axe-core looked at nothing"

    return check


@pytest.fixture
def fits() -> Callable[[Page], None]:
    """`fits(page)` fails where the page is wider than the window, so that a phone would scroll sideways."""

    def check(page: Page) -> None:
        wide, window = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= window, f"{page.url} is {wide} wide in a window of {window}"

    return check


@pytest.fixture
def visit(
    new_page: Callable[..., Page],
    sign_in_page: Callable[[Page, str], Page],
    axe: Callable[[Page], None],
    fits: Callable[[Page], None],
) -> Callable[..., None]:
    """`visit("officer@example.org", "/tenders/1")` looks at pages as one person, on a desk and on a phone."""

    def look(email: str, *paths: str) -> None:
        for phone in (False, True):
            page = sign_in_page(new_page(phone=phone), email)
            for path in paths:
                answer = page.goto(path)
                assert answer is not None
                assert answer.status == 200, path
                axe(page)
                if phone:
                    fits(page)

    return look
