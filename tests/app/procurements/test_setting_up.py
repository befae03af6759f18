"""Making a draft, and changing what is said of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lots.refusal import Conflict, NotPermitted, Refusal
from lots.schedule import Schedule, ScheduleRow
from tender.procurements.operations import changing_questions, changing_rules, setting_up
from tender.procurements.operations.changing_rules import RuleSettings
from tests.app.conftest import Change, Clock, People
from tests.app.procurements.conftest import OFFICER, Tendering


@pytest.mark.parametrize(
    ("service", "lots", "method"),
    [
        ("homecare", 12, "lowest_over_bid"),
        ("crisis", 3, "lowest_over_bid"),
        ("reablement", 6, "fixed"),
    ],
)
def test_a_service_of_the_catalogue_comes_with_its_lots_and_rules(
    tendering: Tendering, service: str, lots: int, method: str
) -> None:
    tendering.create(service, f"LCC-{service}")
    assert tendering.see(lambda tender: len(tender.lots)) == lots
    assert tendering.see(lambda tender: tender.price_method) == method
    assert tendering.see(lambda tender: [group.code for group in tender.groups]) == [service]
    assert tendering.actions() == ["tender.created"]


def test_a_reablement_tender_is_worth_what_the_council_reported(tendering: Tendering) -> None:
    tendering.create("reablement", "LCC-R")
    assert tendering.see(lambda tender: sum(lot.yearly_value for lot in tender.lots)) == 376_451_400
    assert tendering.see(lambda tender: (tender.ceiling, tender.floor)) == (1_275, 1_275)


def test_a_schedule_gives_the_lots_and_sixty_to_forty(change: Change, people: People, clock: Clock) -> None:
    schedule = Schedule((ScheduleRow("N1", "North", 36_000, 1_275, places=2, group="all"),), {"all": 1})
    with change() as session:
        tender = setting_up.create_from_schedule(
            session,
            actor=people.of(session, OFFICER),
            now=clock(),
            service="crisis",
            reference="LCC-9",
            title="Crisis care",
            schedule=schedule,
        )
        assert (tender.quality_weight, tender.price_weight) == (6_000, 4_000)
        assert [(lot.code, lot.places, lot.title) for lot in tender.lots] == [("N1", 2, "Crisis, North")]
        assert [(group.code, group.most_lots) for group in tender.groups] == [("all", 1)]


@pytest.mark.parametrize("email", ["approver@example.org", "evaluator@example.org", "provider@example.org"])
def test_only_an_officer_makes_or_changes_a_tender(tendering: Tendering, email: str) -> None:
    with pytest.raises(NotPermitted, match="Only a procurement officer"):
        tendering.do(setting_up.change_details, email, title="Mine")
    with tendering.change() as session, pytest.raises(NotPermitted):
        setting_up.create_from_catalogue(
            session,
            actor=tendering.people.of(session, email),
            now=tendering.clock(),
            service="crisis",
            reference="X-1",
            title="Mine",
        )


def test_a_reference_is_used_once_whatever_its_capitals(tendering: Tendering) -> None:
    with pytest.raises(Refusal, match="already used"):
        tendering.create(reference="lcc-1")


def test_two_officers_who_take_one_reference_at_once_do_not_both_get_it(tendering: Tendering) -> None:
    told = tendering.at_once(
        lambda: Tendering(tendering.change, tendering.read, tendering.people, tendering.clock).create(
            reference="NEW-1"
        ),
        lambda: Tendering(tendering.change, tendering.read, tendering.people, tendering.clock).create(
            reference="NEW-1"
        ),
    )
    assert told == ["Reference is already used by another tender"]


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("", "Enter a reference"),
        ("x" * 41, "the limit is 40"),
        ("LCC 1", "letters, digits"),
        ("../etc", "letters, digits"),
        ("LCC\n1", "line break"),
    ],
)
def test_a_reference_that_cannot_stand_in_a_file_name_is_refused(
    tendering: Tendering, reference: str, message: str
) -> None:
    with pytest.raises(Refusal, match=message) as refused:
        tendering.create(reference=reference)
    assert refused.value.field == "reference"


def test_details_change_and_the_log_says_what_from_what(tendering: Tendering) -> None:
    tendering.do(setting_up.change_details, title="Care in a crisis", description="At once.\r\nAt home.")
    assert tendering.see(lambda tender: tender.title) == "Care in a crisis"
    assert tendering.see(lambda tender: tender.description) == "At once.\nAt home."
    assert tendering.actions()[-1] == "tender.changed"


def test_saving_unchanged_details_or_rules_writes_nothing(tendering: Tendering) -> None:
    before = tendering.revision()
    tendering.do(setting_up.change_details, title="Crisis care")
    tendering.do(changing_rules.change_rules, settings=lambda _, tender: RuleSettings.of(tender), seen=None)
    assert tendering.revision() == before
    assert tendering.actions() == ["tender.created"]


def test_a_deadline_lies_in_the_future(tendering: Tendering, clock: Clock) -> None:
    with pytest.raises(Refusal, match="must be in the future") as refused:
        tendering.do(setting_up.change_details, deadline=clock())
    assert refused.value.field == "deadline"
    tendering.do(setting_up.change_details, deadline=clock() + timedelta(seconds=1))


def test_a_deadline_has_no_fractions_of_a_second(tendering: Tendering) -> None:
    moment = datetime(2026, 12, 7, 12, 0, 0, 999_999, tzinfo=UTC)
    tendering.do(setting_up.change_details, deadline=moment)
    assert tendering.see(lambda tender: tender.deadline) == moment.replace(microsecond=0)


def test_a_page_opened_before_somebody_elses_change_is_not_saved_over_it(tendering: Tendering) -> None:
    seen = tendering.revision()
    tendering.do(setting_up.change_details, "officer2@example.org", title="Crisis support", seen=seen)
    with pytest.raises(Conflict, match="Oscar Officer changed this tender at 9am GMT on 23 November 2026"):
        tendering.do(setting_up.change_details, title="Crisis help", seen=seen)
    assert tendering.see(lambda tender: tender.title) == "Crisis support"


def test_of_two_officers_who_save_at_once_one_is_told(tendering: Tendering) -> None:
    seen = tendering.revision()
    told = tendering.at_once(
        lambda: tendering.do(setting_up.change_details, title="First", seen=seen),
        lambda: tendering.do(setting_up.change_details, "officer2@example.org", title="Second", seen=seen),
    )
    assert len(told) == 1
    assert "changed this tender" in told[0]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"quality_weight": 7_000}, "quality_weight", "come to 110; they must come to 100"),
        ({"quality_weight": -1, "price_weight": 10_001}, "quality_weight", "must come to 100"),
        ({"mark_highest": 0}, "mark_highest", "above the lowest"),
        ({"mark_highest": 101}, "mark_highest", "100 at most"),
        ({"decimals": 5}, "decimals", "0 to 4"),
        ({"quality_minimum": 10_001}, "quality_minimum", "0 to 100"),
        ({"price_method": "cheapest"}, "price_method", "Choose how price"),
        ({"ceiling": 0}, "ceiling", "more than £0"),
        ({"floor": 100_001}, "floor", "no more than £1,000.00"),
        ({"floor": 2_000, "ceiling": 1_000}, "floor", "must not be above"),
        ({"price_method": "fixed"}, "set_price", "Enter the set price"),
        ({"price_method": "fixed", "ceiling": 1_300, "floor": 1_200}, "set_price", "Enter the set price"),
        ({"price_method": "between_limits", "ceiling": 1_300}, "floor", "Enter the lowest price"),
        ({"price_method": "between_limits", "floor": 1_300}, "ceiling", "Enter the highest price"),
        ({"price_method": "between_limits", "floor": 13, "ceiling": 13}, "ceiling", "above the lowest"),
        ({"slope": "2"}, "slope", "only"),
        ({"slope": "0", "price_method": "linear_from_lowest"}, "slope", "0.01 to 100"),
        ({"slope": "1.234", "price_method": "linear_from_lowest"}, "slope", "0.01 to 100"),
        ({"ties": ("quality", "quality")}, "ties", "once only"),
        ({"ties": ("question:Q9",)}, "ties", "no way to part a tie"),
        ({"draw_source": "L" * 201}, "draw_source", "has 201 characters; the limit is 200"),
        ({"cqc_unrated": "perhaps"}, "cqc_unrated", "not yet rated"),
        ({"cqc_minimum_overall": "Inadequate"}, "cqc_minimum_overall", "lowest overall"),
        ({"cqc_areas": ("",)}, "cqc_areas", "one on a line"),
        ({"below_mean": 0}, "below_mean", "more than 0"),
        ({"below_next": 10_001}, "below_next", "no more than 100"),
    ],
)
def test_rules_that_cannot_judge_bids_are_refused_by_field(
    tendering: Tendering, changes: dict[str, object], field: str, message: str
) -> None:
    with pytest.raises(Refusal, match=message) as refused:
        tendering.do(
            changing_rules.change_rules,
            settings=lambda _, tender: replace(RuleSettings.of(tender), **changes),
            seen=None,
        )
    assert field in {fault.field for fault in refused.value.faults}
    assert tendering.actions() == ["tender.created"]


def test_every_fault_of_the_rules_is_told_at_once(tendering: Tendering) -> None:
    with pytest.raises(Refusal) as refused:
        tendering.do(
            changing_rules.change_rules,
            settings=lambda _, tender: replace(
                RuleSettings.of(tender), quality_weight=1, decimals=9, floor=0
            ),
            seen=None,
        )
    assert len(refused.value.faults) == 3


def test_rules_are_changed_whole(tendering: Tendering) -> None:
    wanted = {
        "quality_weight": 7_000,
        "price_weight": 3_000,
        "price_method": "linear_from_lowest",
        "slope": "1.5",
        "quality_minimum": 5_000,
        "ties": ("quality", "draw"),
        "cqc_areas": ("Lancashire", "Blackburn with Darwen"),
    }
    tendering.do(
        changing_rules.change_rules,
        settings=lambda _, tender: replace(RuleSettings.of(tender), **wanted),
        seen=tendering.revision(),
    )
    kept = tendering.see(RuleSettings.of)
    assert {name: getattr(kept, name) for name in wanted} == wanted


def test_the_scale_cannot_shrink_below_a_minimum_mark(tendering: Tendering) -> None:
    tendering.do(changing_questions.add_question, bank_key="safeguarding", minimum=4)
    with pytest.raises(Refusal, match="Question Q1 has a minimum mark above 3"):
        tendering.do(
            changing_rules.change_rules,
            settings=lambda _, tender: replace(RuleSettings.of(tender), mark_highest=3),
            seen=None,
        )
