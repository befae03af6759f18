"""An evaluator's pages: declare first, then mark blind, one answer after another."""

import re

import pytest
from sqlalchemy import select

from lots import states
from lots.event import Event
from lots.mark import current_marks
from tests.app.judging import (
    EVALUATORS,
    MODERATOR,
    conflict,
    declare,
    give_mark,
    give_marks,
    note_letters,
    start,
)
from tests.app.opened_tender import Bidder, open_tender, pin, rated, ratings_csv
from tests.app.staging import MANY

EVE, EVAN = EVALUATORS
NAMES = ("Zeal Care Ltd", "Acorn Homecare CIC", "Mellor Support Ltd")
WHY = "Clear duties and yearly training for everybody."


def item(opened, alias="A", code="Q1"):
    """Where Eve marks this bid, given by the tender's letter, on this question."""
    return f"/tenders/{opened.tender_id}/marking/{opened.letter(EVE, alias)}/{code}"


def test_the_officer_starts_marking(opened, people, sign_in, change, clock):
    browser = sign_in("officer@example.org")
    page = browser.get(f"/tenders/{opened.tender_id}/marking/progress")
    assert "Pin a file of CQC ratings" in page.text
    with change() as session:
        pin(session, people, opened, clock())
    seen = browser.post_form(f"/tenders/{opened.tender_id}/marking/progress", submit="Start marking")
    assert seen.done.startswith("Marking has started.")
    with change() as session:
        assert opened.tender(session).state == states.MARKING


def test_marking_that_somebody_else_has_started_is_told(started, people, sign_in):
    browser = sign_in("officer2@example.org")
    token = browser.get("/").value("csrf_token") or browser.get("/account").value("csrf_token")
    seen = browser.raw.post(f"/tenders/{started.tender_id}/marking/start", data={"csrf_token": token})
    assert seen.status_code == 409
    assert "This tender is at “Being marked”" in seen.text


def test_an_evaluator_sees_no_answer_before_declaring(started, people, sign_in):
    browser = sign_in(EVE)
    page = browser.get(f"/tenders/{started.tender_id}/marking")
    assert page.heading.endswith("Conflicts of interest")
    seen = browser.get(item(started), status=403)
    assert "Answer of A to Q1" not in seen.text


def test_the_conflict_page_lists_names_by_alphabet_without_letters(started, people, sign_in):
    page = sign_in(EVE).get(f"/tenders/{started.tender_id}/marking/conflicts")
    labels = [label.get_text(strip=True) for label in page.html.select(".govuk-checkboxes__label")]
    assert labels[:3] == ["Acorn Homecare CIC", "Mellor Support Ltd", "Zeal Care Ltd"]
    assert not re.search(r"(Provider|Bid) [A-C]\b", page.text)


def test_an_evaluator_declares_and_is_kept_off_one_bid(started, people, sign_in):
    browser = sign_in(EVE)
    path = f"/tenders/{started.tender_id}/marking/conflicts"
    zeal = started.bid_ids["A"]
    seen = browser.post_form(
        path, {"conflicted": [str(zeal)], f"detail_{zeal}": "My sister works there.", "confirm": "y"}
    )
    assert seen.done == "Your declaration is recorded."
    assert "Bid A" in seen.text
    assert "Bid B" in seen.text
    assert "Bid C" not in seen.text
    answers = [browser.get(f"/tenders/{started.tender_id}/marking/{own}/Q1").text for own in "AB"]
    assert not any("Answer of A to Q1" in answer for answer in answers)
    browser.get(f"/tenders/{started.tender_id}/marking/C/Q1", status=404)
    page = browser.get(path)
    assert "Zeal Care Ltd My sister works there. Waiting" in page.text
    assert "no conflict with the other 2 bidders" in page.text


def test_a_declaration_needs_its_confirmation_and_keeps_what_was_typed(started, people, sign_in):
    zeal = started.bid_ids["A"]
    seen = sign_in(EVE).post_form(
        f"/tenders/{started.tender_id}/marking/conflicts",
        {"conflicted": [str(zeal)], f"detail_{zeal}": "My sister works there."},
    )
    assert seen.errors == ["Confirm that you have no conflict with the others"]
    assert seen.value(f"detail_{zeal}") == "My sister works there."
    assert seen.value("conflicted") == str(zeal)


