"""The moderator's pages: nothing before everyone is in, then side by side, then the lock."""

import re

import pytest

from lots import states
from lots.moderation import current_agreed_marks
from tender.marking.operations import declaring_conflicts
from tender.moderation.moderation_table import moderation_table
from tender.moderation.operations import agreeing, opening
from tests.app.judging import (
    EVALUATORS,
    MODERATOR,
    RATIONALE,
    conflict,
    declare,
    give_mark,
    give_marks,
    start,
)
from tests.app.opened_tender import Bidder, open_tender, rated, ratings_csv
from tests.app.staging import MANY, scene

EVE, EVAN = EVALUATORS
NAMES = ("Zeal Care Ltd", "Acorn Homecare CIC", "Mellor Support Ltd")
AGREED = {"mark": "3", "reasons": "Meets the criterion with some evidence.", "discussion": "Agreed at once."}


@scene(after="opened")
def marked_by_all(stage):
    """Everybody is in; Eve gave 3 and Evan 4."""
    at = (stage["people"], stage.clock, stage["opened"])
    with stage.change() as session:
        start(session, *at)
        for email, mark in ((EVE, 3), (EVAN, 4)):
            declare(session, *at, email)
            give_marks(session, *at, email, "ABC", mark)
    return stage["opened"]


def overview(opened):
    return f"/tenders/{opened.tender_id}/moderation"


def item(opened, alias="A", code="Q1"):
    return f"{overview(opened)}/{alias}/{code}"


def meeting(browser, people, opened, *emails):
    """The moderator says that these evaluators are at the meeting: both, where none is named."""
    there = [str(people.ids[email]) for email in emails or EVALUATORS]
    browser.post_form(f"{overview(opened)}/meeting", {"present": there})
    return browser


def agree_all(session, people, clock, opened, mark=3):
    for row in moderation_table(session, opened.tender(session)).rows:
        agreeing.agree_mark(
            session, actor=people.of(session, MODERATOR), now=clock(), tender=opened.tender(session),
            bid=row.item.bid, question=row.item.question, mark=mark, reasons=AGREED["reasons"],
            discussion=AGREED["discussion"], present=[own.person for own in row.marks],
        )  # fmt: skip


def test_the_moderator_sees_no_mark_before_everyone_is_in(marked_by_all, people, sign_in):
    browser = sign_in(MODERATOR)
    page = browser.get(overview(marked_by_all))
    assert "Eve Evaluator 11 of 11 All in" in page.text
    assert "Provider A" not in page.text
    assert RATIONALE not in browser.get(item(marked_by_all), status=403).text


@pytest.mark.parametrize("role", ["officer", "approver", "moderator"])
def test_marks_are_closed_to_all_but_auditors_while_they_are_given(marked_by_all, people, sign_in, role):
    browser = sign_in(f"{role}@example.org")
    assert "not shown before moderation opens" in browser.get(item(marked_by_all), status=403).text


def test_an_auditor_reads_marks_while_they_are_given_and_changes_nothing(marked_by_all, people, sign_in):
    browser = sign_in("auditor@example.org")
    page = browser.get(item(marked_by_all))
    assert RATIONALE in page.text
    assert not page.html.main.find("form")


@pytest.mark.parametrize("role", ["evaluator", "provider", "administrator"])
def test_evaluators_and_providers_never_reach_moderation(moderated, people, sign_in, role):
    browser = sign_in(f"{role}@example.org")
    browser.get(overview(moderated), status=403)
    browser.get(item(moderated), status=403)


def test_an_officer_who_marks_the_tender_waits_until_quality_is_locked(people, arrange, clock, sign_in):
    with arrange() as session:
        opened = open_tender(session, people, clock(), evaluators=["officer@example.org"])
        opened.tender(session).state = states.MODERATION
    browser = sign_in("officer@example.org")
    browser.get(overview(opened), status=403)
    browser.get(item(opened), status=403)
    with arrange() as session:
        opened.tender(session).state = states.QUALITY_LOCKED
    browser.get(overview(opened))


