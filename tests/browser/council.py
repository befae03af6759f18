"""What people at the council, on the panel and at care companies do in their browsers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

Look = Callable[[Page], None]

QUESTIONS = ("Safeguarding", "Continuity and reliability of care")


@contextmanager
def next_page(page: Page) -> Iterator[None]:
    """What is done inside leads to another page, which is there when this ends.

    A click alone ends as soon as Chromium has heard of it: on a busy machine the old page is still there."""
    with page.expect_event("load"):
        yield


@dataclass
class Somebody:
    """A person at a browser. `look` judges each new page that they see."""

    page: Page
    look: Look

    def open(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        self.look(self.page)

    def follow(self, name: str) -> None:
        """Follow a link, or a link that looks like a button."""
        link = self.main.get_by_role("link", name=name)
        with next_page(self.page):
            link.or_(self.main.locator("a[role=button]", has_text=name)).first.click()
        self.look(self.page)

    def press(self, name: str) -> None:
        with next_page(self.page):
            self.main.get_by_role("button", name=name, exact=True).click()
        self.look(self.page)

    def fill(self, label: str, text: str) -> None:
        self.main.get_by_label(label, exact=True).fill(text)

    def tick(self, *labels: str) -> None:
        for label in labels:
            self.main.get_by_label(label).check()

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.main).to_contain_text(text)

    def does_not_see(self, *texts: str) -> None:
        shown = self.page.content()
        for text in texts:
            assert text not in shown, f"{text!r} is on {self.page.url}"

    def is_done(self, text: str) -> None:
        expect(self.page.locator(".govuk-notification-banner--success")).to_contain_text(text)
