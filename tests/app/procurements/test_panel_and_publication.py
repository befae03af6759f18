"""Naming the panel, and publication: what is missing is said, then the rules freeze."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lots import log_check, states
from lots.refusal import Conflict, NotFound, NotPermitted, Refusal
from lots.tender import find_tender
from tender.accounts import operations as accounts
from tender.frame.context import seal
from tender.procurements.operations import (
    changing_lots,
    changing_panel,
    changing_questions,
    changing_rules,
    publishing,
    setting_up,
)
from tender.procurements.operations.changing_rules import RuleSettings
from tests.app.procurements.conftest import (
    DEADLINE,
    EVALUATOR,
    MODERATOR,
    OFFICER2,
    PROVIDER,
    Tendering,
)


def missing(tendering: Tendering) -> list[str]:
    with tendering.read() as session:
        tender = find_tender(session, tendering.tender_id)
        return publishing.missing_for_publication(session, tender, tendering.clock())


def give(tendering: Tendering, email: str, *roles: str) -> None:
    with tendering.change() as session:
        person = tendering.people.of(session, email)
        accounts.change_roles(session, actor=None, person=person, roles=set(roles), now=tendering.clock())


def test_a_person_is_named_with_a_role_that_they_hold(tendering: Tendering) -> None:
    tendering.name(EVALUATOR, "evaluator")
    tendering.name(MODERATOR, "moderator")
    assert tendering.actions()[1:] == ["panel.named", "panel.named"]
    with pytest.raises(Refusal, match="does not have the role of evaluator"):
        tendering.name(MODERATOR, "evaluator")
    with pytest.raises(Conflict, match="Eve Evaluator is an evaluator of this tender already"):
        tendering.name(EVALUATOR, "evaluator")


def test_nobody_who_acts_for_a_provider_judges_bids(tendering: Tendering) -> None:
    with pytest.raises(Refusal, match="Paula Provider acts for a provider"):
        tendering.name(PROVIDER, "evaluator")


@pytest.mark.parametrize("role", ["officer", "approver", "auditor"])
def test_nobody_who_sees_the_bidders_names_marks_blind(tendering: Tendering, role: str) -> None:
    give(tendering, EVALUATOR, "evaluator", role)
    with pytest.raises(Refusal, match="would see who the bidders are"):
        tendering.name(EVALUATOR, "evaluator")


def test_nobody_marks_and_moderates_in_one_tender(tendering: Tendering) -> None:
    give(tendering, EVALUATOR, "evaluator", "moderator")
    tendering.name(EVALUATOR, "evaluator")
    with pytest.raises(Refusal, match="cannot both mark and moderate"):
        tendering.name(EVALUATOR, "moderator")


def test_a_tender_has_one_moderator_even_if_two_are_named_at_once(tendering: Tendering) -> None:
    give(tendering, EVALUATOR, "evaluator", "moderator")
    told = tendering.at_once(
        lambda: tendering.name(MODERATOR, "moderator"), lambda: tendering.name(EVALUATOR, "moderator")
    )
    assert len(told) == 1
    assert "is the moderator already" in told[0]


def test_a_panel_member_is_taken_off_again(tendering: Tendering) -> None:
    tendering.name(EVALUATOR, "evaluator")
    who = {"person": lambda session, _: tendering.people.of(session, EVALUATOR)}
    tendering.do(changing_panel.remove_panel_member, **who)
    with pytest.raises(NotFound, match="not on the panel"):
        tendering.do(changing_panel.remove_panel_member, **who)


def test_a_fresh_draft_is_told_everything_that_it_lacks(tendering: Tendering) -> None:
    assert missing(tendering) == [
        "The deadline for bids is not set.",
        "There are no quality questions.",
        "No evaluator is named.",
        "No moderator is named.",
    ]
    with pytest.raises(Refusal) as refused:
        tendering.publish()
    assert len(refused.value.faults) == 4
    assert tendering.state() == states.DRAFT


def test_weights_that_do_not_come_to_the_quality_weight_are_told_by_lot(tendering: Tendering) -> None:
    tendering.complete()
    tendering.do(
        changing_questions.add_question,
        title="Own",
        text="What?",
        criterion="That.",
        weight=500,
        lot_codes=["L2"],
    )
    assert missing(tendering) == [
        "The weights of the questions come to 65 in lot L2; they must come to 60, the weight of quality."
    ]
    tendering.do(changing_questions.change_question, code="Q9", lot_codes=[], seen=None)
    assert missing(tendering) == [
        "The weights of the questions come to 65; they must come to 60, the weight of quality."
    ]


def test_a_deadline_needs_two_hours_to_the_second(tendering: Tendering) -> None:
    tendering.complete()
    tendering.clock.set(DEADLINE - timedelta(hours=2) + timedelta(seconds=1))
    assert missing(tendering) == [
        "The deadline, 7 December 2026 at midday GMT, must be at least 2 hours ahead. Set a later one."
    ]
    tendering.clock.set(DEADLINE - timedelta(hours=2))
    assert missing(tendering) == []


def test_a_person_who_lost_the_role_stops_publication(tendering: Tendering) -> None:
    tendering.complete()
    give(tendering, EVALUATOR, "moderator")
    assert missing(tendering) == [
        "Eve Evaluator does not have the role of evaluator. An administrator can give it. "
        "Take them off the panel."
    ]


def test_a_set_price_is_the_guide_price_of_every_lot(tendering: Tendering) -> None:
    tendering.complete()
    tendering.do(
        changing_rules.change_rules,
        settings=lambda _, tender: replace(
            RuleSettings.of(tender), price_method="fixed", ceiling=1_300, floor=1_300
        ),
        seen=None,
    )
    assert missing(tendering) == [
        "The set price is £13.00, but lot L1, L2 and L3 has another guide price. Make them the same."
    ]


def test_publication_freezes_the_rules_and_their_hash(published: Tendering) -> None:
    assert published.state() == states.PUBLISHED
    rules, digest = published.see(lambda tender: (tender.rules_text, tender.rules_sha256))
    assert hashlib.sha256(rules.encode()).hexdigest() == digest
    document = json.loads(rules)
    assert document["tender"]["deadline"] == "2026-12-07T12:00:00+00:00"
    assert [lot["id"] for lot in document["lots"]] == ["L1", "L2", "L3"]
    assert document["rules"]["weights"] == {"quality": "60", "price": "40"}
    assert published.actions()[-1] == "tender.published"


def test_the_log_is_whole_after_publication_and_its_head_is_kept(published: Tendering) -> None:
    with published.read() as session:
        found = log_check.check(session, find_tender(session, published.tender_id))
    assert found.intact
    assert found.heads == 1


@pytest.mark.parametrize(
    "step",
    [
        lambda it: it.do(setting_up.change_details, title="Other"),
        lambda it: it.do(
            changing_rules.change_rules,
            settings=lambda _, tender: replace(RuleSettings.of(tender), decimals=3),
            seen=None,
        ),
        lambda it: it.do(changing_questions.add_question, title="x", text="x", criterion="x", weight=1),
        lambda it: it.do(changing_questions.remove_question, code="Q1"),
        lambda it: it.do(changing_lots.remove_lot, code="L1", seen=None),
        lambda it: it.do(changing_lots.remove_group, code="crisis"),
        lambda it: it.name("evaluator2@example.org", "evaluator"),
        lambda it: it.publish(),
    ],
)
def test_nothing_of_a_published_tender_changes(published: Tendering, step) -> None:
    before = published.see(lambda tender: (tender.rules_text, tender.revision))
    with pytest.raises(Conflict, match="is published, so its set-up can no longer change"):
        step(published)
    assert published.see(lambda tender: (tender.rules_text, tender.revision)) == before


def test_the_database_refuses_other_rules_for_a_published_tender(published: Tendering) -> None:
    with published.change() as session, pytest.raises(DBAPIError, match="published rules are frozen"):
        session.execute(text("UPDATE tender SET rules_sha256 = 'x'"))
    assert published.see(lambda tender: len(tender.rules_sha256)) == 64


def test_what_is_published_is_what_the_officer_saw(tendering: Tendering) -> None:
    tendering.complete()
    seen = tendering.revision()
    tendering.do(setting_up.change_details, OFFICER2, title="Another title")
    with pytest.raises(Conflict, match="Oscar Officer changed this tender"):
        tendering.do(publishing.publish, seal=lambda *_: seal(), seen=seen)
    assert tendering.state() == states.DRAFT


def test_two_officers_who_publish_at_once_publish_once(tendering: Tendering) -> None:
    tendering.complete()
    told = tendering.at_once(
        tendering.publish, lambda: tendering.do(publishing.publish, OFFICER2, seal=lambda *_: seal())
    )
    assert len(told) == 1
    assert "is published, so its set-up can no longer change" in told[0]
    assert tendering.actions().count("tender.published") == 1


def test_only_an_officer_publishes(tendering: Tendering) -> None:
    tendering.complete()
    with pytest.raises(NotPermitted):
        tendering.do(publishing.publish, "approver@example.org", seal=lambda *_: seal())