def test_the_moderator_opens_moderation(marked_by_all, people, sign_in):
    seen = sign_in(MODERATOR).post_form(overview(marked_by_all), submit="Open moderation")
    assert seen.done.startswith("Moderation is open.")
    assert "Still to agree: 11 close" in seen.text


def test_the_overview_says_for_whom_it_waits(marked_by_all, people, sign_in, change, clock):
    with change() as session:
        declaring_conflicts.declare_conflicts(
            session, actor=people.of(session, EVE), now=clock(), tender=marked_by_all.tender(session),
            declarations={marked_by_all.bid_ids["A"]: (True, "They offered me a job.")},
        )  # fmt: skip
    page = sign_in(MODERATOR).get(overview(marked_by_all))
    assert "1 declared conflict waits for the moderator’s decision." in page.text
    assert "Open moderation" not in [button.get_text(strip=True) for button in page.html.select("button")]


def test_marks_stand_side_by_side_with_their_rationales_and_no_bidder_is_named(moderated, people, sign_in):
    browser = sign_in(MODERATOR)
    page = browser.get(item(moderated))
    cards = [card.get_text(" ", strip=True) for card in page.html.select(".app-own-mark")]
    assert cards == [
        f"{name} {mark} Knows this bid as Bid {moderated.letter(email, 'A')} {RATIONALE}"
        for email, name, mark in ((EVAN, "Evan Evaluator", 4), (EVE, "Eve Evaluator", 3))
    ]
    assert "1 apart" in page.text
    for seen in (page, browser.get(overview(moderated))):
        for name in (*NAMES, "1-100"):
            assert name not in seen.response.text


def test_the_moderator_agrees_one_mark_after_another_and_locks_quality(moderated, people, sign_in, read):
    browser = meeting(sign_in(MODERATOR), people, moderated)
    path, visited = browser.get(overview(moderated)).links()["Go on with the next"], []
    while re.search(r"moderation/\w+/Q", path):
        visited.append(path.rsplit("/", 2)[-2:])
        seen = browser.post_form(path, AGREED)
        path = seen.path
    assert visited[:4] == [["A", "Q1"], ["B", "Q1"], ["C", "Q1"], ["A", "Q2"]]
    assert seen.done.endswith("Every mark is agreed.")
    seen = browser.post_form(f"{overview(moderated)}/lock", submit="Lock quality")
    assert seen.done == "Quality is locked. Prices can now be opened."
    with read() as session:
        assert moderated.tender(session).state == states.QUALITY_LOCKED
    page = browser.get(item(moderated))
    assert not page.html.main.find("form")
    assert "Agreed mark: 3" in page.text


def test_nobody_is_present_until_the_moderator_says_so(moderated, people, sign_in, read):
    browser = sign_in(MODERATOR)
    seen = browser.get(item(moderated))
    assert "Nobody is recorded as present until you say so." in seen.text
    page = browser.get(seen.links()["Say who is at the meeting"])
    assert page.value("present") == ""
    token = page.value("csrf_token")
    answer = browser.raw.post(item(moderated), data={**AGREED, "csrf_token": token, "seen": ""})
    assert answer.status_code == 400
    assert "Say first who is at the meeting today." in answer.text
    assert AGREED["reasons"] in answer.text
    with read() as session:
        assert current_agreed_marks(session, moderated.tender(session)) == {}


def test_who_is_there_is_said_once_for_the_meeting_and_again_the_next_day(
    moderated, people, sign_in, read, clock
):
    browser = meeting(sign_in(MODERATOR), people, moderated, EVE)
    for alias in "AB":
        browser.post_form(item(moderated, alias), AGREED)
    meeting(browser, people, moderated, EVE, EVAN)
    browser.post_form(item(moderated, "C"), AGREED)
    with read() as session:
        agreed = current_agreed_marks(session, moderated.tender(session)).values()
        there = [[person.name for person in one.present] for one in agreed]
    assert there == [
        ["Eve Evaluator", "Mona Moderator"],
        ["Eve Evaluator", "Mona Moderator"],
        ["Evan Evaluator", "Eve Evaluator", "Mona Moderator"],
    ]
    clock.forward(days=1)
    assert "Say who is at the meeting" in sign_in(MODERATOR).get(item(moderated, "A", "Q2")).links()


