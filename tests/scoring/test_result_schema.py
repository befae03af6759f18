"""Every result that the engine prints is valid by its schema, and every reason has its code there."""

from __future__ import annotations

import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scoring
from scoring import schemas
from scoring.model import reasons
from scoring.reading import record
from tests.scoring.allocation_records import contests
from tests.scoring.record_example import example
from tests.scoring.records import legal_records
from tests.scoring.schema_checks import required_by, validator, wrong

RESULT = validator("result")


def result_of(obj):
    return scoring.evaluate(record.from_object(obj)).as_object()


def kinds_of(alias):
    """The typed dictionaries in a union of unions."""
    inside = typing.get_args(alias)
    return [kind for each in inside for kind in kinds_of(each)] if inside else [alias]


REASONS = {typing.get_args(typing.get_type_hints(kind)["code"])[0]: kind for kind in kinds_of(reasons.Reason)}


@given(legal_records())
def test_every_result_is_valid(obj):
    assert wrong(RESULT, result_of(obj)) == []


@given(st.sampled_from(["rank_order", "preference", "best_total"]).flatmap(contests))
def test_every_result_in_which_limits_bite_is_valid(obj):
    assert wrong(RESULT, result_of(obj)) == []


def test_what_a_result_always_has_is_required():
    required_by(RESULT, result_of(example()), {"Q1", "Q2", "Q3", "Q4"})


@pytest.mark.parametrize("code", REASONS)
def test_a_reason_has_in_the_schema_the_fields_that_the_engine_gives_it(code):
    described = schemas.schema("result")["$defs"][code]
    fields = set(typing.get_type_hints(REASONS[code]))
    assert set(described["properties"]) == set(described["required"]) == fields
    assert described["properties"]["code"]["const"] == code


def test_the_schema_knows_no_reason_that_the_engine_does_not():
    described = schemas.schema("result")["$defs"].values()
    codes = [
        each["properties"]["code"]["const"] for each in described if "code" in each.get("properties", {})
    ]
    assert sorted(codes) == sorted(REASONS)
    assert len(codes) > 15
