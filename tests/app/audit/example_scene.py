"""The example with fewer companies: an awarded tender, one being marked, one open for bids."""

from __future__ import annotations

from tender.accounts.passwords import Passwords
from tender.example import story
from tender.example.companies import COMPANIES, Company
from tender.frame.context import now, seal
from tests.app.staging import Stage, scene


def _numbered(*numbers: int) -> list[Company]:
    return [company for company in COMPANIES if company.number in numbers]


FEW = story.Bidders(
    homecare=_numbered(1, 9, 13, 18), crisis=_numbered(5, 6), reablement=_numbered(1, 2, 3), undecided=()
)
"""Among them one kept off by a conflict, one refused for Inadequate, and one abnormally low."""


@scene()
def few_bidders(stage: Stage) -> None:
    """The Lancashire example, as its command loads it."""
    with stage.change() as session:
        story.load(
            session,
            seal=seal(),
            passwords=Passwords(memory=8, rounds=1),
            now=now(),
            tell=lambda _: None,
            bidders=FEW,
        )
