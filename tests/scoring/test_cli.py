"""The command line that a sceptical auditor runs alone."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from scoring.__main__ import main
from tests.scoring.record_example import example, result_of


@pytest.fixture
def written(tmp_path):
    """Write an object as a file and return its path."""

    def write(obj, name="record.json"):
        path = tmp_path / name
        path.write_text(obj if isinstance(obj, str) else json.dumps(obj), encoding="utf-8")
        return str(path)

    return write


def test_evaluate_prints_the_result_as_json_with_sorted_keys(written, capsys):
    assert main(["evaluate", written(example())]) == 0
    printed = capsys.readouterr().out
    expected = result_of(example()).as_object()
    assert json.loads(printed) == expected
    assert printed == json.dumps(expected, sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def test_evaluate_reads_standard_input(monkeypatch, capsys):
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(example()).encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert main(["evaluate", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["format"] == "evaluation-result/1"


def test_it_runs_as_a_program_and_needs_no_more_than_the_record(written):
    path = written(example())
    ran = subprocess.run(
        [sys.executable, "-m", "scoring", "evaluate", path],
        capture_output=True, check=True, env={"LC_ALL": "C", "PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    assert json.loads(ran.stdout.decode("utf-8")) == result_of(example()).as_object()


def test_a_refused_record_exits_2_with_a_line_for_each_fault_and_no_result(written, capsys):
    given = example()
    given["bids"][3]["marks"]["Q2"] = 7
    given["rules"]["places"] = 7
    path = written(given)
    for command in (["check", path], ["evaluate", path], ["explain", path, "L1", "B1"]):
        assert main(command) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.splitlines() == [
            "rules.places: 7 is above the highest allowed, 4 decimals",
            "bids[3].marks.Q2: 7 is above the highest mark, 5",
            f"refused: 2 faults in {path}",
        ]


def test_check_says_what_a_sound_record_holds(written, capsys):
    assert main(["check", written(example())]) == 0
    assert capsys.readouterr().out == (
        "sound: 2 lots, 3 bidders, 6 bids, 4 questions\n"
        f"record_sha256: {result_of(example()).record.sha256}\n"
    )


def test_explain_prints_the_working_in_words(written, capsys):
    assert main(["explain", written(example()), "L1", "B2"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[:2] == ["Birch Care (B2) in Burnley (L1)", ""]
    assert "Price: weight 40 × lowest £15.00 ÷ price £16.00 = 37.50 points" in printed


@pytest.mark.parametrize(
    ("lot", "bidder", "said"),
    [
        ("L9", "B1", "lot L9: not in this record, which has L1, L2"),
        ("L1", "B9", "bidder B9: not in this record, which has B1, B2, B3"),
        ("L1", "B3", "B3 has no bid for lot L1"),
    ],
)
def test_explaining_a_bid_that_is_not_there_says_what_is(written, capsys, lot, bidder, said):
    given = example()
    del given["bids"][2]
    assert main(["explain", written(given), lot, bidder]) == 2
    assert capsys.readouterr().err.strip() == said


def test_a_published_result_that_the_record_gives_is_confirmed(written, capsys):
    path, result = written(example()), written(result_of(example()).as_object(), "result.json")
    assert main(["evaluate", path, "--against", result]) == 0
    assert capsys.readouterr().out.startswith("the same: the record gives this result, every figure\n")


def test_a_published_result_that_differs_exits_1_and_says_where(written, capsys):
    published = result_of(example()).as_object()
    first = published["lots"][0]
    first["ranking"][1]["total"] = "99.99"
    first["ranking"][1]["rank"] = True
    first["reserves"].pop()
    first["undecided"] = []
    del published["record_sha256"]
    path, result = written(example()), written(published, "result.json")
    assert main(["evaluate", path, "--against", result]) == 1
    sha256 = result_of(example()).record.sha256
    assert capsys.readouterr().out.splitlines() == [
        "lots[0].ranking[1].rank: the result says true; the record gives 2",
        'lots[0].ranking[1].total: the result says "99.99"; the record gives "85.50"',
        "lots[0].reserves: the result lists 1; the record gives 2",
        "lots[0].undecided: the result says []; the record does not give it",
        f'record_sha256: missing from the result; the record gives "{sha256}"',
        "differs: 5 differences",
    ]


@pytest.mark.parametrize("text", ["{", "", "[" * 100_000])
def test_a_published_result_that_is_no_json_is_refused(written, capsys, text):
    path, result = written(example()), written(text, "result.json")
    assert main(["evaluate", path, "--against", result]) == 2
    assert capsys.readouterr().err.startswith(f"{result}: is not a result in JSON: ")


def test_a_file_that_is_not_there_is_refused_in_words(tmp_path, capsys):
    path = str(tmp_path / "nowhere.json")
    assert main(["check", path]) == 2
    assert capsys.readouterr().err == f"{path}: cannot be read: No such file or directory\n"
    assert main(["check", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"{tmp_path}: cannot be read: Is a directory\n"


@pytest.mark.parametrize("command", [["--help"], ["evaluate", "--help"], ["explain", "--help"]])
def test_help_says_what_each_command_does(capsys, command):
    with pytest.raises(SystemExit) as left:
        main(command)
    assert left.value.code == 0
    assert "record" in capsys.readouterr().out


def test_an_unknown_command_is_refused(capsys):
    with pytest.raises(SystemExit) as left:
        main(["guess", "record.json"])
    assert left.value.code == 2
    assert "invalid choice: 'guess'" in capsys.readouterr().err
