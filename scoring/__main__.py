"""The command line: re-perform an award from its record alone."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scoring import RecordRefused, compare, evaluate, laboratory, record, robustness
from scoring.integer_program import NotSolved
from scoring.record import Record
from scoring.rules import Rules
from scoring.working import Explanation

DONE, DIFFERS, REFUSED = 0, 1, 2

DESCRIPTION = """\
Work out an award again from its evaluation record (format evaluation/1, docs/scoring.md).
Nothing else is read: no database, no clock, no network."""

EPILOG = """\
examples:
  python -m scoring check record.json
  python -m scoring evaluate record.json > result.json
  python -m scoring evaluate record.json --against result.json
  python -m scoring explain record.json L1 B7
  cat record.json | python -m scoring evaluate -
  python -m scoring robustness record.json --words
  python -m scoring compare before.json after.json
  python -m scoring laboratory rules.json --words

exit status:
  0  done; with --against and compare, all is the same
  1  --against and compare: something differs, and where is printed
  2  the record or the request is refused; each fault is a line on standard error that names its place"""


class RequestRefused(Exception):
    """The request itself cannot be met; the message says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")  # the same bytes whatever the machine's language
    asked = _parser().parse_args(arguments)
    try:
        read = asked.reads(_bytes(asked.record))
        status: int = asked.run(read, asked)
    except RecordRefused as refused:
        for fault in refused.faults:
            print(fault, file=sys.stderr)
        count = len(refused.faults)
        print(f"refused: {count} fault{'' if count == 1 else 's'} in {asked.record}", file=sys.stderr)
        return REFUSED
    except RequestRefused as refused_request:
        print(refused_request, file=sys.stderr)
        return REFUSED
    except NotSolved as not_solved:
        print(f"best_total: {not_solved}", file=sys.stderr)
        return REFUSED
    return status


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
        if name == "explain":
            command.add_argument("lot", metavar="LOT", help="the lot's id")
            command.add_argument("bidder", metavar="BIDDER", help="the bidder's id")
    _add_reports(commands)
    return parser


