"""The example that comes with the product: three tenders as told, and an award that a sceptic can repeat."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys

import pypdf
import pytest
from sqlalchemy import func, select

from lots import log_check, states
from lots.award import Award, current_evaluation
from lots.bid import Bid
from lots.provider import Provider
from lots.tender import Tender
from scoring.exact import pounds
from tender.accounts.passwords import Passwords
from tender.example import story
from tender.example.companies import COMPANIES
from tender.frame.context import now, one_change, seal
from tender.reports.content import report
from tender.reports.pdf import write_pdf
from tests.scoring.schema_checks import validator, wrong


@pytest.mark.first_on("sqlite")
def test_the_example_tells_three_tenders_and_its_award_can_be_repeated(app, tmp_path):
    told: list[str] = []
    with app.app_context(), one_change() as session:
        story.load(session, seal=seal(), passwords=Passwords(memory=8, rounds=1), now=now(), tell=told.append)
    with app.app_context(), one_change() as session:
        tenders = {tender.reference: tender for tender in session.scalars(select(Tender))}
        assert session.scalar(select(func.count()).select_from(Provider)) == len(COMPANIES) == 30
        assert states.stage(tenders[story.HOMECARE], now()) == states.AWARDED
        assert states.stage(tenders[story.CRISIS], now()) == states.MARKING
        assert states.stage(tenders[story.REABLEMENT], now()) == states.PUBLISHED
        for tender in tenders.values():
            assert log_check.check(session, tender).intact
        homecare = tenders[story.HOMECARE]
        evaluation = current_evaluation(session, homecare)
        record, result = evaluation.record, evaluation.result
        assert json.loads(re_performed(evaluation.record_text, tmp_path)) == result
        every_document_is_valid([tender.rules for tender in tenders.values()], record, result)
        the_cast_is_as_told(record, result)
        every_figure_is_in_the_report(session, homecare, record, result)
        every_award_was_made(session, homecare, result)


def every_document_is_valid(rules, record, result) -> None:
    assert [wrong(validator("rules-document"), published) for published in rules] == [[], [], []]
    assert wrong(validator("record"), record) == []
    assert wrong(validator("result"), result) == []


def re_performed(record_text: str, tmp_path) -> bytes:
    """What `python -m scoring` says of the record, in a process that has never heard of this database."""
    file = tmp_path / "record.json"
    file.write_text(record_text, encoding="utf-8")
    command = [sys.executable, "-m", "scoring", "evaluate", str(file)]
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout


def the_cast_is_as_told(record, result) -> None:
    """Three refused for Inadequate, one of them by a second branch; one abnormally low; two level."""
    names = {bidder["id"]: bidder["name"] for bidder in record["bidders"]}
    rows = [row for lot in result["lots"] for row in lot["ranking"]]
    out = {state: {names[row["bidder"]] for row in rows if row["state"] == state} for state in
           ("condition_not_met", "abnormally_low")}  # fmt: skip
    assert record["draw"]["secret"]
    assert all(len(bid["sealed"]) == 64 for bid in record["bids"])
    refused = {COMPANIES[number - 1].name for number in (13, 14, 29)}
    assert out == {"condition_not_met": refused, "abnormally_low": {COMPANIES[17].name}}
    twins = {COMPANIES[20].name, COMPANIES[22].name}
    for lot in result["lots"]:
        level = {row["total"] for row in lot["ranking"] if names[row["bidder"]] in twins}
        assert len(level) <= 1
    assert any("unrated" in row["flags"] for row in rows)


def every_figure_is_in_the_report(session, homecare, record, result) -> None:
    """Each bid's line in the PDF: its points for each question, quality, price, price points and total."""
    reader = pypdf.PdfReader(io.BytesIO(write_pdf(report(session, homecare))))
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))
    prices = {(bid["bidder"], bid["lot"]): bid["price_pence"] for bid in record["bids"]}
    for lot in result["lots"]:
        for row in lot["ranking"]:
            if row["rank"] is None:
                continue
            price = pounds(prices[row["bidder"], lot["id"]])
            figures = [*row["questions"].values(), row["quality"], price, row["price"], row["total"]]
            assert " ".join(figures) in text, (lot["id"], row["bidder"])
    assert result["record_sha256"] in text
    assert "The draw" in text
    assert record["draw"]["secret"] in text
    assert "Level with" in text, "two bids of the example are level, and the report says what placed them"


def every_award_was_made(session, homecare, result) -> None:
    rows = session.execute(
        select(Bid.alias, Award.place, Award.lot_id).join(Award.bid).where(Award.tender_id == homecare.id)
    )
    codes = {lot.id: lot.code for lot in homecare.lots}
    made = {(codes[lot_id], place, alias) for alias, place, lot_id in rows}
    assert made == {
        (lot["id"], award["place"], award["bidder"]) for lot in result["lots"] for award in lot["awards"]
    }
