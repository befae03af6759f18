"""Lots, limits and questions of a draft."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lots.refusal import Conflict, NotFound, Refusal
from lots.schedule import Schedule, ScheduleRow
from tender.procurements.operations import changing_lots, changing_questions, changing_rules
from tests.app.procurements.conftest import OFFICER2, Tendering

NORTH = ScheduleRow("L1", "Far north", 40_000, 1_300, weeks_per_year=50, places=2)


def codes(tendering: Tendering) -> list[str]:
    return list(tendering.see(lambda tender: [lot.code for lot in tender.lots]))


def limits(tendering: Tendering) -> dict[str, tuple[int, list[str]]]:
    return dict(
        tendering.see(
            lambda tender: {
                group.code: (group.most_lots, [lot.code for lot in group.lots]) for group in tender.groups
            }
        )
    )


def test_a_new_schedule_takes_the_place_of_all_lots(tendering: Tendering) -> None:
    rows = (
        ScheduleRow("L3", "Central", 200_000, 1_275, group="few"),
        ScheduleRow("X1", "Coast", 10_000, 1_275),
        ScheduleRow("L1", "North", 36_000, 1_275, group="few"),
    )
    tendering.do(changing_lots.replace_lots, schedule=Schedule(rows, {"few": 1}))
    assert codes(tendering) == ["L3", "X1", "L1"]
    assert limits(tendering) == {"few": (1, ["L3", "L1"])}
    assert tendering.actions()[-1] == "lots.changed"


def test_a_lot_changes_alone_and_keeps_its_group(tendering: Tendering) -> None:
    tendering.do(changing_lots.change_lot, code="L1", row=NORTH, seen=tendering.revision())
    lot = tendering.see(
        lambda tender: (tender.lots[0].zone, tender.lots[0].places, tender.lots[0].group.code)
    )
    assert lot == ("Far north", 2, "crisis")


def test_a_lot_cannot_take_another_lots_code(tendering: Tendering) -> None:
    with pytest.raises(Refusal, match="l2 is there already"):
        tendering.do(changing_lots.change_lot, code="L1", row=ScheduleRow("l2", "North", 1, 1), seen=None)


def test_a_lot_is_added_at_the_end_and_another_removed(tendering: Tendering) -> None:
    tendering.do(changing_lots.add_lot, row=ScheduleRow("L4", "Coast", 10_000, 1_275))
    tendering.do(changing_lots.remove_lot, code="L1", seen=tendering.revision())
    assert codes(tendering) == ["L2", "L3", "L4"]
    assert tendering.see(lambda tender: [lot.position for lot in tender.lots]) == [1, 2, 3]


def test_the_last_lot_of_a_tender_cannot_be_removed(tendering: Tendering) -> None:
    for code in ("L1", "L2"):
        tendering.do(changing_lots.remove_lot, code=code, seen=None)
    with pytest.raises(Refusal, match="needs a lot"):
        tendering.do(changing_lots.remove_lot, code="L3", seen=None)


def test_a_question_of_one_lot_does_not_become_a_question_of_all_when_the_lot_goes(
    tendering: Tendering,
) -> None:
    tendering.do(changing_questions.add_question, bank_key="mobilisation", lot_codes=["L2"])
    with pytest.raises(Refusal, match="Question Q1 is asked only in lots that would go"):
        tendering.do(changing_lots.remove_lot, code="L2", seen=None)
    assert codes(tendering) == ["L1", "L2", "L3"]


def test_a_question_of_two_lots_stays_with_the_one_that_is_left(tendering: Tendering) -> None:
    tendering.do(changing_questions.add_question, bank_key="mobilisation", lot_codes=["L2", "L3"])
    tendering.do(changing_lots.remove_lot, code="L2", seen=None)
    assert tendering.see(lambda tender: [lot.code for lot in tender.questions[0].lots]) == ["L3"]


def test_a_limit_is_set_and_changed_and_taken_away(tendering: Tendering) -> None:
    tendering.do(changing_lots.set_group, code="crisis", most_lots=1, lot_codes=["L1", "L2"])
    assert limits(tendering) == {"crisis": (1, ["L1", "L2"])}
    tendering.do(changing_lots.remove_group, code="crisis")
    assert limits(tendering) == {}
    assert codes(tendering) == ["L1", "L2", "L3"]


@pytest.mark.parametrize(
    ("code", "most", "lots", "field"),
    [
        ("crisis", 0, ["L1"], "most_lots"),
        ("crisis", 2, ["L1"], "most_lots"),
        ("crisis", 1, [], "lot_codes"),
        ("another", 1, ["L1"], "lot_codes"),
        ("CRISIS", 1, ["L1"], "lot_codes"),
        ("a/b", 1, ["L1"], "code"),
        ("", 1, ["L1"], "code"),
    ],
)
def test_a_limit_that_cannot_be_is_refused(
    tendering: Tendering, code: str, most: int, lots: list[str], field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        tendering.do(changing_lots.set_group, code=code, most_lots=most, lot_codes=lots)
    assert refused.value.field == field
    assert limits(tendering) == {"crisis": (2, ["L1", "L2", "L3"])}


def test_a_lot_or_group_that_is_not_there_is_not_found(tendering: Tendering) -> None:
    with pytest.raises(NotFound):
        tendering.do(changing_lots.set_group, code="crisis", most_lots=1, lot_codes=["L9"])
    with pytest.raises(NotFound):
        tendering.do(changing_lots.remove_group, code="none")
    with pytest.raises(NotFound):
        tendering.do(changing_lots.change_lot, code="L9", row=NORTH, seen=None)


def test_a_question_of_the_bank_comes_with_its_criterion_weight_and_limit(tendering: Tendering) -> None:
    tendering.do(changing_questions.add_question, bank_key="safeguarding", minimum=2)
    found = tendering.see(
        lambda tender: [
            (each.code, each.title, each.weight, each.minimum, each.word_limit) for each in tender.questions
        ]
    )
    assert found == [("Q1", "Safeguarding", 900, 2, 750)]
    assert "named lead" in tendering.see(lambda tender: tender.questions[0].criterion)


def test_a_question_of_the_bank_comes_once(tendering: Tendering) -> None:
    tendering.do(changing_questions.add_question, bank_key="safeguarding")
    with pytest.raises(Conflict, match="already, as question Q1"):
        tendering.do(changing_questions.add_question, OFFICER2, bank_key="safeguarding")


def test_two_officers_who_add_the_same_question_at_once_add_one(tendering: Tendering) -> None:
    told = tendering.at_once(
        lambda: tendering.do(changing_questions.add_question, bank_key="workforce"),
        lambda: tendering.do(changing_questions.add_question, OFFICER2, bank_key="workforce"),
    )
    assert len(told) == 1
    assert tendering.see(lambda tender: len(tender.questions)) == 1


def test_a_question_that_says_nothing_is_refused_with_every_fault(tendering: Tendering) -> None:
    with pytest.raises(Refusal) as refused:
        tendering.do(
            changing_questions.add_question, title=" ", text="", weight=10_001, minimum=6, word_limit=0
        )
    assert {fault.field for fault in refused.value.faults} == {
        "title",
        "text",
        "criterion",
        "weight",
        "minimum",
        "word_limit",
    }
    assert tendering.see(lambda tender: len(tender.questions)) == 0


def test_a_question_for_every_lot_by_name_is_a_question_for_all(tendering: Tendering) -> None:
    tendering.do(changing_questions.add_question, bank_key="workforce", lot_codes=["L1", "L2", "L3"])
    assert tendering.see(lambda tender: tender.questions[0].lots) == []
    with pytest.raises(Refusal, match="no lot L9"):
        tendering.do(changing_questions.change_question, code="Q1", lot_codes=["L9"], seen=None)


def test_a_question_that_goes_takes_its_tie_break_with_it(tendering: Tendering) -> None:
    tendering.do(changing_questions.add_question, bank_key="workforce")
    tendering.do(
        changing_rules.change_rules,
        settings=lambda _, tender: replace(
            changing_rules.RuleSettings.of(tender), ties=("quality", "question:Q1", "draw")
        ),
        seen=None,
    )
    tendering.do(changing_questions.remove_question, code="Q1", seen=tendering.revision())
    assert tendering.see(lambda tender: tender.ties) == ["quality", "draw"]
    assert tendering.see(lambda tender: tender.questions) == []


def test_all_weights_are_set_in_one_go(tendering: Tendering) -> None:
    for key in ("workforce", "safeguarding"):
        tendering.do(changing_questions.add_question, bank_key=key)
    tendering.do(
        changing_questions.set_weights,
        weights={"Q1": 4_000, "Q2": 2_000},
        minimums={"Q1": 2, "Q2": None},
        seen=tendering.revision(),
    )
    found = tendering.see(lambda tender: [(each.weight, each.minimum) for each in tender.questions])
    assert found == [(4_000, 2), (2_000, None)]
    with pytest.raises(Refusal) as refused:
        tendering.do(
            changing_questions.set_weights,
            weights={"Q1": -1, "Q2": 2_000},
            minimums={"Q1": 2, "Q2": 9},
            seen=None,
        )
    assert {fault.field for fault in refused.value.faults} == {"weight_Q1", "minimum_Q2"}
    with pytest.raises(Conflict, match="questions were changed"):
        tendering.do(changing_questions.set_weights, weights={"Q1": 1}, minimums={"Q1": None}, seen=None)
