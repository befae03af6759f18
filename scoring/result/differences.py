"""A published result beside the one that its record gives: every place where they differ.

Figures, states and the codes of reasons with their data are compared, and no sentence: sentences are not
part of a result. The version of the engine that made it is noted and is no difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from scoring.reading import record
from scoring.reading.faults import Fault, NotWhole, RecordRefused, RepeatedKeys, described

if TYPE_CHECKING:
    from scoring.result.types import EvaluationResult

_LONGEST = 80


def read(text: bytes) -> object:
    """Read a result from JSON. Raises RecordRefused, also where a key is given twice."""
    try:
        result = record.parse(text)
    except RecordRefused as refused:
        whole = [replace(one, place="result") if one.place == "record" else one for one in refused.faults]
        raise RecordRefused(whole) from None
    faults = list(_repeated(result))
    if faults:
        raise RecordRefused(faults)
    return result


def _repeated(result: object) -> Iterator[Fault]:
    looking: list[tuple[str, object]] = [("", result)]
    while looking:  # a loop, because a hostile file could exhaust recursion
        place, value = looking.pop()
        if isinstance(value, RepeatedKeys):
            for name in value.repeated:
                yield Fault(f"{place}.{name}".lstrip("."), "is given twice; a result says each thing once")
        if isinstance(value, dict):
            looking += [(f"{place}.{name}".lstrip("."), inner) for name, inner in value.items()]
        elif isinstance(value, list):
            looking += [(f"{place}[{at}]", inner) for at, inner in enumerate(value)]


def differences(published: object, given: EvaluationResult) -> Iterator[str]:
    """Yield a line for each place where a published result is not what the record gives."""
    return _between(_compared(published), _compared(_as_known_to(published, given)), "")


def _as_known_to(published: object, given: EvaluationResult) -> object:
    """Leave level totals out beside a result that has none: engines before did not list them.

    They repeat what rows and record say, so nothing that is compared is lost.
    """
    lots = published.get("lots") if isinstance(published, dict) else None
    if not isinstance(lots, list) or any(isinstance(lot, dict) and "level_totals" in lot for lot in lots):
        return given
    plain = [{name: value for name, value in lot.items() if name != "level_totals"} for lot in given["lots"]]
    return {**given, "lots": plain}


def notes(published: object, given: EvaluationResult) -> list[str]:
    """Return a note where another version of the engine made the result."""
    if not isinstance(published, dict) or published.get("engine") == given["engine"]:
        return []
    now = f"{given['engine']['name']} {given['engine']['version']}"
    if "engine" not in published:
        return [f"note: the result names no engine; this is {now}"]
    return [f"note: the result names its engine as {_shown(published['engine'])}; this is {now}"]


def _compared(result: object) -> object:
    if isinstance(result, dict):
        return {name: value for name, value in result.items() if name != "engine"}
    return result


def _between(published: object, given: object, place: str) -> Iterator[str]:
    if isinstance(published, dict) and isinstance(given, dict):
        for name in sorted(published.keys() | given.keys()):
            where = f"{place}.{name}" if place else name
            if name not in published:
                yield f"{where}: missing from the result; the record gives {_shown(given[name])}"
            elif name not in given:
                yield f"{where}: the result says {_shown(published[name])}; the record does not give it"
            else:
                yield from _between(published[name], given[name], where)
    elif isinstance(published, list) and isinstance(given, list):
        for at, (one, other) in enumerate(zip(published, given, strict=False)):
            yield from _between(one, other, f"{place}[{at}]")
        if len(published) != len(given):
            yield f"{place}: the result lists {len(published)}; the record gives {len(given)}"
    elif type(published) is not type(given) or published != given:
        yield f"{place or 'result'}: the result says {_shown(published)}; the record gives {_shown(given)}"


def _shown(value: object) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=_number)
    except RecursionError:
        return f"{described(value)}, nested too deeply to be shown"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _number(value: object) -> str:
    """Return the text of a number that no result has, such as 12.5 or NaN, as the file has it."""
    if isinstance(value, NotWhole):
        return value.text
    raise TypeError(type(value).__name__)
