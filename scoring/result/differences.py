"""A published result beside the one that its record gives: every place where they differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from scoring.reading import record
from scoring.reading.faults import Fault, NotWhole, RecordRefused, RepeatedKeys, described

_LONGEST = 80


def read(text: bytes) -> object:
    """Read a result from JSON. Raises RecordRefused, also where a key that is given twice says two things."""
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
    while looking:  # not by recursion, which a hostile file could exhaust
        place, value = looking.pop()
        if isinstance(value, RepeatedKeys):
            for name in value.repeated:
                yield Fault(f"{place}.{name}".lstrip("."), "is given twice; a result says each thing once")
        if isinstance(value, dict):
            looking += [(f"{place}.{name}".lstrip("."), inner) for name, inner in value.items()]
        elif isinstance(value, list):
            looking += [(f"{place}[{at}]", inner) for at, inner in enumerate(value)]


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
    try:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=_number)
    except RecursionError:
        return f"{described(value)}, nested too deeply to be shown"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _number(value: object) -> str:
    """Write a number that no result has, 12.5 or NaN, as it was written."""
    if isinstance(value, NotWhole):
        return value.text
    raise TypeError(type(value).__name__)
