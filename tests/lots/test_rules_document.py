"""What is published with a tender is what its schema says, whatever the officer chose."""

import copy
import json
from datetime import UTC, datetime

import pytest

from lots.publication import rules_document
from lots.tender import Lot, LotGroup, Question, Tender
from scoring.canonical import canonical_json
from scoring.reading.rules import check_rules
from tests.scoring.schema_checks import places, validator, wrong

SCHEMA = validator("rules-document")
CHOSEN = [
    {},
    {"ties": [], "draw_seed": "", "standstill_offered": False, "cqc_areas": [], "description": ""},
    {"price_method": "linear_from_lowest", "slope": "1.25", "ceiling": 3000, "floor": 1},
    {"price_method": "between_limits", "ceiling": 2000, "floor": 1000, "allocation": "best_total"},
    {"price_method": "fixed", "ceiling": 1275, "floor": 1275, "below_mean": None, "below_next": None},
    {"quality_minimum": 5000, "cqc_minimum_overall": "Good", "cqc_unrated": "refuse", "decimals": 0},
    {"below_mean": 1550, "below_next": 1000, "allocation": "preference"},
]

LEFT_OUT = ("minimum", "abnormally_low")
"""What may be left out of the rules by themselves."""


def published(**chosen):
    """The rules document of a tender of two lots in a group and two questions, as it is published."""
    settings = {
        "quality_weight": 6000, "price_weight": 4000, "mark_lowest": 0, "mark_highest": 5, "decimals": 2,
        "price_method": "lowest_over_bid", "slope": "", "ties": ["quality", "question:Q1", "draw"],
        "draw_seed": "a published text", "cqc_unrated": "allow", "cqc_minimum_overall": "",
        "cqc_areas": ["Lancashire"], "below_mean": 1500, "allocation": "rank_order",
        "standstill_offered": True, "description": "Care at home.",
    }  # fmt: skip
    tender = Tender(
        reference="LCC-1",
        title="Homecare in Lancashire",
        buyer="Lancashire County Council",
        service="homecare",
        deadline=datetime(2026, 11, 22, 12, tzinfo=UTC),
        **(settings | chosen),
    )
    figures = {"hours_per_week": 112850, "weeks_per_year": 52, "places": 1, "guide_price": 2300}
    tender.lots = [
        Lot(code=code, position=at, service="homecare", zone=zone, **figures)
        for at, (code, zone) in enumerate((("L1", "Burnley"), ("L2", "Pendle")), start=1)
    ]
    tender.groups = [LotGroup(code="G1", most_lots=1, lots=list(tender.lots))]
    tender.questions = [
        Question(
            code=f"Q{at}", position=at, title="Safeguarding", text="How do you keep people safe?",
            criterion="", weight=3000, minimum=minimum, word_limit=750,
        )
        for at, minimum in ((1, 2), (2, None))
    ]  # fmt: skip
    return json.loads(canonical_json(rules_document(tender)))


@pytest.mark.parametrize("chosen", CHOSEN, ids=str)
def test_what_is_published_is_valid_by_its_schema_and_sound_for_the_engine(chosen):
    document = published(**chosen)
    assert wrong(SCHEMA, document) == []
    assert check_rules(document["rules"], ["L1", "L2"]) == []


def test_a_document_that_lacks_a_field_or_has_one_more_is_not_valid():
    document = published()
    fields = [place for place in places(document) if place and isinstance(place[-1], str)]
    fields = [place for place in fields if place[0] != "guide_prices" and place[-1] not in LEFT_OUT]
    assert len(fields) > 40
    for *path, last in fields:
        changed = copy.deepcopy(document)
        around = changed
        for step in path:
            around = around[step]
        around["note"] = "an unknown field"
        assert not SCHEMA.is_valid(changed), path
        del around["note"], around[last]
        assert not SCHEMA.is_valid(changed), (*path, last)


def test_published_rules_are_read_once_and_again_only_where_their_text_is_another() -> None:
    tender = Tender(rules_text='{"rules": 1}')
    assert tender.rules is tender.rules
    tender.rules_text = '{"rules": 2}'
    assert tender.rules == {"rules": 2}