def _add_reports(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands that report and decide nothing; docs/robustness.md describes what they print."""
    summary = "what the awards hang on: one mark, the weights, each bidder, the lowest price"
    command = commands.add_parser("robustness", help=summary, description=f"Report {summary}.")
    command.add_argument("record", help='the evaluation record, a JSON file; "-" reads standard input')
    command.add_argument(
        "--scenarios",
        type=int,
        default=robustness.SCENARIOS,
        metavar="N",
        help="so many times every mark moves at random by -1, 0 or +1 (default: %(default)s)",
    )
    command.add_argument("--seed", default=robustness.SEED, help="the text that draws the scenarios")
    command.add_argument(
        "--marks",
        choices=("bid", "bidder"),
        default="bid",
        help="what one agreed mark counts for: one bid (the default), or every lot of its bidder",
    )
    command.add_argument("--words", action="store_true", help="print sentences instead of JSON")
    command.set_defaults(run=_robustness, reads=record.read)
    summary = "which rules and inputs differ between two records, and what that does to the result"
    command = commands.add_parser("compare", help=summary, description=f"Say {summary}.")
    command.add_argument("record", metavar="A", help='an evaluation record; "-" reads standard input')
    command.add_argument("other", metavar="B", help="the evaluation record to compare it with")
    command.add_argument("--json", action="store_true", help="print JSON instead of sentences")
    command.set_defaults(run=_compare, reads=record.read)
    summary = "where the price method of rules misbehaves, tried on simulated prices"
    command = commands.add_parser("laboratory", help=summary, description=f"Say {summary}.")
    command.add_argument("record", metavar="RULES", help="rules, or a record that has them, a JSON file")
    command.add_argument("--typical", type=int, metavar="PENCE", help="the price that bids gather about")
    command.add_argument("--seed", default=laboratory.SEED, help="the text that draws the prices")
    command.add_argument("--words", action="store_true", help="print sentences instead of JSON")
    command.set_defaults(run=_laboratory, reads=laboratory.read)


def _bytes(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise RequestRefused(f"{name}: cannot be read: {error.strerror}") from error


def _check(read: Record, asked: argparse.Namespace) -> int:
    counts = (
        f"{len(read.lots):,} lots, {len(read.bidders):,} bidders, {len(read.bids):,} bids,"
        f" {len(read.rules.questions):,} questions"
    )
    print(f"sound: {counts}\nrecord_sha256: {read.sha256}")
    return DONE


def _evaluate(read: Record, asked: argparse.Namespace) -> int:
    given = evaluate(read).as_object()
    if asked.against is None:
        print(_json(given))
        return DONE
    try:
        published = json.loads(_bytes(asked.against).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise RequestRefused(f"{asked.against}: is not a result in JSON: {error}") from error
    found = list(differences(published, given))
    for line in found:
        print(line)
    if found:
        print(f"differs: {len(found)} difference{'' if len(found) == 1 else 's'}")
        return DIFFERS
    print(f"the same: the record gives this result, every figure\nrecord_sha256: {read.sha256}")
    return DONE


def differences(published: object, given: object, place: str = "") -> Iterator[str]:
    """Yield a line for each place where a published result is not what the record gives."""
    if isinstance(published, dict) and isinstance(given, dict):
        for name in sorted(published.keys() | given.keys()):
            where = f"{place}.{name}" if place else name
            if name not in published:
                yield f"{where}: missing from the result; the record gives {_shown(given[name])}"
            elif name not in given:
                yield f"{where}: the result says {_shown(published[name])}; the record does not give it"
            else:
                yield from differences(published[name], given[name], where)
    elif isinstance(published, list) and isinstance(given, list):
        for at, (one, other) in enumerate(zip(published, given, strict=False)):
            yield from differences(one, other, f"{place}[{at}]")
        if len(published) != len(given):
            yield f"{place}: the result lists {len(published)}; the record gives {len(given)}"
    elif type(published) is not type(given) or published != given:
        yield f"{place or 'result'}: the result says {_shown(published)}; the record gives {_shown(given)}"


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 80 else text[:77] + "..."


def _explain(read: Record, asked: argparse.Namespace) -> int:
    result = evaluate(read)
    for known, wanted, what in (
        (result.lot_positions, asked.lot, "lot"),
        (result.bidder_positions, asked.bidder, "bidder"),
    ):
        if wanted not in known:
            names = ", ".join(list(known)[:20]) + (", …" if len(known) > 20 else "")
            raise RequestRefused(f"{what} {wanted}: not in this record, which has {names or 'none'}")
    try:
        explained = result.explain(asked.lot, asked.bidder)
    except KeyError as error:
        raise RequestRefused(f"{asked.bidder} has no bid for lot {asked.lot}") from error
    print("\n".join(_in_words(explained)))
    return DONE


def _robustness(read: Record, asked: argparse.Namespace) -> int:
    try:
        report = robustness.assess(read, asked.scenarios, asked.seed, shared_marks=asked.marks == "bidder")
    except ValueError as error:
        raise RequestRefused(str(error)) from error
    return _report(report.sentences() if asked.words else report.as_object())


def _compare(read: Record, asked: argparse.Namespace) -> int:
    asked.record = asked.other  # faults from here on are B's
    found = compare.compare(read, record.read(_bytes(asked.other)))
    _report(found.as_object() if asked.json else found.sentences())
    return DONE if found.same else DIFFERS


def _laboratory(read: Rules, asked: argparse.Namespace) -> int:
    try:
        report = laboratory.examine(read, typical=asked.typical, seed=asked.seed)
    except ValueError as error:
        raise RequestRefused(str(error)) from error
    return _report(report.sentences() if asked.words else report.as_object())


def _report(report: dict[str, object] | list[str]) -> int:
    lines = report if isinstance(report, list) else [_json(report)]
    print("\n".join(lines))
    return DONE


def _json(given: object) -> str:
    return json.dumps(given, sort_keys=True, indent=1, ensure_ascii=False)


def _in_words(explained: Explanation) -> list[str]:
    heading = f"{explained.bidder_name} ({explained.bidder}) in {explained.lot_name} ({explained.lot})"
    return [heading, "", *explained.sentences()]


if __name__ == "__main__":
    sys.exit(main())