def test_a_conflict_without_a_word_on_it_is_an_error_of_that_bidder(started, people, sign_in):
    zeal = started.bid_ids["A"]
    seen = sign_in(EVE).post_form(
        f"/tenders/{started.tender_id}/marking/conflicts", {"conflicted": [str(zeal)], "confirm": "y"}
    )
    assert seen.status == 400
    assert seen.errors == ["Say what your conflict with Zeal Care Ltd is, or could look like."]


def test_a_forged_bidder_is_not_declared_on(started, people, sign_in, change, clock):
    with change() as session:
        other = open_tender(session, people, clock(), bidders=[Bidder("Else Ltd")] * 1, reference="HC-2")
    seen = sign_in(EVE).post_form(
        f"/tenders/{started.tender_id}/marking/conflicts",
        {"conflicted": [str(other.bid_ids["A"])], "confirm": "y"},
    )
    assert seen.errors
    assert "Else Ltd" not in seen.text


def test_an_evaluator_marks_one_answer_after_another_question_by_question(declared, people, sign_in):
    browser = sign_in(EVE)
    page = browser.get(f"/tenders/{declared.tender_id}/marking")
    assert "You have marked 0 of 11 answers" in page.text
    visited, path = [], page.links()["Start marking"]
    while "marking/" in path:
        seen = browser.post_form(path, {"mark": "3", "rationale": WHY})
        visited.append(re.findall(r"marking/(\w+)/(\w+)", path)[0])
        path = seen.path
    assert [f"{letter}{code}" for letter, code in visited[:4]] == ["AQ1", "BQ1", "CQ1", "AQ2"]
    assert len(visited) == 11
    assert seen.done == "Your mark is saved. You have marked everything."


def test_an_evaluator_can_go_bid_by_bid(declared, people, sign_in):
    browser = sign_in(EVE)
    page = browser.get(f"/tenders/{declared.tender_id}/marking?by=bid")
    path = page.links()["Start marking"]
    seen = browser.post_form(path, {"mark": "3", "rationale": WHY})
    assert seen.path == f"/tenders/{declared.tender_id}/marking/A/Q2?by=bid"


def test_an_evaluators_pages_name_no_bidder_no_company_and_no_other_evaluators_mark(
    declared, people, sign_in, change, clock
):
    with change() as session:
        give_marks(session, people, clock, declared, EVAN, "ABC", mark=5)
        give_mark(session, people, clock, declared, EVE, "A", "Q1", 2)
    browser = sign_in(EVE)
    pages = [browser.get(f"/tenders/{declared.tender_id}/marking"), browser.get(item(declared))]
    for page in pages:
        for hidden in (*NAMES, "1-100", "1-101", "Evan Evaluator"):
            assert hidden not in page.response.text
    marks = [cell.get_text(" ", strip=True) for cell in pages[0].html.select("td")]
    assert not any(mark.startswith("5") for mark in marks)


def test_the_answer_the_question_and_the_criterion_stand_beside_the_form(declared, people, sign_in):
    page = sign_in(EVE).get(item(declared))
    assert "Answer of A to Q1." in page.text
    assert "How do you assure safeguarding?" in page.text
    assert "The best answer shows safeguarding with evidence from practice." in page.text


@pytest.mark.parametrize("mark", ["6", "-1", "2.5", "three", "٣", "9" * 400, ""])
def test_a_mark_that_is_not_on_the_scale_is_refused_and_the_rationale_kept(
    declared, people, sign_in, read, mark
):
    seen = sign_in(EVE).post_form(item(declared), {"mark": mark, "rationale": WHY})
    assert seen.errors in (["Give a whole mark from 0 to 5."], ["Choose a mark from 0 to 5"])
    assert seen.value("rationale") == WHY
    with read() as session:
        assert current_marks(session, declared.tender(session)) == {}