def test_a_meeting_of_nobody_or_of_strangers_is_refused(moderated, people, sign_in):
    browser = sign_in(MODERATOR)
    path = f"{overview(moderated)}/meeting"
    seen = browser.post_form(path, {"present": []}, status=400)
    assert seen.errors == ["Select at least one evaluator who is at the meeting."]
    seen = browser.post_form(path, {"present": [str(people.ids["officer@example.org"])]})
    assert seen.errors


def test_a_mark_beyond_the_evaluators_own_comes_back_with_what_was_typed(moderated, people, sign_in):
    browser = meeting(sign_in(MODERATOR), people, moderated)
    seen = browser.post_form(item(moderated), {**AGREED, "mark": "5"})
    assert seen.status == 400
    assert "agreed on 5, when the evaluators’ own marks run from 3 to 4," in seen.errors[0]
    assert seen.value("reasons") == AGREED["reasons"]
    assert seen.value("mark") == "5"


def test_an_average_is_pointed_out_and_kept_only_where_it_is_meant(moderated, people, sign_in, read):
    browser = meeting(sign_in(MODERATOR), people, moderated)
    average = {**AGREED, "reasons": "This is the mean of the three marks given."}
    seen = browser.post_form(item(moderated), average, status=400)
    assert "seems to average marks" in seen.errors[0]
    assert "Bromcom v United Learning Trust [2022] EWHC 3262" in seen.errors[0]
    with read() as session:
        assert current_agreed_marks(session, moderated.tender(session)) == {}
    sent = {**average, "csrf_token": seen.value("csrf_token"), "seen": "", "sure": "y"}
    assert browser.follow(browser.raw.post(item(moderated), data=sent), "").done.endswith("is saved.")


@pytest.mark.parametrize("mark", ["6", "-1", "x", ""])
def test_an_agreed_mark_off_the_scale_is_refused(moderated, people, sign_in, read, mark):
    browser = meeting(sign_in(MODERATOR), people, moderated)
    seen = browser.post_form(item(moderated), {**AGREED, "mark": mark})
    assert seen.errors
    with read() as session:
        assert current_agreed_marks(session, moderated.tender(session)) == {}


@pytest.mark.parametrize(("alias", "code"), [("D", "Q1"), ("A", "Q9"), ("B", "Q4"), ("1", "Q1")])
def test_a_forged_letter_or_question_leads_nowhere(moderated, people, sign_in, alias, code):
    sign_in(MODERATOR).get(item(moderated, alias, code), status=404)


def test_two_windows_of_the_moderator_do_not_save_over_each_other(moderated, people, sign_in, read):
    browser = meeting(sign_in(MODERATOR), people, moderated)
    stale = browser.get(item(moderated))
    browser.post_form(item(moderated), AGREED)
    late = browser.raw.post(
        item(moderated),
        data={
            "csrf_token": stale.value("csrf_token"),
            "seen": stale.value("seen"),
            **AGREED,
            "mark": "4",
            "reasons": "What I typed in the other window.",
        },
    )
    assert late.status_code == 409
    assert "Mona Moderator recorded an agreed mark here" in late.text
    assert "What I typed in the other window." in late.text
    with read() as session:
        (agreed,) = current_agreed_marks(session, moderated.tender(session)).values()
        assert (agreed.mark, agreed.reasons) == (3, AGREED["reasons"])


def test_locking_twice_is_told(moderated, people, sign_in, change, clock):
    with change() as session:
        agree_all(session, people, clock, moderated)
    browser = sign_in(MODERATOR)
    token = browser.get(overview(moderated)).value("csrf_token")
    browser.post_form(f"{overview(moderated)}/lock", submit="Lock quality")
    late = browser.raw.post(f"{overview(moderated)}/lock", data={"csrf_token": token})
    assert browser.follow(late, "").done == "Quality is locked already."


