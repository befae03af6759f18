"""Care companies at their browsers: who bids in the journey, and how."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page

from tender.example.companies import COMPANIES, Company
from tests.app.conftest import PASSWORD
from tests.browser.council import Look, Somebody


@dataclass(frozen=True)
class Bidder:
    """A company of the example with what it asks for each lot, in pounds an hour."""

    company: Company
    prices: dict[str, str]
    marks: tuple[int, int]
    """What the panel will agree on its two answers."""

    @property
    def answer(self) -> str:
        return f"The way of working of {self.company.number} fell houses."


BIDDERS = (
    Bidder(COMPANIES[0], {"North": "23.85", "East": "24.10", "Central": "23.60"}, (5, 4)),
    Bidder(COMPANIES[2], {"North": "22.40", "Central": "22.15"}, (4, 4)),
    Bidder(COMPANIES[3], {"East": "21.20", "Central": "21.05"}, (3, 3)),
    Bidder(COMPANIES[13], {"North": "19.00", "East": "19.00", "Central": "19.00"}, (4, 4)),
)
"""The last is Inadequate on well-led alone and has the lowest price: it must move nobody's points."""


def register(page: Page, look: Look, bidder: Bidder, administrator: Somebody) -> Somebody:
    """A company makes its own account, with the link that an administrator passes on."""
    page.goto("/register")
    person = Somebody(page, look)
    person.fill("Company or charity name", bidder.company.name)
    person.fill("Your full name", "Bid Manager")
    person.fill("Email address", bidder.company.email)
    person.press("Register")
    administrator.open("/people/registrations")
    administrator.press(f"Make a link for {bidder.company.name}")
    person.open(administrator.main.locator("code").inner_text())
    person.fill("Password", PASSWORD)
    person.press("Set password")
    return person


def introduce(person: Somebody, bidder: Bidder) -> None:
    """Company and CQC details."""
    company = bidder.company
    person.open("/bids/organisation/change")
    for label, text in {
        "Companies House or charity number": company.company_number,
        "Address": "1 Market Place, Preston",
        "Telephone number": "01632 960001",
        "CQC provider ID": company.cqc_provider_id,
        "CQC location IDs": company.location_id,
    }.items():
        person.fill(label, text)
    person.press("Save")


def bid(person: Somebody, tender: str, bidder: Bidder) -> None:
    """Both answers, the prices, and off it goes; the receipt shows its hash."""
    number = tender.rsplit("/", 1)[1]
    person.open(f"/bids/{number}/")
    person.press("Start your bid")
    for code in ("Q1", "Q2"):
        person.open(f"/bids/{number}/answers/{code}")
        person.fill("Your answer", bidder.answer)
        person.press("Save and continue")
    person.open(f"/bids/{number}/prices")
    for zone, price in bidder.prices.items():
        person.main.get_by_label(re.compile(rf"^\s*Price an hour for \S+ {re.escape(zone)}\s*$")).fill(price)
    person.press("Save and continue")
    person.open(f"/bids/{number}/check")
    person.press("Submit your bid")
    person.sees("Keep this receipt")
    person.sees(re.compile("[0-9a-f]{64}"))
