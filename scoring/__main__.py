"""The command line: re-perform an award from its record alone."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

from scoring import RecordRefused, by_both, compare, evaluate, laboratory, reference, robustness, schemas
from scoring.allocate.best_total.integer_program import NotSolved
from scoring.canonical import printed_json, visible
from scoring.errors import RequestRefused, ScoringError
from scoring.evaluation import faults_of_ties
from scoring.model.record import Record
from scoring.model.rules import Rules
from scoring.reading import record
from scoring.result import differences
from scoring.result.working import Explanation

DONE, DIFFERS, REFUSED = 0, 1, 2

DESCRIPTION = """\
Work out an award again from its evaluation record (format evaluation/1, docs/scoring.md).
Nothing else is read: no database, no clock, no network."""

EPILOG = """\
examples:
  python -m scoring check record.json
  python -m scoring evaluate record.json > result.json
  python -m scoring evaluate record.json --against result.json
  python -m scoring evaluate record.json --by both
  python -m scoring explain record.json L1 B7
  cat record.json | python -m scoring evaluate -
  python -m scoring robustness record.json --words
  python -m scoring compare before.json after.json
  python -m scoring laboratory rules.json --words
  python -m scoring schema record > record.schema.json

exit status:
  0  done; with --against, --by both and compare, all is the same
  1  --against, --by both and compare: something differs, and where is printed
  2  the record or the request is refused, and each fault is a line on standard error that names its
     place; or what was asked for could not be worked out, or not be printed"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # the same bytes whatever the machine's language
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    asked = _parser().parse_args(arguments)
    try:
        status = _run(asked)
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:  # about the output: faults in what is read were caught before
        if not isinstance(error, BrokenPipeError):  # whoever was reading has gone and needs no more
            _complain([f"the output cannot be written: {error.strerror}"])
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python would write again at exit
        return REFUSED
    return status


def _run(asked: argparse.Namespace) -> int:
    try:
        if sys.stdout is None:
            raise RequestRefused("standard output is closed; there is nowhere to print")
        asked.text = b"" if asked.record is None else _bytes(asked.record)
        status: int = asked.run(asked.reads(asked.text), asked)
    except RecordRefused as refused:
        count = len(refused.faults)
        last = f"refused: {count} fault{'' if count == 1 else 's'} in {asked.record}"
        _complain([*map(str, refused.faults), last])
        return REFUSED
    except NotSolved as not_solved:
        _complain([f"best_total: {not_solved}"])
        return REFUSED
    except reference.TooLarge as too_large:
        _complain([f"{too_large}. Leave out --by {asked.by}, or give it fewer lots and bidders"])
        return REFUSED
    except ScoringError as refusal:
        _complain([str(refusal)])
        return REFUSED
    return status


def _say(lines: Iterable[str]) -> None:
    print("\n".join(map(visible, lines)))


