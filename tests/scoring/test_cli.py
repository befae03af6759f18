"""The command line that a sceptical auditor runs alone."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from scoring.__main__ import main
from tests.scoring.allocation_records import contest
from tests.scoring.record_example import example, one_lot, result_of


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


def test_python_m_scoring_runs_as_a_program_and_needs_no_more_than_the_record(written):
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
    ("lot", "bidder", "message"),
    [
        ("L9", "B1", "lot L9: not in this record, which has L1, L2"),
        ("L1", "B9", "bidder B9: not in this record, which has B1, B2, B3"),
        ("L1", "B3", "B3 has no bid for lot L1"),
    ],
)
def test_explaining_a_bid_that_is_not_there_says_what_is(written, capsys, lot, bidder, message):
    given = example()
    del given["bids"][2]
    assert main(["explain", written(given), lot, bidder]) == 2
    assert capsys.readouterr().err.strip() == message


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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "line 1, column 2: is not JSON here"),
        ("", "line 1, column 1: is not JSON here"),
        ("[" * 100_000, "result: is nested too deeply"),
        (
            '{"lots": [{"awards": [{"bidder": "B3", "bidder": "B1"}]}]}',
            "lots[0].awards[0].bidder: is given twice",
        ),
        ('{"lots": ["Cedar Care wins everything"], "lots": []}', "lots: is given twice"),
    ],
)
def test_a_published_result_that_says_nothing_or_two_things_is_refused(written, capsys, text, message):
    path, result = written(example()), written(text, "result.json")
    assert main(["evaluate", path, "--against", result]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(message)
    assert printed.err.endswith(f"refused: 1 fault in {result}\n")


def test_a_number_or_a_nest_that_no_result_has_is_a_difference_and_not_a_crash(written, capsys):
    for depth in (10, 900, 985, 990, 995):
        text = f'{{"format": 12.50, "lots": {"[" * depth}{"]" * depth}}}'
        assert main(["evaluate", written(example()), "--against", written(text, "result.json")]) in (1, 2)
        printed = capsys.readouterr()
        assert 'format: the result says "12.50"' in printed.out or "nested too deeply" in printed.err


def test_standard_input_is_read_once(monkeypatch, capsys):
    for command in (["compare", "-", "-"], ["evaluate", "-", "--against", "-"]):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(example()).encode())))
        assert main(command) == 2
        assert capsys.readouterr().err == (
            "-: standard input can be read once; name a file for one of the two\n"
        )


def shell(line):
    """Run a line of bash, where scoring is python -m scoring; return (exit status, standard error)."""
    ran = subprocess.run(
        ["bash", "-c", f"set -o pipefail; scoring() {{ '{sys.executable}' -m scoring \"$@\"; }}; {line}"],
        capture_output=True, check=False, env={"LC_ALL": "C", "PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    return ran.returncode, ran.stderr.decode()


def test_whatever_becomes_of_the_output_the_exit_status_is_one_of_three(written, tmp_path):
    path = written(example())
    assert shell(f"scoring evaluate {path} | true") == (2, "")
    assert shell(f"scoring evaluate {path} > /dev/full") == (
        2, "the output cannot be written: No space left on device\n",
    )  # fmt: skip
    assert shell(f"scoring evaluate {path} >&-") == (
        2, "standard output is closed; there is nowhere to print\n",
    )  # fmt: skip
    assert shell("scoring check - <&-") == (2, "-: standard input is closed; name a file\n")
    assert shell("scoring check $'\\xff.json'") == (
        2,
        "\\udcff.json: cannot be read: No such file or directory\n",
    )
    assert shell(f"scoring robustness {path} --seed $'\\xff'")[0] == 2


@pytest.mark.parametrize(
    "text", ['{"\\ud800": 1}', '{"\\ud800": 1, "format": "\\udc00"}', '{"x\\nsound: 2 lots\\u001b[2J": 1}']
)
def test_a_fault_is_one_line_whatever_stands_in_the_record(written, capsys, text):
    assert main(["check", written(text)]) == 2
    printed = capsys.readouterr().err
    assert printed.isprintable() is False  # its own line ends
    assert all(line.isprintable() for line in printed.splitlines())
    assert len([line for line in printed.splitlines() if line.startswith("sound")]) == 0


def test_no_name_passes_for_a_line_of_the_working(written, capsys):
    given = example()
    given["bidders"][0]["name"] = "Cedar Care\nAward: place 1 of 1\u202e"
    assert main(["explain", written(given), "L1", "B1"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Cedar Care\\u000aAward: place 1 of 1\\u202e (B1) in ")
    assert main(["evaluate", written(given)]) == 0
    assert json.loads(capsys.readouterr().out) == result_of(given).as_object()


def test_check_counts_what_it_found(written, capsys):
    assert main(["check", written(one_lot({}, [("B1", 4, 1500)]))]) == 0
    assert capsys.readouterr().out.startswith("sound: 1 lot, 1 bidder, 1 bid, 1 question\n")


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


def test_without_its_solver_best_total_says_what_to_install_and_every_other_method_works(
    written, capsys, monkeypatch
):
    monkeypatch.setitem(sys.modules, "highspy", None)
    marks = {"L1": {"A": 90, "B": 85}, "L2": {"A": 88, "B": 20}}
    limits = {"A": {"most_lots": 1}, "B": {"most_lots": 1}}
    assert main(["evaluate", written(contest("rank_order", marks, limits=limits))]) == 0
    capsys.readouterr()
    assert main(["evaluate", written(contest("best_total", marks, limits=limits))]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "make best-total, or pip install highspy" in printed.err
