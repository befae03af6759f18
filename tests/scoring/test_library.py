"""The engine as a library: three lines from file to award, and one root for whatever it refuses."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
from pathlib import Path

import pytest

import scoring
from scoring.canonical import canonical_json
from tests.scoring.record_example import example

README = Path(__file__).parents[2] / "README.md"
INNER = {"_Unusual", "TooMany", "TooManySets"}
"""Raised and caught inside one room; no caller meets them."""
ALONE = {"TooLarge"}
"""The reference's own: it imports nothing of ours, so that it can be read and run by itself."""


def test_the_three_lines_of_the_readme_give_the_award(tmp_path, monkeypatch, capsys):
    (tmp_path / "record.json").write_text(json.dumps(example()), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (shown,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(shown.partition("\n\n")[2].splitlines()) == 3
    exec(compile(shown, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert printed.splitlines() == scoring.evaluate(scoring.from_object(example())).sentences()
    assert printed.startswith("Burnley: place 1 is awarded to ")


def refusals():
    for found in pkgutil.walk_packages(scoring.__path__, "scoring."):
        if found.name.endswith("__main__"):
            continue
        for name, kind in inspect.getmembers(importlib.import_module(found.name), inspect.isclass):
            if issubclass(kind, Exception) and kind.__module__ == found.name:
                yield name, kind


def test_whatever_the_engine_refuses_is_a_scoring_error():
    found = dict(refusals())
    assert {"RecordRefused", "NotSolved", "MarksDiffer", "NotCanonical", "RequestRefused"} <= found.keys()
    others = {name for name, kind in found.items() if not issubclass(kind, scoring.ScoringError)}
    assert others == INNER | ALONE


@pytest.mark.parametrize(
    "refused",
    [
        lambda record: scoring.read("{}"),
        lambda record: scoring.explain(record, "L9", "B1"),
        lambda record: scoring.explain(record, "L1", "B9"),
        lambda record: scoring.evaluate(record).lot("L9"),
        lambda record: scoring.assess_robustness(record, 0),
        lambda record: canonical_json(object()),
    ],
)
def test_one_error_catches_each_refusal(refused):
    with pytest.raises(scoring.ScoringError) as raised:
        refused(scoring.from_object(example()))
    assert not str(raised.value).startswith(("'", '"'))


def test_the_verbs_give_what_the_rooms_give():
    record = scoring.from_object(example())
    assert scoring.check(example()) == []
    assert scoring.explain(record, "L1", "B1") == scoring.evaluate(record).explain("L1", "B1")
    assert scoring.compare(record, scoring.from_object(example())).same
    assert scoring.assess_robustness(record, 10).as_object()["format"] == "robustness/1"


def test_the_version_is_written_as_versions_are():
    assert re.fullmatch(r"\d+\.\d+\.\d+", scoring.__version__)
