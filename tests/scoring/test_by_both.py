"""One record by either engine, or by both: what is printed, and that a difference is seen wherever it is."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from scoring import by_both, reference
from scoring.__main__ import main
from tests.scoring.allocation_records import contest
from tests.scoring.evaluating import evaluated
from tests.scoring.record_example import example


@pytest.fixture
def written(tmp_path):
    """Write a record as a file and return its path."""

    def write(obj):
        path = tmp_path / "record.json"
        path.write_text(json.dumps(obj), encoding="utf-8")
        return str(path)

    return write


def contested() -> dict[str, Any]:
    """By preference: L1 is free, though A has a claim to it; L2 goes to A, L3 to B; L4 waits, L5 is full."""
    marks = {
        "L1": {"A": 40},
        "L2": {"A": 80},
        "L3": {"A": 0, "B": 30},
        "L4": {"C": 7, "D": 7},
        "L5": {"C": 5, "D": 4},
    }
    limits = {"A": {"hours_per_week": "3", "preferences": ["L3", "L1", "L2"]}}
    return contest("preference", marks, hours={"L1": "3", "L3": "2"}, limits=limits)


def test_by_reference_prints_the_figures_without_reasons(written, capsys):
    assert main(["evaluate", written(example()), "--by", "reference"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == {
        "format": "evaluation-figures/1",
        "record_sha256": evaluated(example())["record_sha256"],
        "lots": reference.evaluate(example()),
    }
    assert printed["lots"][0]["awards"] == [{"bidder": "B1", "place": 1}]


@pytest.mark.parametrize("record", [example(), contested()], ids=["example", "contested"])
def test_by_both_prints_the_result_where_they_agree(written, capsys, record):
    assert main(["evaluate", written(record), "--by", "both"]) == 0
    assert json.loads(capsys.readouterr().out) == evaluated(record)


def test_by_both_prints_each_difference_and_exits_1(written, capsys, monkeypatch):
    """Round half down in the reference: 30 × 1 ÷ 8 = 3.75 is an exact half at one decimal."""
    record = example()
    record["rules"]["marks"]["highest"], record["rules"]["places"] = 8, 1
    record["bids"][2]["marks"]["Q2"] = 1
    monkeypatch.setattr("scoring.reference.scores.floor", lambda exact: -((-exact + 1) // 1))
    assert main(["evaluate", written(record), "--by", "both"]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert "lot L1, B3, question Q2: 3.8 by the fast engine, 3.7 by the reference" in printed
    assert printed[-1] == f"differs: {len(printed) - 1} differences"


def test_a_record_that_is_too_large_for_the_reference_is_refused_and_told_what_to_do(
    written, capsys, monkeypatch
):
    monkeypatch.setattr("scoring.reference.awards.MOST_STEPS", 3)
    for by in ("reference", "both"):
        assert main(["evaluate", written(contested()), "--by", by]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err == (
            "the reference stopped after 3 steps: it tries who may hold what one after the other, which only"
            f" small records allow. Leave out --by {by}, or give it fewer lots and bidders\n"
        )


def test_an_unsound_record_is_refused_before_either_engine_sees_it(written, capsys):
    record = example()
    record["rules"]["places"] = 7
    assert main(["evaluate", written(record), "--by", "both"]) == 2
    assert "rules.places: 7 is above the highest allowed" in capsys.readouterr().err


def test_a_published_result_has_reasons_and_so_is_not_compared_with_the_reference(written, capsys):
    path = written(example())
    assert main(["evaluate", path, "--by", "both", "--against", path]) == 2
    assert capsys.readouterr().err.startswith("--against: a result has reasons")


def leaves(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every figure of a result, and to every list, which may be longer."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [leaf for key, inner in inside for leaf in leaves(inner, (*way, key))]
    return found if isinstance(value, dict) else [*found, way]


def changed(lots: list[Any], way: tuple[Any, ...]) -> list[Any]:
    """The same lots with one figure another, or one list an entry shorter or longer."""
    lots = copy.deepcopy(lots)
    holder: Any = lots
    for key in way[:-1]:
        holder = holder[key]
    match holder[way[-1]]:
        case list() as entries if entries:
            entries.pop()
        case list() as entries:
            entries.append("B9")
        case int() as number:
            holder[way[-1]] = number + 1
        case text:
            holder[way[-1]] = f"{text}9"
    return lots


@pytest.mark.parametrize("record", [example(), contested()], ids=["example", "contested"])
def test_by_both_sees_whatever_figure_differs(record):
    fast, by_reference = evaluated(record)["lots"], reference.evaluate(record)
    assert list(by_both.differences(fast, by_reference)) == []
    found = {key for lot in by_reference for key in lot}
    assert record == example() or found >= {"undecided", "unfilled", "claims"}
    ways = [way for way in leaves(by_reference) if way and not is_empty_name_list(by_reference, way)]
    assert len(ways) > 50
    for way in ways:
        assert list(by_both.differences(fast, changed(by_reference, way))), way


def is_empty_name_list(lots: Any, way: tuple[Any, ...]) -> bool:
    """Whether this is a list of objects that is empty, to which a plain text cannot be added."""
    for key in way:
        lots = lots[key]
    return lots == [] and way[-1] in ("awards", "passed_over", "ranking")
