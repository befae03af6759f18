"""A small tender from nothing to its award and its audit, each step by the person whose step it is."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pypdf
import pytest

from tender.example.ratings import ratings_csv
from tests.browser.care import BIDDERS, bid, introduce, register
from tests.browser.council import Somebody
from tests.browser.panel import agree_every_mark, declare_no_conflict, mark_everything

LONDON = ZoneInfo("Europe/London")
DEADLINE = datetime(2026, 12, 7, 12, 0, tzinfo=LONDON)


@pytest.fixture
def somebody(people, new_page, sign_in_page, axe, fits):
    """`somebody("officer")` signs in on a browser of their own; each page they see must have no barriers."""

    def look(page):
        axe(page)
        fits(page)

    def do(name: str, *, phone: bool = False) -> Somebody:
        page = new_page(phone=phone)
        return Somebody(sign_in_page(page, f"{name}@example.org"), look)

    return do


def test_a_tender_from_the_catalogue_to_a_defended_award(somebody, clock, new_page, axe, tmp_path):
    officer = somebody("officer")
    tender = set_up(officer)
    publish(officer)
    administrator = somebody("administrator")
    for number, bidder in enumerate(BIDDERS):
        person = register(new_page(phone=number == 0), axe, bidder, administrator)
        introduce(person, bidder)
        bid(person, tender, bidder)
    nothing_of_the_bids_shows(officer, tender)

    clock.set(DEADLINE + timedelta(hours=2))
    opened_by_two(somebody, tender)
    rate(somebody("officer"), tender, tmp_path)
    mark(somebody, tender)
    clock.forward(minutes=20)
    award(somebody, tender)
    report_and_audit(somebody, tender, tmp_path)


def set_up(officer: Somebody) -> str:
    officer.open("/tenders/")
    officer.follow("Create a tender")
    officer.tick("Crisis")
    officer.fill("Reference", "LCC-2026-J1")
    officer.fill("Title", "Crisis care at home")
    officer.press("Create tender")
    tender = officer.page.url.removesuffix("/")
    officer.follow("Lots")
    officer.sees("2,369")
    officer.follow("Add a limit")
    officer.fill("Name of the group", "crisis")
    officer.fill("Most lots that one provider may win", "1")
    officer.tick("L1", "L2", "L3")
    officer.press("Save limit")
    officer.open(f"{tender}/questions")
    officer.follow("Add from the question bank")
    officer.tick("Safeguarding", "Continuity")
    officer.press("Add questions")
    officer.follow("Set weights and minimum marks")
    for field in officer.main.get_by_label("Weight", exact=True).all():
        field.fill("30")
    officer.main.get_by_label("Minimum mark").first.fill("2")
    officer.press("Save weights")
    officer.open(f"{tender}/details")
    for label, text in {"Day": "7", "Month": "12", "Year": "2026", "Time of the deadline": "midday"}.items():
        officer.fill(label, text)
    officer.press("Save")
    officer.open(f"{tender}/panel")
    for name in ("Eve Evaluator", "Evan Evaluator"):
        officer.follow("Name an evaluator")
        officer.tick(name)
        officer.press("Add to the panel")
    officer.follow("Name the moderator")
    officer.tick("Mona Moderator")
    officer.press("Add to the panel")
    return tender


def publish(officer: Somebody) -> None:
    officer.open(officer.page.url.split("/panel")[0] + "/publish")
    officer.press("Publish the tender")
    officer.press("Publish the tender")
    officer.follow("Published rules")
    officer.sees("SHA-256")


def nothing_of_the_bids_shows(officer: Somebody, tender: str) -> None:
    for path in ("", "/opening", "/eligibility", "/log", "/results", "/report"):
        officer.page.goto(tender + path)
        officer.does_not_see(*(bidder.company.name for bidder in BIDDERS), *(b.answer for b in BIDDERS))


def opened_by_two(somebody, tender: str) -> None:
    officer = somebody("officer")
    officer.open(f"{tender}/opening")
    officer.press("Ask for the bids to be opened")
    officer2 = somebody("officer2")
    officer2.open(f"{tender}/opening")
    officer2.press("Open the bids")
    officer2.press("Open the bids")


def rate(officer: Somebody, tender: str, tmp_path) -> None:
    file = tmp_path / "ratings.csv"
    file.write_bytes(ratings_csv())
    officer.open("/ratings/load")
    officer.page.get_by_label("File of ratings").set_input_files(file)
    for label, text in {"Day": "1", "Month": "12", "Year": "2026"}.items():
        officer.fill(label, text)
    officer.press("Load ratings")
    officer.open(f"{tender}/ratings")
    officer.press("Pin this file")
    officer.open(f"{tender}/eligibility")
    officer.sees("Condition not met")
    officer.sees(re.compile("well-led", re.IGNORECASE))
    officer.open(f"{tender}/marking/progress")
    officer.press("Start marking")


def mark(somebody, tender: str) -> None:
    for number, name in enumerate(("evaluator", "evaluator2")):
        evaluator = somebody(name)
        declare_no_conflict(evaluator, tender)
        mark_everything(evaluator, tender, harsher=number)
    agree_every_mark(somebody("moderator"), tender)


def award(somebody, tender: str) -> None:
    officer = somebody("officer")
    officer.open(f"{tender}/results")
    officer.does_not_see("£19.00", "£23.85")
    officer.press("Open the prices")
    officer.press("Open the prices")
    officer.press("Work out the results")
    officer.open(f"{tender}/results/L1")
    officer.follow("Fylde Coast Carers Ltd")
    officer.sees("weight 30 × mark 4 ÷ highest mark 5 = 24.00 points")
    officer.open(f"{tender}/results")
    officer.follow("Recommend this award")
    officer.fill("Why you recommend this award", "The published rules lead to it.")
    officer.press("Recommend this award")
    approver = somebody("approver")
    approver.open(f"{tender}/approve")
    approver.tick("Approve the award")
    approver.fill("Your reason", "I have read the report.")
    approver.press("Record my decision")
    approver.sees("the recommendation cannot be sent back")
    approver.press("Approve the award")
    officer.open(f"{tender}/standstill")
    for field, text in {"Day": "7", "Month": "12", "Year": "2026"}.items():
        for box in officer.main.get_by_label(field, exact=True).all():
            box.fill(text)
    officer.press("Start the standstill")
    officer.open(f"{tender}/results")
    officer.sees("16 December 2026")


def report_and_audit(somebody, tender: str, tmp_path) -> None:
    auditor = somebody("auditor")
    auditor.open(f"{tender}/report")
    pdf = auditor.page.request.get(f"{tender}/report.pdf")
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.body())).pages)
    auditor.open(f"{tender}/log")
    auditor.open(f"{tender}/log/check")
    auditor.sees("The record is whole")
    auditor.open(f"{tender}/evaluations")
    record = auditor.page.request.get(f"{tender}/evaluations/1/record.json").body()
    again = performed_again(record, tmp_path)
    names = {bidder["id"]: bidder["name"] for bidder in json.loads(record)["bidders"]}
    winners = {lot["id"]: names[lot["awards"][0]["bidder"]] for lot in again["lots"] if lot["awards"]}
    # each of the three wins one lot: the limit is one, and the lots go in turn
    assert len(set(winners.values())) == 3
    assert BIDDERS[3].company.name not in winners.values()
    assert all(name in text for name in names.values())
    for lot in again["lots"]:
        for row in lot["ranking"]:
            for figure in (row["quality"], row["price"], row["total"]):
                assert figure is None or figure in text


def performed_again(record: bytes, tmp_path) -> dict[str, Any]:
    """What a sceptic gets from the record alone, in a process of its own."""
    file = tmp_path / "record.json"
    file.write_bytes(record)
    done = subprocess.run(
        [sys.executable, "-m", "scoring", "evaluate", str(file)], capture_output=True, check=True, timeout=60
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result
