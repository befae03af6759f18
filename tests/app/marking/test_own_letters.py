"""Each evaluator knows the bids by letters of their own, and nothing tells them the tender's."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from lots import event
from lots.bid import Bid
from lots.letters import letters
from tender.audit.visibility import visibility
from tender.eligibility.operations import deciding_eligibility
from tender.eligibility.operations.dealing_letters import in_order
from tender.marking.operations import declaring_conflicts
from tests.app.judging import EVALUATORS, MODERATOR, OFFICER, conflict, declare, give_mark, start
from tests.app.opened_tender import Bidder, open_tender, rated, ratings_csv
from tests.reaching import as_owner

EVE, EVAN = EVALUATORS
WHY = "Clear duties and yearly training for everybody."


def letters_of(session, people, opened, email):
    """The evaluator's letters, by the tender's."""
    aliases = {bid_id: alias for alias, bid_id in opened.bid_ids.items()}
    person = people.of(session, email)
    found = letters(session, opened.tender(session), person)
    return {aliases[bid_id]: letter for (_, bid_id), letter in found.items()}


def dealt_entries(session, opened):
    log = event.log_of(opened.tender(session))
    chosen = select(event.Event).where(event.Event.log == log, event.Event.action == "letters.dealt")
    return session.scalars(chosen.order_by(event.Event.sequence)).all()


@pytest.mark.parametrize("barred", ["", "A", "B", "C", "AB", "BC"])
def test_the_letters_of_an_evaluator_have_no_gap_whichever_bid_they_are_kept_off(
    started, people, change, clock, barred
):
    with change() as session:
        declare(session, people, clock, started, EVE, **dict.fromkeys(barred, "My sister works there."))
        own = letters_of(session, people, started, EVE)
    assert own.keys() == set("ABC") - set(barred)
    assert sorted(own.values()) == list("ABC")[: len(own)]


def test_letters_are_dealt_when_marking_starts_to_whoever_had_declared(opened, people, change, clock):
    with change() as session:
        declare(session, people, clock, opened, EVE)
        assert letters_of(session, people, opened, EVE) == {}
        start(session, people, clock, opened)
        assert letters_of(session, people, opened, EVE).keys() == set("ABC")
        assert letters_of(session, people, opened, EVAN) == {}


def test_no_letter_is_likelier_for_a_bid_than_another():
    bids = [Bid(alias=letter) for letter in "ABCD"]
    firsts = Counter(in_order(bids, f"{number:032x}")[0].alias for number in range(4000))
    # chi-square with 3 degrees of freedom; 16.27 is passed by chance once in a thousand draws
    assert sum((firsts[letter] - 1000) ** 2 / 1000 for letter in "ABCD") < 16.27


def test_the_log_keeps_the_order_so_that_it_can_be_dealt_again(declared, people, change, clock):
    with change() as session:
        for email in EVALUATORS:
            body = next(
                json.loads(entry.body)
                for entry in dealt_entries(session, declared)
                if json.loads(entry.body)["evaluator"] == people.ids[email]
            )
            bids = [declared.bid(session, alias) for alias in "ABC"]
            again = dict(zip("ABC", (bid.alias for bid in in_order(bids, body["nonce"])), strict=True))
            assert body["letters"] == again
            assert {
                own: alias for alias, own in letters_of(session, people, declared, email).items()
            } == again


def test_a_lifted_conflict_brings_the_next_letter_and_moves_none(started, people, change, clock):
    with change() as session:
        declare(session, people, clock, started, EVE, A="My sister works there.")
        before = letters_of(session, people, started, EVE)
        declaring_conflicts.decide_conflict(
            session,
            actor=people.of(session, MODERATOR),
            now=clock(),
            tender=started.tender(session),
            declaration=conflict(session, people, started, EVE, "A"),
            may_mark=True,
            reason="The sister left that company in 2019.",
        )
        assert letters_of(session, people, started, EVE) == {**before, "A": "C"}


def test_a_bid_out_of_the_assessment_leaves_no_gap_and_gets_the_next_letter_when_it_returns(
    opened, people, change, clock
):
    def decide(session, state, reason, seen=None):
        return deciding_eligibility.decide(
            session,
            actor=people.of(session, OFFICER),
            now=clock(),
            tender=opened.tender(session),
            bid=opened.bid(session, "B"),
            state=state,
            lot_codes=[],
            reason=reason,
            seen=seen,
        )

    with change() as session:
        out = decide(session, "procedural_breach", "The form of tender was not signed.")
        start(session, people, clock, opened)
        declare(session, people, clock, opened, EVE)
        own = letters_of(session, people, opened, EVE)
        assert sorted(own.values()) == ["A", "B"]
        decide(session, "in_assessment", "The signed form was found after all.", out.id)
        assert letters_of(session, people, opened, EVE) == {**own, "B": "C"}


def test_no_page_of_an_evaluator_tells_the_tenders_letter_a_bid_or_a_name(people, change, clock, client):
    """Twenty bids, so that hardly any keeps the letter that the tender gave it."""
    bidders = [Bidder(f"Care {n} Ltd", f"1-{n}00", (f"1-{n}01",)) for n in range(20)]
    with change() as session:
        opened = open_tender(session, people, clock(), bidders=bidders)
        ratings = ratings_csv(*(rated(f"1-{n}01", f"1-{n}00") for n in range(20)))
        start(session, people, clock, opened, ratings)
        declare(session, people, clock, opened, EVE, C="My sister works there.", H="I once worked there.")
        own = letters_of(session, people, opened, EVE)
    client.enter(EVE)
    browser = client
    listing = browser.get(f"/tenders/{opened.tender_id}/marking")
    heads = re.findall(r"Bid ([A-Z]+)\b", listing.text)
    assert sorted(set(heads)) == sorted(own.values()) == [chr(65 + at) for at in range(18)]
    shown = set()
    for alias, letter in own.items():
        path = f"/tenders/{opened.tender_id}/marking/{letter}/Q1"
        page = browser.get(path)
        assert f"Answer of {alias} to Q1" in page.text, "the text of another bid"
        rest = page.response.text.replace(f"Answer of {alias} to", "")
        assert "Provider" not in rest
        assert not any(bidder.name in rest for bidder in bidders)
        assert {int(number) for number in re.findall(r"/(\d+)", rest)} <= {opened.tender_id}
        shown.add(letter)
    for beyond in ("S", "T"):
        browser.get(f"/tenders/{opened.tender_id}/marking/{beyond}/Q1", status=404)
    letter = own["A"]
    seen = browser.post_form(
        f"/tenders/{opened.tender_id}/marking/{letter}/Q1", {"mark": "3", "rationale": WHY}
    )
    assert seen.done == f"Bid {letter}, Q1 is saved."


def test_before_marking_starts_no_answer_is_shown_under_any_letter(opened, people, change, clock, sign_in):
    with change() as session:
        declare(session, people, clock, opened, EVE)
    browser = sign_in(EVE)
    for letter in "ABC":
        browser.get(f"/tenders/{opened.tender_id}/marking/{letter}/Q1", status=404)


def test_moderator_and_report_see_which_letter_stood_for_which_bid(declared, people, change, clock, sign_in):
    with change() as session:
        give_mark(session, people, clock, declared, EVE, "A", "Q1", 3)
    seen = sign_in("auditor@example.org").get(f"/tenders/{declared.tender_id}/moderation/A/Q1")
    assert f"Knows this bid as Bid {declared.letter(EVE, 'A')}" in seen.text


def test_the_log_shows_an_evaluator_neither_letters_nor_marks_under_the_tenders_letters(
    declared, people, change, clock, read
):
    with change() as session:
        give_mark(session, people, clock, declared, EVE, "A", "Q1", 3)
    with read() as session:
        sees = visibility(session, declared.tender(session), people.of(session, EVE))
        actions = {entry.action for entry in session.scalars(sees.entries())}
        assert actions.isdisjoint({"letters.dealt", "mark.given"})
        sees = visibility(session, declared.tender(session), people.of(session, "auditor@example.org"))
        assert {"letters.dealt", "mark.given"} <= {entry.action for entry in session.scalars(sees.entries())}


@pytest.mark.parametrize("verb", ["UPDATE evaluator_letter SET letter = 'Z'", "DELETE FROM evaluator_letter"])
def test_the_database_refuses_to_deal_otherwise_afterwards(declared, change, verb):
    with (
        pytest.raises(DBAPIError, match="append-only"),
        change() as session,
        as_owner(session) as connection,
    ):
        connection.execute(text(verb))
