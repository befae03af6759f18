"""A price method with a row of its own is offered, saved, published and told on every page, untouched."""

from __future__ import annotations

import pytest

from lots.publication import evaluation_rules
from lots.tender import Tender
from scoring.methods import price
from tender.bids.wording import price_sentence
from tender.reports.wording import price_rule
from tests.app.client import Client
from tests.app.conftest import Change
from tests.app.procurements.conftest import Tendering
from tests.scoring.toy_rows import PRICE_METHODS, TEXTS


@pytest.fixture(autouse=True)
def sixth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(price.METHODS, "toy", PRICE_METHODS["by the lowest"])


def test_officers_can_choose_an_added_price_method_and_read_its_text(
    officer: Client, tendering: Tendering
) -> None:
    path = f"{tendering.path}/rules"
    offered = officer.get(f"{path}/price").text
    for words in (TEXTS.title, TEXTS.formula, TEXTS.weakness):
        assert words in offered
    seen = officer.post_form(f"{path}/price", {"price_method": "toy", "slope": "2"}, status=400)
    assert seen.errors == ["Slope belongs to “Straight line from the lowest price” only"]
    seen = officer.post_form(f"{path}/price", {"price_method": "toy"}, submit="Save")
    assert seen.done == "The price rules are saved."
    assert f"Scored by {TEXTS.title}" in seen.text
    assert f"Formula {TEXTS.formula}" in seen.text


def test_bidders_pages_and_the_report_describe_an_added_price_method(
    tendering: Tendering, arrange: Change
) -> None:
    def choose(tender: Tender) -> None:
        tender.price_method = "toy"

    with arrange() as session:
        choose(session.get_one(Tender, tendering.tender_id))
    tendering.complete()
    tendering.publish()
    points = tendering.see(lambda tender: tender.rules["rules"]["weights"]["price"])
    told = f"Of {points} price points a bid at three times the lowest price gets half."
    assert tendering.see(price_sentence).startswith(told)
    report = tendering.see(lambda tender: price_rule(tender.rules["rules"]))
    assert report.startswith(f"Price points = {TEXTS.report}, never below 0")
    assert tendering.see(lambda tender: evaluation_rules(tender)["price"]["method"]) == "toy"