def test_locking_too_early_by_a_forged_form_says_what_is_missing(moderated, people, sign_in, read):
    browser = sign_in(MODERATOR)
    token = browser.get(f"{overview(moderated)}/meeting").value("csrf_token")
    answer = browser.raw.post(f"{overview(moderated)}/lock", data={"csrf_token": token})
    assert answer.status_code == 400
    assert "Provider A, Q1: no agreed mark yet." in answer.text
    with read() as session:
        assert moderated.tender(session).state == states.MODERATION


def test_the_grid_can_be_narrowed_to_what_is_far_apart(opened, people, change, clock, sign_in):
    with change() as session:
        start(session, people, clock, opened)
        for email in EVALUATORS:
            declare(session, people, clock, opened, email)
        give_marks(session, people, clock, opened, EVE, "ABC", 4)
        give_marks(session, people, clock, opened, EVAN, "AC", 4)
        for code, mark in (("Q1", 0), ("Q2", 2), ("Q3", 4)):
            give_mark(session, people, clock, opened, EVAN, "B", code, mark)
        opening.open_moderation(
            session, actor=people.of(session, MODERATOR), now=clock(), tender=opened.tender(session)
        )
    browser = sign_in(MODERATOR)
    assert "1 three or more apart 1 two apart 9 close" in browser.get(overview(opened)).text
    page = browser.get(f"{overview(opened)}?show=red")
    assert [head.get_text() for head in page.html.select("tbody th")] == ["Provider B"]
    assert "4 apart" in page.text
    assert "2 apart" not in page.text
    assert "Provider A" in browser.get(f"{overview(opened)}?show=nonsense").text


def test_a_conflict_after_the_agreement_is_shown_where_it_matters(moderated, people, sign_in, change, clock):
    with change() as session:
        agree_all(session, people, clock, moderated)
        clock.forward(minutes=1)
        declaring_conflicts.declare_conflicts(
            session, actor=people.of(session, EVE), now=clock(), tender=moderated.tender(session),
            declarations={moderated.bid_ids["A"]: (True, "They offered me a job.")},
        )  # fmt: skip
        declaring_conflicts.decide_conflict(
            session, actor=people.of(session, MODERATOR), now=clock(), tender=moderated.tender(session),
            declaration=conflict(session, people, moderated, EVE, "A"), may_mark=False,
            reason="An offer of work is a conflict.",
        )  # fmt: skip
    browser = sign_in(MODERATOR)
    assert browser.get(overview(moderated)).text.count("Agree again") == 4
    page = browser.get(item(moderated))
    assert "Eve Evaluator Set aside" in page.text
    assert "Agree this mark again without them." in page.text


@MANY
def test_the_number_of_queries_is_the_same_for_two_bidders_and_for_many(
    people, change, clock, client, count_queries, many
):
    made = {}
    with change() as session:
        for number in (2, many):
            bidders = [Bidder(f"Care {n}", f"1-{n}00", (f"1-{n}01",)) for n in range(number)]
            opened = open_tender(session, people, clock(), bidders=bidders, reference=f"HC-{number}")
            rows = [rated(f"1-{n}01", f"1-{n}00") for n in range(number)]
            start(session, people, clock, opened, ratings_csv(*rows))
            for email in EVALUATORS:
                declare(session, people, clock, opened, email)
                give_marks(session, people, clock, opened, email, ("A", "B", "Z"))
            opened.tender(session).state = states.MODERATION
            session.flush()
            for alias in "AB":
                agreeing.agree_mark(
                    session, actor=people.of(session, MODERATOR), now=clock(), tender=opened.tender(session),
                    bid=opened.bid(session, alias), question=opened.question(session, "Q2"), mark=3,
                    reasons=AGREED["reasons"], discussion=AGREED["discussion"],
                    present=[people.of(session, EVE)],
                )  # fmt: skip
            made[number] = opened.tender_id
    browser = client.another()
    browser.enter(MODERATOR)
    for path in ("moderation", "moderation?show=open", "moderation/A/Q1", "moderation/A/Q2"):
        counts = []
        for tender_id in made.values():
            browser.get(f"/tenders/{tender_id}/{path}")
            with count_queries() as queries:
                browser.get(f"/tenders/{tender_id}/{path}")
            counts.append(len(queries))
        assert counts[0] == counts[1], path
