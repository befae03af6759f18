"""The one byte sequence that stands for a JSON value (RFC 8785), so that a digest means the same anywhere."""

from __future__ import annotations

import hashlib
import json
import re

import rfc8785

from scoring.errors import ScoringError

LARGEST_INTEGER = 2**53 - 1
"""RFC 8785 limits JSON to the integers that every reader of JSON reads exactly (section 3.2.2.3)."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that would begin a line, move the cursor or reverse the reading order."""


class NotCanonical(ScoringError, ValueError):
    """A value has no canonical form; the message names the place and what is wrong there."""


def canonical_json(obj: object) -> bytes:
    """Return the RFC 8785 form of a JSON value: sorted keys, no spaces, UTF-8.

    Objects, arrays, strings, integers up to 2^53-1 either way, true, false and null. Floats are refused
    although RFC 8785 allows them: money, marks and scores are never floats, so one is always a mistake.
    Raises NotCanonical.
    """
    try:
        if _plain(obj):
            # Python's JSON differs from RFC 8785 only in the order of keys and in how floats are written.
            return _ENCODER.encode(obj).encode()
        _refuse(obj, "")
        return rfc8785.dumps(obj)  # type: ignore[arg-type]  # _refuse has just shown that it is JSON
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise NotCanonical(f"cannot be written as UTF-8 JSON: {error}") from error
    except RecursionError as error:
        raise NotCanonical("is nested too deeply, or contains itself") from error


def printed_json(obj: object) -> str:
    """Return JSON for people to read, with a line feed at its end: what the command line prints and the
    application keeps and hands out of a result, so that both are the same bytes."""
    lines = json.dumps(obj, sort_keys=True, indent=1, ensure_ascii=False).split("\n")
    return "".join(f"{visible(line)}\n" for line in lines)


def visible(line: str) -> str:
    """Escape invisible characters as JSON does, so that no text in a record can pass for a line of ours."""
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def sha256_of(obj: object) -> str:
    """Return the SHA-256 of the canonical form, as 64 lower-case hexadecimal digits. Raises NotCanonical."""
    return hashlib.sha256(canonical_json(obj)).hexdigest()


def _plain(value: object) -> bool:
    """Refuse an unsound value; say whether its keys have the same order by code point and by UTF-16 unit.

    Those orders differ only where characters from U+E000 on meet those that UTF-16 writes in two units.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return -LARGEST_INTEGER <= value <= LARGEST_INTEGER  # type: ignore[operator]
    if kind is dict:
        return all(
            type(key) is str and (key.isascii() or max(key) < "\ue000") and _plain(inner)
            for key, inner in value.items()  # type: ignore[attr-defined]
        )
    return (kind is list or kind is tuple) and all(map(_plain, value))  # type: ignore[call-overload]


def _refuse(value: object, place: str) -> None:
    if value is None or isinstance(value, (bool, str)):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise NotCanonical(f"{place or 'value'}: {value} is beyond 2^53-1; write it as a string")
        return
    if isinstance(value, float):
        raise NotCanonical(f"{place or 'value'}: {value!r} is a float; write a whole number or a string")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise NotCanonical(f"{place or 'value'}: the key {key!r} is not a string")
            _refuse(inner, f"{place}.{key}" if place else key)
        return
    if isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            _refuse(inner, f"{place}[{index}]")
        return
    raise NotCanonical(f"{place or 'value'}: {type(value).__name__} is not a JSON type")