@pytest.mark.parametrize(("alias", "code"), [("D", "Q1"), ("A", "Q9"), ("a", "Q1"), ("1", "1"), ("B", "Q4")])
def test_a_forged_letter_or_question_leads_nowhere(declared, people, sign_in, alias, code):
    browser = sign_in(EVE)
    browser.get(item(declared, alias, code), status=404)
    token = browser.get(item(declared)).value("csrf_token")
    answer = browser.raw.post(
        item(declared, alias, code), data={"csrf_token": token, "mark": "3", "rationale": WHY}
    )
    assert answer.status_code == 404


def test_another_tenders_evaluator_is_kept_out(people, change, clock, sign_in):
    with change() as session:
        opened = open_tender(session, people, clock(), evaluators=[EVAN])
        start(session, people, clock, opened)
    browser = sign_in(EVE)
    for path in ("marking", "marking/conflicts", "marking/A/Q1"):
        browser.get(f"/tenders/{opened.tender_id}/{path}", status=403)


@pytest.mark.parametrize(
    "email", ["officer@example.org", MODERATOR, "auditor@example.org", "provider@example.org"]
)
def test_nobody_but_evaluators_reaches_the_marking_pages(declared, people, sign_in, email):
    browser = sign_in(email)
    for path in ("marking", "marking/conflicts", "marking/A/Q1"):
        browser.get(f"/tenders/{declared.tender_id}/{path}", status=403)


def test_a_changed_mark_needs_its_reason_and_shows_the_earlier_one(declared, people, sign_in):
    browser = sign_in(EVE)
    browser.post_form(item(declared), {"mark": "4", "rationale": WHY})
    seen = browser.post_form(item(declared), {"mark": "2"})
    assert seen.errors == ["Say why you change the mark in at least 5 words. It stays on the record."]
    browser.post_form(item(declared), {"mark": "2", "change_reason": "I had misread the second page."})
    page = browser.get(item(declared))
    assert page.value("mark") == "2"
    assert "Earlier marks (1)" in page.text


def test_a_reason_that_compares_bidders_is_pointed_out_and_kept_only_where_it_is_meant(
    declared, people, sign_in, read
):
    browser = sign_in(EVE)
    compares = "Better than Provider B but not as good as Provider C."
    assert "I mean this reason as it is" not in browser.get(item(declared)).text
    seen = browser.post_form(item(declared), {"mark": "3", "rationale": compares}, status=400)
    assert seen.errors[0].startswith("“Better than Provider B” seems to compare bidders.")
    assert "cannot be explained to the bidder who gets it" in seen.errors[0]
    assert seen.value("rationale") == compares
    with read() as session:
        assert current_marks(session, declared.tender(session)) == {}
    token = seen.value("csrf_token")
    kept = {"csrf_token": token, "seen": "", "mark": "3", "rationale": compares, "sure": "y"}
    assert browser.follow(browser.raw.post(item(declared), data=kept), "").done.endswith("is saved.")
    with read() as session:
        (mark,) = current_marks(session, declared.tender(session)).values()
        assert mark.rationale == compares
        last = session.scalars(select(Event).where(Event.action == "mark.given")).one()
        assert '"sure":true' in last.body


def test_two_windows_do_not_save_over_each_other_and_nothing_typed_is_lost(declared, people, sign_in, read):
    browser = sign_in(EVE)
    stale = browser.get(item(declared))
    browser.post_form(item(declared), {"mark": "4", "rationale": WHY})
    answer = browser.raw.post(
        item(declared),
        data={
            "csrf_token": stale.value("csrf_token"),
            "seen": stale.value("seen"),
            "mark": "1",
            "rationale": "What I typed in the other window.",
        },
    )
    assert answer.status_code == 409
    assert "You saved this mark in another window" in answer.text
    assert "What I typed in the other window." in answer.text
    with read() as session:
        assert [mark.mark for mark in current_marks(session, declared.tender(session)).values()] == [4]


def test_the_progress_page_tells_counts_and_no_marks(declared, people, sign_in, change, clock):
    with change() as session:
        give_marks(session, people, clock, declared, EVE, "A", mark=5)
    page = sign_in("officer@example.org").get(f"/tenders/{declared.tender_id}/marking/progress")
    assert "Eve Evaluator None declared 4 of 11" in page.text
    assert WHY not in page.text


