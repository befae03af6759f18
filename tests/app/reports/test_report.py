"""The award report: one content, as a page and as a PDF."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

import scoring
from lots.award import Evaluation, current_evaluation
from lots.tender import Tender
from tender import Application
from tender.reports import blocks
from tender.reports.blocks import Report
from tender.reports.content import report as make_report
from tender.reports.pdf import write_pdf
from tender.reports.typeface import printable
from tests.app.award_steps import Browse, Lock, Take
from tests.app.conftest import Change
from tests.app.locked_tender import Bidder, Locked

OFFICER, AUDITOR = "officer@example.org", "auditor@example.org"


def words_of(pdf: bytes) -> str:
    """All text of the file, white space as single spaces."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def made(read: Change, locked: Locked) -> tuple[Report, Evaluation]:
    with read() as session:
        tender = session.get_one(Tender, locked.tender_id)
        evaluation = current_evaluation(session, tender)
        assert evaluation is not None
        session.expunge(evaluation)
        return make_report(session, tender), evaluation


def tables_of(report: Report) -> dict[str, blocks.Table]:
    """By caption, which no two share."""
    every = [block for section in report.sections for block in section.blocks]
    return {block.caption: block for block in [*report.front, *every] if isinstance(block, blocks.Table)}


def figures(result: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Of each bid in each lot, the figures in the order in which a row of the ranking prints them."""
    for lot in result["lots"]:
        for row in lot["ranking"]:
            rank = "–" if row["rank"] is None else str(row["rank"])
            points = [each or "–" for each in row["questions"].values()]
            yield (rank, *points, row["quality"], row["price"] or "–", row["total"] or "–")


def test_the_pdf_holds_every_figure_of_the_result(approved: Locked, read: Change) -> None:
    report, evaluation = made(read, approved)
    text = words_of(write_pdf(report))
    names = {bidder["id"]: bidder["name"] for bidder in evaluation.record["bidders"]}
    prices = {(bid["bidder"], bid["lot"]): bid["price_pence"] for bid in evaluation.record["bids"]}
    for lot in evaluation.result["lots"]:
        for row in lot["ranking"]:
            price = prices[row["bidder"], lot["id"]]
            told = [
                "–" if row["rank"] is None else str(row["rank"]),
                names[row["bidder"]],
                *(each or "–" for each in row["questions"].values()),
                row["quality"],
                f"£{price // 100}.{price % 100:02d}",
                row["price"] or "–",
                row["total"] or "–",
            ]
            assert " ".join(told) in text, told
    for name in names.values():
        assert name in text


def test_the_page_holds_the_same_rows_as_the_pdf(approved: Locked, read: Change, browse: Browse) -> None:
    report, _ = made(read, approved)
    page = browse(AUDITOR).get(f"/tenders/{approved.tender_id}/report").text
    tables = tables_of(report)
    assert len(tables) > 6
    for table in tables.values():
        assert table.caption in page
        for row in table.rows:
            assert re.sub(r"\s+", " ", " ".join(row)) in page


def test_the_report_says_what_the_record_gives_when_it_is_evaluated_again(
    approved: Locked, read: Change
) -> None:
    report, evaluation = made(read, approved)
    again = scoring.evaluate(scoring.read(evaluation.record_text)).as_object()
    tables = tables_of(report)
    for lot in again["lots"]:
        printed = [
            (row[0], *row[2:5], row[5], row[7], row[8])
            for row in tables[f"{lot['id']}: points and ranking"].rows
        ]
        assert printed == list(figures({"lots": [lot]}))
    assert report.record_sha256 == again["record_sha256"]


def test_the_same_record_gives_the_same_bytes(approved: Locked, read: Change, browse: Browse) -> None:
    first, second = (write_pdf(made(read, approved)[0]) for _ in range(2))
    assert first == second
    browser = browse(OFFICER)
    answer = browser.get(f"/tenders/{approved.tender_id}/report.pdf")
    assert answer.data == first
    assert answer.headers["Content-Type"] == "application/pdf"


def test_every_page_says_which_of_how_many_and_of_which_record(recommended: Locked, read: Change) -> None:
    report, evaluation = made(read, recommended)
    reader = PdfReader(BytesIO(write_pdf(report)))
    total = len(reader.pages)
    assert total > 4
    for number, page in enumerate(reader.pages, 1):
        text = page.extract_text()
        assert f"Page {number} of {total}" in text
        assert evaluation.record_sha256[:16] in text
        assert "Recommended, not approved yet" in text
    assert reader.metadata is not None
    assert evaluation.record_sha256 in str(reader.metadata.subject)
    assert [str(entry["/Title"]) for entry in reader.outline] == [  # type: ignore[call-overload, index]
        "The rules",
        "Who bid",
        "Lot by lot",
        "People and dates",
        "Why each mark was agreed",
        "How to check this report",
    ]


def test_the_first_page_tells_a_councillor_who_wins_and_which_award_is_sensitive_to_a_mark(
    approved: Locked, read: Change
) -> None:
    report, _ = made(read, approved)
    first = re.sub(r"\s+", " ", PdfReader(BytesIO(write_pdf(report))).pages[0].extract_text())
    for words in (
        "Homecare in East Lancashire",
        "Approved on 23 November 2026",
        "All 3 lots are awarded to Ribble Homecare CIC and Zażółć Opieka – Łódź Ltd.",
        "L1 Burnley 1,500 Ribble Homecare CIC 87.76 0.77 £18.50 £1,443,000",
        "Ribble Homecare CIC is 0.77 points ahead of Pendle Care Ltd",
        "Olive Officer recommended this award on 23 November 2026",
        "Anna Approver approved it on 23 November 2026",
        report.record_sha256,
        report.tree_head,
    ):
        assert words in first, words


def test_the_report_tells_states_with_reasons_people_and_dates(
    locked: Locked, take: Take, read: Change
) -> None:
    take(locked, "confirm")
    text = words_of(write_pdf(made(read, locked)[0]))
    for words in (
        "Hyndburn Helpers Excluded L2 Convicted of fraud in 2025, and no measures taken since.",
        "CQC rating for well-led is Inadequate",
        "mark 1 is below the minimum mark, 2",
        "already holds two lots, Burnley and Pendle",
        "Moderator Mona Moderator",
        "Opened the bids Oscar Officer",
        "No evaluator declared a conflict of interest.",
        "Ribble Homecare CIC shows safeguarding with evidence worth 4.",
        "Standstill ends with 3 December 2026",
        "Quality 60, price 40 of 100 points.",
        "price weight × lowest price ÷ the bid’s price",
        "agreed with their hashes",
    ):
        assert words in text, words


def test_a_tender_without_results_has_no_report_yet(locked: Locked, browse: Browse) -> None:
    browser = browse(OFFICER)
    assert browser.get(f"/tenders/{locked.tender_id}/report").path.endswith("/results")
    browser.get(f"/tenders/{locked.tender_id}/report.pdf", status=404)


def test_letters_that_the_typeface_lacks_are_shown_as_codes_and_none_is_lost() -> None:
    assert printable("Ŵyn Łódź Ελλάς Медея") == "Ŵyn Łódź Ελλάς Медея"
    assert printable("李 Care 🏠") == "[U+674E] Care [U+1F3E0]"


def test_what_a_word_processor_writes_is_set_as_bullets_spaces_hyphens_and_composed_letters() -> None:
    pasted = "\uf0b7\tTrains every carer; co\u2011operation; cafe\u0301\u2009open\u200b ● ▪ end"
    assert printable(pasted) == "• Trains every carer; co-operation; café open • • end"
    assert printable("a\tb") == "a b"


@pytest.mark.parametrize(
    "block",
    [
        blocks.Reasons("Q1", (("Agreed", "x\n" * 4_995),)),
        blocks.Facts((("Reason", "x\n" * 4_995),)),
        blocks.Callout("Beware", "x\n" * 4_995),
        blocks.table("Reasons", [blocks.Column("Lot"), blocks.Column("Reason")], [["L1", "x\n" * 4_995]]),
    ],
    ids=lambda block: type(block).__name__,
)
def test_a_text_of_thousands_of_short_lines_is_set_in_seconds(block: blocks.Block) -> None:
    section = blocks.Section("s", "Section", (block,))
    report = Report("T", "", "Approved", True, (), (section,), "R", "B", "a" * 64, "b" * 64, 1)
    begun = time.process_time()
    pdf = write_pdf(report)
    assert time.process_time() - begun < 15
    assert words_of(pdf).count("x") >= 4_995


def test_names_with_markup_and_long_words_do_not_break_the_pdf(lock: Lock, take: Take, read: Change) -> None:
    names = ("A <b>Care & Co", "<script>alert(1)</script>", "X" * 190, "Ünïcödé " * 20, "李李李")
    bidders = tuple(Bidder(name, (4, 4, 4), {"L1": 1700 + n}) for n, name in enumerate(names))
    locked = lock(bidders=bidders, lots=("Burnley",))
    take(locked, "evaluate")
    text = words_of(write_pdf(made(read, locked)[0]))
    assert "A <b>Care & Co" in text
    assert "<script>alert(1)</script>" in text
    assert "[U+674E][U+674E][U+674E]" in text
    assert text.replace(" ", "").count("X" * 190) >= 3


def test_reasons_of_the_longest_kind_go_on_over_pages(lock: Lock, take: Take, read: Change) -> None:
    long = "Because of this and that, and more. " * 138
    bidders = (
        Bidder("Alpha", (4, 4, 4), {"L1": 1700}),
        Bidder("Beta", (4, 4, 4), {"L1": 1800}, decision=("excluded", long.strip())),
    )
    locked = lock(bidders=bidders, lots=("Burnley",))
    take(locked, "evaluate")
    text = words_of(write_pdf(made(read, locked)[0]))
    # the table of states, the lot's table of reasons, and the decision itself
    assert text.count("Because") == 3 * 138


@pytest.mark.parametrize("many", [50, pytest.param(195, marks=pytest.mark.deep)])
def test_a_report_of_many_bidders_in_twelve_lots_is_made_while_one_waits(
    lock: Lock, take: Take, read: Change, many: int
) -> None:
    bidders = tuple(
        Bidder(
            f"Provider of Care at Home Number {n} (North West) Community Interest Company",
            (2 + n % 4, n % 6, (n * 7) % 6),
            {f"L{lot}": 1650 + (n * lot * 37) % 500 for lot in range(1, 13)},
        )
        for n in range(many)
    )
    locked = lock(bidders=bidders, lots=[f"District {n}" for n in range(1, 13)])
    take(locked, "evaluate")
    began = time.process_time()  # whatever else the machine does
    pdf = write_pdf(made(read, locked)[0])
    assert time.process_time() - began < 60 * many / 195
    reader = PdfReader(BytesIO(pdf))
    assert len(reader.pages) < 500 * many / 195
    assert len(pdf) < 5_000_000
    assert "Who wins each lot" in reader.pages[0].extract_text()
    # whoever opens it in the middle sees which lot it is
    middle = [page.extract_text() for page in reader.pages[40:60]]
    assert all(re.search(r"L\d+: (points and ranking|why each bidder)", text) for text in middle)


def test_the_report_command_writes_the_same_bytes_as_the_page(
    approved: Locked, read: Change, app: Application, tmp_path: Path
) -> None:
    file = tmp_path / "report.pdf"
    done = app.test_cli_runner().invoke(args=["report", "write", approved.reference, str(file)])
    assert done.exit_code == 0, done.output
    assert file.read_bytes() == write_pdf(made(read, approved)[0])


@pytest.mark.parametrize(
    ("reference", "message"), [("NONE", "no tender"), ("LCC-HC-01", "no award report yet")]
)
def test_the_report_command_says_what_is_missing(
    lock: Lock, app: Application, tmp_path: Path, reference: str, message: str
) -> None:
    lock()
    done = app.test_cli_runner().invoke(args=["report", "write", reference, str(tmp_path / "r.pdf")])
    assert done.exit_code == 1
    assert message in done.output
    assert not (tmp_path / "r.pdf").exists()
