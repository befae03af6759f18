"""`python -m scoring robustness`, `compare` and `laboratory`: what they print, and how they end."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from scoring.__main__ import main
from scoring.allocate.best_total import integer_program
from scoring.reading.record import from_object
from scoring.robustness.report import assess
from tests.scoring.allocation_records import scarce
from tests.scoring.record_example import RULES, example


@pytest.fixture
def written(tmp_path):
    """Write an object to a file and return its name."""

    def write(obj, name="record.json"):
        path = tmp_path / name
        path.write_text(json.dumps(obj), encoding="utf-8")
        return str(path)

    return write


def test_robustness_prints_the_report_as_json(written, capsys):
    assert main(["robustness", written(example()), "--scenarios", "50", "--seed", "s"]) == 0
    assert (
        json.loads(capsys.readouterr().out)
        == assess(from_object(example()), 50, "s", shared_marks=True).as_object()
    )


def test_robustness_in_words_is_a_sentence_a_line(written, capsys):
    assert main(["robustness", written(example()), "--words"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == assess(from_object(example()), shared_marks=True).sentences()
    assert lines[0] == "Burnley: by the agreed marks it goes to Alder Care."
    assert lines[1].startswith("Burnley: unchanged in ")


def test_marks_of_a_bidder_are_moved_in_all_its_lots_unless_asked_otherwise(written, capsys):
    assert main(["robustness", written(example()), "--scenarios", "50"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["marks"] == "bidder"
    assert report["lots"][0]["scenarios_unchanged"] == report["lots"][1]["scenarios_unchanged"]
    assert main(["robustness", written(example()), "--marks", "bid", "--scenarios", "50"]) == 0
    assert json.loads(capsys.readouterr().out)["marks"] == "bid"


def test_marks_that_are_not_one_mark_are_refused_with_where_and_the_way_out(written, capsys):
    obj = example()
    obj["bids"][3]["marks"]["Q1"] = 4
    assert main(["robustness", written(obj)]) == 2
    assert capsys.readouterr().err == (
        "B1's mark on Q1 is 5 in L1 and 4 in L2: it is not one mark. With --marks bid each bid has marks of "
        "its own\n"
    )
    assert main(["robustness", written(obj), "--marks", "bid"]) == 0


def test_a_search_given_up_on_a_changed_record_is_not_taken_for_one_on_the_award(
    written, capsys, monkeypatch
):
    monkeypatch.setattr(integer_program, "MOST_STEPS", 95)
    name = written(scarce())
    assert main(["evaluate", name]) == 0
    capsys.readouterr()
    assert main(["robustness", name, "--marks", "bid", "--scenarios", "50"]) == 2
    assert capsys.readouterr().err.startswith(
        "best_total: the award can be worked out, but not what becomes of it after each change: the search"
    )


def test_too_few_scenarios_are_refused(written, capsys):
    assert main(["robustness", written(example()), "--scenarios", "0"]) == 2
    assert capsys.readouterr().err.startswith("0 scenarios: ask for 1 to 10,000,000")


def test_comparing_a_record_with_itself_ends_with_0(written, capsys):
    name = written(example())
    assert main(["compare", name, name]) == 0
    assert "The records are the same" in capsys.readouterr().out


def test_comparing_records_that_differ_ends_with_1_and_says_where(written, capsys):
    other = example()
    other["bids"][0]["price_pence"] = 1400
    assert main(["compare", written(example()), written(other, "other.json")]) == 1
    assert "bids[B1 for L1].price_pence: 1500 in A, 1400 in B" in capsys.readouterr().out
    assert main(["compare", written(example()), written(other, "other.json"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["format"] == "comparison/1"


def test_a_record_that_is_refused_is_named_whichever_it_is(written, capsys):
    wrong = example()
    wrong["rules"]["places"] = 9
    sound, refused = written(example()), written(wrong, "wrong.json")
    for pair in ([sound, refused], [refused, sound]):
        assert main(["compare", *pair]) == 2
        assert capsys.readouterr().err.splitlines() == [
            "rules.places: 9 is above the highest allowed, 4 decimals",
            f"refused: 1 fault in {refused}",
        ]


def test_the_laboratory_takes_rules_and_prints_json_or_words(written, capsys):
    rules = written(RULES, "rules.json")
    assert main(["laboratory", rules]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["format"] == "laboratory/1"
    assert main(["laboratory", rules, "--words"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sorted(lines) == sorted(one["sentence"] for one in report["findings"])


def test_the_laboratory_refuses_a_typical_price_of_nothing(written, capsys):
    assert main(["laboratory", written(RULES, "rules.json"), "--typical", "0"]) == 2
    assert capsys.readouterr().err.startswith("a typical price of 0 pence")


@pytest.mark.parametrize("command", ["robustness", "compare", "laboratory"])
def test_each_command_has_help_worth_reading(command):
    ran = subprocess.run(
        [sys.executable, "-m", "scoring", command, "--help"], capture_output=True, text=True, check=True
    )
    assert "show this help" in ran.stdout
    assert len(ran.stdout.splitlines()) > 6
