"""The schemas as documents, sound and whole in themselves; and robustness reports are valid by theirs."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from scoring import schemas
from scoring.__main__ import main
from scoring.reading import record
from scoring.robustness import MarksDiffer, assess
from tests.scoring.record_example import example, faults
from tests.scoring.records import legal_records
from tests.scoring.schema_checks import places, required_by, validator, wrong

ROBUSTNESS = validator("robustness")


def schemas_in(value):
    """Every schema inside one that describes an object field by field."""
    if isinstance(value, dict):
        if isinstance(value.get("properties"), dict) and value.get("type") == "object":
            yield value
        for name, inner in value.items():
            if name not in ("if", "then", "else"):
                yield from schemas_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from schemas_in(inner)


@pytest.mark.parametrize("name", schemas.NAMES)
def test_a_schema_is_one_by_the_draft_and_names_the_draft_and_itself(name):
    written = schemas.schema(name)
    Draft202012Validator.check_schema(written)
    assert written["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert written["$id"] == f"urn:scoring:schema:{name}:1"
    assert written["title"]
    assert written["description"]


@pytest.mark.parametrize("name", schemas.NAMES)
def test_a_schema_refuses_fields_that_are_not_known_and_describes_all_others(name):
    written = schemas.schema(name)
    described = list(schemas_in(written))
    assert len(described) > 3
    for each in described:
        assert each["additionalProperties"] is False, each
        for field, inner in each["properties"].items():
            assert "description" in inner or "$ref" in inner, field


@pytest.mark.parametrize("name", schemas.NAMES)
def test_what_is_printed_refers_to_nothing_outside_itself(name, capsys):
    assert main(["schema", name]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == schemas.schema(name)
    inside = {each["$id"] for each in printed["$defs"].values() if "$id" in each} | {printed["$id"], ""}
    references = [place for place in places(printed) if place and place[-1] == "$ref"]
    assert references
    for place in references:
        value = printed
        for step in place:
            value = value[step]
        assert value.partition("#")[0] in inside


def test_a_validator_that_knows_nothing_of_us_judges_by_what_is_printed():
    judge = Draft202012Validator(schemas.schema("record"))
    assert judge.is_valid(example())
    assert not judge.is_valid(example() | {"note": "an unknown field"})


def test_without_a_name_the_command_says_which_schemas_there_are(capsys):
    assert main(["schema"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in told] == list(schemas.NAMES)


def test_a_schema_that_is_not_there_is_refused_by_name():
    with pytest.raises(KeyError, match="there is no schema of bids; there are record, rules"):
        schemas.schema("bids")


def test_every_example_in_a_schema_is_valid_by_it():
    values = {"$schema": schemas.schema("record")["$schema"], **schemas.schema("record")["$defs"]}
    for name, each in values["urn:scoring:schema:values:1"]["$defs"].items():
        for given_example in each.get("examples", []):
            assert Draft202012Validator(each).is_valid(given_example), (name, given_example)


def test_an_identifier_may_hold_no_character_that_unicode_counts_as_one_that_is_not_seen():
    """Written out in the reader and in the schema, so that both say the same on every Python."""
    judge = Draft202012Validator(
        schemas.schema("record")["$defs"]["urn:scoring:schema:values:1"]["$defs"]["identifier"]
    )
    given_record, unseen = example(), 0
    for code in range(0x110000):
        sign = chr(code)
        if unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp"):
            unseen += 1
            assert not judge.is_valid(f"a{sign}b"), hex(code)
            given_record["rules"]["questions"][0]["title"] = "Safeguarding"
            given_record["lots"][0]["id"] = f"a{sign}b"
            assert any("cannot be seen" in fault for fault in faults({"lots": given_record["lots"]})), hex(
                code
            )
    assert unseen >= 230


@given(legal_records(), st.booleans())
def test_every_robustness_report_is_valid(obj, shared):
    try:
        report = assess(record.from_object(obj), 3, shared_marks=shared)
    except MarksDiffer:
        report = assess(record.from_object(obj), 3)
    assert wrong(ROBUSTNESS, report.as_object()) == []


def test_what_a_robustness_report_always_has_is_required():
    report = assess(record.from_object(example()), 3).as_object()
    required_by(ROBUSTNESS, report, {"parted_by", "undecided", "reversals", "lot"})
