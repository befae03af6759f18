"""Whether a record that somebody reached into behind the service's back is found out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from scoring.result import result, sentences
from tender import Application
from tender.frame.context import db
from tests.app.award_steps import Browse, Lock, Take
from tests.app.conftest import Change
from tests.app.locked_tender import Locked
from tests.reaching import as_owner, reach_into

AUDITOR = "auditor@example.org"


def check(browse: Browse, locked: Locked) -> tuple[str, str]:
    page = browse(AUDITOR).get(f"/tenders/{locked.tender_id}/log/check")
    return page.heading, page.text


def test_a_record_that_nobody_touched_is_whole(approved: Locked, browse: Browse) -> None:
    heading, told = check(browse, approved)
    assert heading.endswith("The record is whole")
    assert told.count("Agrees") == 8
    assert "7 entries, each hashed again and compared with 6 earlier heads." in told
    assert "6 opened bids" in told


@pytest.mark.parametrize(
    ("table", "statement", "message"),
    [
        (
            "event",
            "UPDATE event SET body = replace(body, 'bears', 'barely bears') WHERE action = 'award.approved'",
            "Entry 6 (award.approved) was altered after it was written.",
        ),
        (
            "event",
            "UPDATE event SET actor_name = 'Somebody Else' WHERE action = 'quality.locked'",
            "Entry 2 (quality.locked) was altered after it was written.",
        ),
        (
            "event",
            "DELETE FROM event WHERE action = 'award.approved'",
            "The log held 7 entries once; entries after 5 are gone.",
        ),
        (
            "event",
            "DELETE FROM event WHERE action = 'quality.locked'",
            "Entry 2 is missing: the log goes on with entry 3.",
        ),
        (
            "agreed_mark",
            "UPDATE agreed_mark SET mark = 5 WHERE id = 1",
            "What the tables now say of the marks or prices differs from the record that was evaluated.",
        ),
        (
            "bid_price",
            "UPDATE bid_price SET price = price - 1 WHERE bid_lot_id = 1",
            "a price is not the one that was submitted.",
        ),
        (
            "bid_answer",
            "UPDATE bid_answer SET text = 'Better.' WHERE bid_id = 1",
            "Provider A: an answer is not the one that was submitted.",
        ),
        (
            "bid_version",
            "UPDATE bid_version SET quality_sha256 = 'ff' WHERE id = 1",
            "is not the one whose hash was kept when it was submitted.",
        ),
        (
            "evaluation",
            "UPDATE evaluation SET result_text = replace(result_text, '87.76', '97.76')",
            "gives other figures than those kept.",
        ),
        (
            "evaluation",
            'UPDATE evaluation SET result_text = replace(result_text, \'"code": "awarded"\','
            ' \'"code": "at_limit"\')',
            'reason.code: the result says "at_limit"; the record gives "awarded"',
        ),
        (
            "evaluation",
            'UPDATE evaluation SET result_text = replace(result_text, \'"name": "scoring"\','
            ' \'"name": "another"\')',
            "The result is not the one that the log says was worked out.",
        ),
        (
            "evaluation",
            "UPDATE evaluation SET record_text = replace(record_text, '1850', '1650')",
            "The evaluation record is not the one whose hash was kept.",
        ),
        (
            "award",
            "UPDATE award SET bid_id = 2 WHERE lot_id = 1",
            "L1: place 1 went to Provider B, which the evaluation does not say.",
        ),
        ("award", "DELETE FROM award WHERE lot_id = 1", "L1: the evaluation gives place 1 to Provider A"),
    ],
)
def test_what_was_changed_behind_the_service_is_found_and_named(
    approved: Locked, change: Change, browse: Browse, table: str, statement: str, message: str
) -> None:
    with change() as session:
        reach_into(session, table, statement)
    heading, told = check(browse, approved)
    assert heading.endswith("The record does not hold together")
    assert message in told


def test_a_trigger_that_was_dropped_is_named_on_the_page_and_by_the_command(
    approved: Locked, change: Change, browse: Browse, app: Application
) -> None:
    with change() as session, as_owner(session) as connection:
        on = "" if connection.dialect.name == "sqlite" else " ON award"
        name = "award_no_update" if connection.dialect.name == "sqlite" else "award_append_only"
        connection.execute(text(f"DROP TRIGGER {name}{on}"))
    message = f"The database no longer refuses every change of the table award: its trigger {name} is gone."
    heading, told = check(browse, approved)
    assert heading.endswith("The record does not hold together")
    assert message in told
    for command in (["log", "check"], ["database", "check"]):
        done = app.test_cli_runner().invoke(args=command)
        assert done.exit_code == 1
        assert message in done.output


def test_the_report_of_an_altered_log_says_so_on_its_first_page(
    approved: Locked, change: Change, browse: Browse
) -> None:
    with change() as session:
        reach_into(session, "event", "UPDATE event SET subject = 'x' WHERE action = 'quality.locked'")
    told = browse(AUDITOR).get(f"/tenders/{approved.tender_id}/report").text
    assert "The record was altered. The log of this tender does not hold together" in told


def test_an_altered_entry_is_marked_on_its_own_page(approved: Locked, change: Change, browse: Browse) -> None:
    with change() as session:
        reach_into(
            session,
            "event",
            "UPDATE event SET body = 'not json' WHERE sequence = 2 AND log <> 'installation'",
        )
    told = browse(AUDITOR).get(f"/tenders/{approved.tender_id}/log/2").text
    assert "This entry was altered after it was written" in told
    assert "not json" in told


def test_the_command_checks_one_tender_or_all(approved: Locked, change: Change, app: Application) -> None:
    runner = app.test_cli_runner()
    done = runner.invoke(args=["log", "check"])
    assert done.exit_code == 0, done.output
    assert "Installation: intact" in done.output
    assert "LCC-HC-01: intact, 7 entries, tree head" in done.output
    assert "There is no tender" in runner.invoke(args=["log", "check", "NONE"]).output
    with change() as session:
        reach_into(session, "event", "DELETE FROM event WHERE action = 'award.approved'")
    done = runner.invoke(args=["log", "check", "LCC-HC-01"])
    assert done.exit_code == 1
    assert "LCC-HC-01: NOT INTACT" in done.output
    assert "The log of events: The log held 7 entries once" in done.output


def test_the_command_goes_through_every_tender(lock: Lock, app: Application) -> None:
    lock(reference="ONE"), lock(reference="TWO"), lock(reference="THREE")
    done = app.test_cli_runner().invoke(args=["log", "check"])
    assert done.exit_code == 0, done.output
    for place, reference in enumerate(("ONE", "TWO", "THREE"), 1):
        assert f"[{place}/3] {reference}: intact" in done.output


def test_the_record_taken_away_gives_the_same_figures_on_its_own(
    approved: Locked, browse: Browse, tmp_path: Path, app: Application
) -> None:
    browser = browse(AUDITOR)
    base = f"/tenders/{approved.tender_id}/evaluations"
    links = browser.get(base).links()
    record = browser.get(links["Record of evaluation 1"])
    result = browser.get(links["Result of evaluation 1"])
    assert (
        record.headers["Content-Disposition"] == 'attachment; filename="LCC-HC-01-evaluation-1-record.json"'
    )
    (tmp_path / "record.json").write_bytes(record.data)
    (tmp_path / "result.json").write_bytes(result.data)
    done = subprocess.run(
        [sys.executable, "-m", "scoring", "evaluate", str(tmp_path / "record.json")],
        capture_output=True,
        check=True,
    )
    assert done.stdout == result.data
    browser.get(f"{base}/2/record.json", status=404)
    browser.get(f"{base}/99999999999999999999/record.json", status=404)
    with app.app_context():
        assert (
            db.session.execute(text("SELECT count(*) FROM event WHERE log <> 'installation'")).scalar() == 7
        )


def test_a_record_of_another_tender_is_not_reached_through_this_one(
    lock: Lock, take: Take, browse: Browse
) -> None:
    with_results, without = lock(reference="ONE"), lock(reference="TWO")
    take(with_results, "evaluate")
    browse(AUDITOR).get(f"/tenders/{without.tender_id}/evaluations/1/record.json", status=404)


def test_a_better_sentence_for_a_reason_leaves_an_old_award_what_it_was(
    approved: Locked, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in sentences.SENTENCES:
        monkeypatch.setitem(sentences.SENTENCES, code, lambda reason, names: "Said better.")
    heading, told = check(browse, approved)
    assert heading.endswith("The record is whole")
    assert "gives other figures" not in told


def test_an_award_of_an_older_engine_is_checked_by_its_figures_and_the_version_is_told(
    approved: Locked, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result, "__version__", "99.0.0")
    heading, told = check(browse, approved)
    assert heading.endswith("The record is whole")
    assert "this is scoring 99.0.0" in told