def _complain(lines: Iterable[str]) -> None:
    print("\n".join(map(visible, lines)), file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m scoring",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, run, summary in (
        ("check", _check, "say whether the record is complete and sound"),
        ("evaluate", _evaluate, "print the result as JSON, or compare it with one that was published"),
        ("explain", _explain, "print the working of every figure of one bid, in words"),
    ):
        command = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        command.add_argument("record", help='the evaluation record, a JSON file; "-" reads standard input')
        command.set_defaults(run=run, reads=record.read)
        if name == "evaluate":
            command.add_argument(
                "--against",
                metavar="RESULT",
                help="compare with this result (JSON): print each difference, exit 1 if there is any",
            )
            command.add_argument("--words", action="store_true", help="print the awards in sentences")
            command.add_argument(
                "--by",
                choices=("fast", "reference", "both"),
                default="fast",
                help="the engine: fast (the default); reference, the slow one that is made to be read, which"
                " gives figures without reasons; or both, to print where they differ and exit 1 if they do",
            )
        if name == "explain":
            command.add_argument("lot", metavar="LOT", help="the lot's id")
            command.add_argument("bidder", metavar="BIDDER", help="the bidder's id")
    _add_reports(commands.add_parser)
    summary = "print the JSON Schema of a document, or without a name which there are"
    command = commands.add_parser("schema", help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
    command.add_argument("name", nargs="?", choices=tuple(schemas.NAMES), help="of what document")
    command.set_defaults(run=_schema, record=None, reads=lambda _: None)
    return parser


def _add_reports(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands that report and decide nothing; docs/robustness.md describes what they print."""
    summary = "what the awards hang on: one mark, the weights, each bidder, the lowest price"
    command = add_parser("robustness", help=summary, description=f"Report {summary}.")
    command.add_argument("record", help='the evaluation record, a JSON file; "-" reads standard input')
    command.add_argument(
        "--scenarios",
        type=int,
        default=robustness.SCENARIOS,
        metavar="N",
        help="so many times every mark moves at random by -1, 0 or +1 (default: %(default)s)",
    )
    command.add_argument(
        "--seed", type=_text, default=robustness.SEED, help="the text that draws the scenarios"
    )
    command.add_argument(
        "--marks",
        choices=("bid", "bidder"),
        default="bidder",
        help="what one agreed mark counts for: every lot of its bidder (the default, as on the pages and in"
        " the report), or one bid",
    )
    command.add_argument("--words", action="store_true", help="print sentences instead of JSON")
    command.set_defaults(run=_robustness, reads=record.read)
    summary = "which rules and inputs differ between two records, and what that does to the result"
    command = add_parser("compare", help=summary, description=f"Say {summary}.")
    command.add_argument("record", metavar="A", help='an evaluation record; "-" reads standard input')
    command.add_argument("other", metavar="B", help="the evaluation record to compare it with")
    command.add_argument("--json", action="store_true", help="print JSON instead of sentences")
    command.set_defaults(run=_compare, reads=record.read)
    summary = "where the price method of rules misbehaves, tried on simulated prices"
    command = add_parser("laboratory", help=summary, description=f"Say {summary}.")
    command.add_argument("record", metavar="RULES", help="rules, or a record that has them, a JSON file")
    command.add_argument("--typical", type=int, metavar="PENCE", help="the price that bids gather about")
    command.add_argument("--seed", type=_text, default=laboratory.SEED, help="the text that draws the prices")
    command.add_argument("--words", action="store_true", help="print sentences instead of JSON")
    command.set_defaults(run=_laboratory, reads=laboratory.read)


def _text(given: str) -> str:
    try:
        given.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError("is not text in UTF-8") from None
    return given


def _bytes(name: str) -> bytes:
    if name == "-" and sys.stdin is None:
        raise RequestRefused("-: standard input is closed; name a file")
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise RequestRefused(f"{name}: cannot be read: {error.strerror}") from error


def _second(asked: argparse.Namespace, name: str) -> bytes:
    """Read the other file of a command that takes two; faults from here on are in that one."""
    if name == "-" and asked.record == "-":
        raise RequestRefused("-: standard input can be read once; name a file for one of the two")
    asked.record = name
    return _bytes(name)


def _check(read: Record, asked: argparse.Namespace) -> int:
    faults = faults_of_ties(read)
    if faults:
        raise RecordRefused(faults)
    parts = (
        (read.lots, "lot"),
        (read.bidders, "bidder"),
        (read.bids, "bid"),
        (read.rules.questions, "question"),
    )
    counts = [f"{len(part):,} {name}{'' if len(part) == 1 else 's'}" for part, name in parts]
    _say([f"sound: {', '.join(counts)}", f"record_sha256: {read.sha256}"])
    return DONE


def _evaluate(read: Record, asked: argparse.Namespace) -> int:
    if asked.by != "fast":
        return _evaluate_by_reference(read, asked)
    if asked.against is None:
        result = evaluate(read)
        return _report(result.sentences() if asked.words else result.as_object())
    published, given = differences.read(_second(asked, asked.against)), evaluate(read).as_object()
    found, noted = list(differences.differences(published, given)), differences.notes(published, given)
    if found:
        _say([*found, f"differs: {len(found)} difference{'' if len(found) == 1 else 's'}", *noted])
        return DIFFERS
    _say(["the same: the record gives this result, every figure", f"record_sha256: {read.sha256}", *noted])
    return DONE


def _evaluate_by_reference(read: Record, asked: argparse.Namespace) -> int:
    if asked.against is not None:
        raise RequestRefused(
            "--against: a result has reasons, which the reference does not give; leave out --by"
        )
    if asked.words:
        raise RequestRefused("--words: sentences are made of reasons, which come without --by")
    lots = reference.evaluate(cast("reference.Record", record.parse(asked.text)))
    if asked.by == "reference":
        return _report({"format": reference.FORMAT, "record_sha256": read.sha256, "lots": lots})
    result = evaluate(read).as_object()
    found = list(by_both.differences(result["lots"], lots))
    if not found:
        return _report(result)
    _say([*found, f"differs: {len(found)} difference{'' if len(found) == 1 else 's'}"])
    return DIFFERS


def _explain(read: Record, asked: argparse.Namespace) -> int:
    result = evaluate(read)
    for known, wanted, what in (
        (result.lot_positions, asked.lot, "lot"),
        (result.bidder_positions, asked.bidder, "bidder"),
    ):
        if wanted not in known:
            names = ", ".join(list(known)[:20]) + (", …" if len(known) > 20 else "")
            raise RequestRefused(f"{what} {wanted}: not in this record, which has {names or 'none'}")
    return _report(_in_words(result.explain(asked.lot, asked.bidder)))


def _robustness(read: Record, asked: argparse.Namespace) -> int:
    try:
        report = robustness.assess(read, asked.scenarios, asked.seed, shared_marks=asked.marks == "bidder")
    except robustness.MarksDiffer as differ:
        raise RequestRefused(f"{differ}. With --marks bid each bid has marks of its own") from differ
    return _report(report.sentences() if asked.words else report.as_object())


def _compare(read: Record, asked: argparse.Namespace) -> int:
    found = compare(read, record.read(_second(asked, asked.other)))
    _report(found.as_object() if asked.json else found.sentences())
    return DONE if found.same else DIFFERS


def _laboratory(read: Rules, asked: argparse.Namespace) -> int:
    report = laboratory.examine(read, typical=asked.typical, seed=asked.seed)
    return _report(report.sentences() if asked.words else report.as_object())


def _schema(_: None, asked: argparse.Namespace) -> int:
    if asked.name is None:
        return _report([f"{name}: {what}" for name, what in schemas.NAMES.items()])
    _say(json.dumps(schemas.schema(asked.name), indent=1, ensure_ascii=True).split("\n"))
    return DONE


def _report(report: Mapping[str, object] | list[str]) -> int:
    if isinstance(report, list):
        _say(report)
    else:
        print(printed_json(report), end="")
    return DONE


def _in_words(explained: Explanation) -> list[str]:
    heading = f"{explained.bidder_name} ({explained.bidder}) in {explained.lot_name} ({explained.lot})"
    return [heading, "", *explained.sentences()]


if __name__ == "__main__":
    sys.exit(main())