def test_the_moderator_decides_on_a_conflict(started, people, client, change, clock, read):
    with change() as session:
        declare(session, people, clock, started, EVE, A="My sister works there.")
    client.enter(MODERATOR)
    page = client.get(f"/tenders/{started.tender_id}/conflicts")
    assert "Eve Evaluator Zeal Care Ltd My sister works there." in page.text
    seen = client.post_form(
        f"/tenders/{started.tender_id}/conflicts/1",
        {"may_mark": "yes", "reason": "The sister left the company in 2019."},
    )
    assert seen.done == "Your decision is recorded."
    with read() as session:
        assert conflict(session, people, started, EVE, "A").conflicted
        note_letters(session, people, started)
    assert started.letter(EVE, "A") == "C"
    other = client.another()
    other.enter(EVE)
    assert "Answer of A to Q1." in other.get(item(started)).text


def test_a_conflict_decided_in_another_window_is_told_and_the_reason_kept(
    started, people, sign_in, change, clock
):
    with change() as session:
        declare(session, people, clock, started, EVE, A="My sister works there.")
    browser = sign_in(MODERATOR)
    path = f"/tenders/{started.tender_id}/conflicts/1"
    token = browser.get(path).value("csrf_token")
    browser.post_form(path, {"may_mark": "no", "reason": "A close relative works there."})
    late = browser.raw.post(
        path, data={"csrf_token": token, "may_mark": "yes", "reason": "Another reason that I typed."}
    )
    assert late.status_code == 409
    assert "Mona Moderator decided on this conflict" in late.text
    assert "Another reason that I typed." in late.text


def test_a_conflict_that_is_not_there_leads_nowhere(started, people, sign_in):
    browser = sign_in(MODERATOR)
    browser.get(f"/tenders/{started.tender_id}/conflicts/1", status=404)
    browser.get(f"/tenders/{started.tender_id}/conflicts/0", status=404)


def test_officers_and_auditors_read_conflicts_and_cannot_decide(started, people, client, change, clock):
    with change() as session:
        declare(session, people, clock, started, EVE, A="My sister works there.")
    for email in ("officer@example.org", "auditor@example.org"):
        browser = client.another()
        browser.enter(email)
        assert "Waiting" in browser.get(f"/tenders/{started.tender_id}/conflicts").text
        browser.get(f"/tenders/{started.tender_id}/conflicts/1", status=403)


@MANY
def test_the_number_of_queries_is_the_same_for_two_bidders_and_for_many(
    people, change, clock, client, count_queries, many
):
    made = {}
    with change() as session:
        for number in (2, many):
            bidders = [Bidder(f"Care {n}", f"1-{n}00", (f"1-{n}01",)) for n in range(number)]
            opened = open_tender(session, people, clock(), bidders=bidders, reference=f"HC-{number}")
            start(
                session,
                people,
                clock,
                opened,
                ratings_csv(*(rated(f"1-{n}01", f"1-{n}00") for n in range(number))),
            )
            for email in EVALUATORS:
                declare(
                    session, people, clock, opened, email, A="Kin.", B="Kin."
                ) if email == EVE else declare(session, people, clock, opened, email)
            give_marks(session, people, clock, opened, EVAN, "AB")
            made[number] = opened
    pages = {
        EVAN: ("marking", "marking/conflicts", "marking/{own}/Q1", "marking/{own}/Q1?by=bid"),
        "officer@example.org": ("marking/progress",),
        MODERATOR: ("conflicts", "conflicts/1"),
    }
    for email, paths in pages.items():
        browser = client.another()
        browser.enter(email)
        for path in paths:
            counts = []
            for opened in made.values():
                page = f"/tenders/{opened.tender_id}/{path.format(own=opened.letter(EVAN, 'A'))}"
                browser.get(page)
                with count_queries() as queries:
                    browser.get(page)
                counts.append(len(queries))
            assert counts[0] == counts[1], path
