"""What a forger puts into the fields of a form, and into the places of an address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tests.app.matrix.visitors import Part

Fields = Mapping[str, Sequence[str]]
"""A form's fields and the values that it would be sent with."""

PLAUSIBLE = "Carers arrive within ten minutes of the time agreed, as the rota of March shows."


def filled(fields: Fields) -> list[Part]:
    """The form as a patient person fills it: what is empty holds a sentence."""
    return [
        Part(name, (value or PLAUSIBLE).encode())
        for name, values in fields.items()
        for value in (values or [""])
    ]


def emptied(fields: Fields) -> list[Part]:
    return [Part(name, b"") for name in fields]


FORGED: dict[str, Callable[[str, Sequence[str]], list[Part]]] = {
    "a file in place of a text": lambda name, _: [Part(name, b"content", "content.txt")],
    "a file and a text": lambda name, values: [Part(name, b"x", "x.csv"), *_parts(name, values)],
    "a text in place of a file": lambda name, _: [Part(name, b"no file at all")],
    "twice": lambda name, values: [*_parts(name, values), *_parts(name, values)],
    "fifty times": lambda name, _: [Part(name, b"1")] * 50,
    "two parts of a date": lambda name, _: [Part(name, b"1"), Part(name, b"2")],
    "four parts of a date": lambda name, _: [Part(name, n) for n in (b"1", b"2", b"2026", b"4")],
    "no day of a calendar": lambda name, _: [Part(name, n) for n in (b"31", b"2", b"99999")],
    "a date of years with a sign": lambda name, _: [Part(name, n) for n in (b"1", b"1", b"-1")],
    "left out": lambda name, _: [],
    "empty": lambda name, _: [Part(name, b"")],
    "five thousand digits": lambda name, _: [Part(name, b"9" * 5000)],
    "more than 64 bits": lambda name, _: [Part(name, str(2**63).encode())],
    "more than 200 bits": lambda name, _: [Part(name, str(2**200).encode())],
    "below zero": lambda name, _: [Part(name, b"-1")],
    "nought": lambda name, _: [Part(name, b"0")],
    "digits of another script": lambda name, _: [Part(name, "²٣५".encode())],
    "a NUL": lambda name, _: [Part(name, b"a\0b")],
    "no UTF-8": lambda name, _: [Part(name, b"\xff\xfe\xed\xa0\x80")],
    "a lone surrogate": lambda name, _: [Part(name, b"a\xed\xa0\x80b")],
    "nothing that shows": lambda name, _: [Part(name, "\u200b\u2060\u00ad".encode())],
    "a long text": lambda name, _: [Part(name, b"word " * 20_000)],
    "not a number": lambda name, _: [Part(name, b"NaN")],
    "an exponent": lambda name, _: [Part(name, b"1e999999")],
    "markup": lambda name, _: [Part(name, b"{{7*7}}<script>'\"--")],
}
"""Each gives the parts that take a field's place."""


def forged(fields: Fields, name: str, how: str) -> list[Part]:
    """The form filled, with one field forged."""
    others = {other: values for other, values in fields.items() if other != name}
    return [*filled(others), *FORGED[how](name, fields[name])]


def all_forged(fields: Fields, how: str) -> list[Part]:
    return [part for name, values in fields.items() for part in FORGED[how](name, values)]


def _parts(name: str, values: Sequence[str]) -> list[Part]:
    return [Part(name, (value or PLAUSIBLE).encode()) for value in (values or [""])]


LONG = "9" * 5000
NOT_UTF8 = "%ED%A0%80"
IMPOSSIBLE = ("0", "-1", str(2**31), str(2**63), str(2**200), LONG, "text", "٣", "1%00", NOT_UTF8, "1.5")
"""For a place in an address where ids stand."""
STRANGE = ("none-such", "..", "%2e%2e", "x" * 5000, NOT_UTF8, "a%00b", LONG, "%F0%9F%92%A9", "-1", "'--")
"""For a place where codes stand."""

_NAMES = (
    "page",
    "search",
    "by",
    "show",
    "file",
    "onward",
    "next",
    "text",
    "action",
    "person",
    "since",
    "until",
)
QUERIES = [
    "&".join(f"{name}={value}" for name in _NAMES)
    for value in (
        LONG,
        "-1",
        "%00",
        NOT_UTF8,
        str(2**63),
        "%27%22%3C%3E",
        "",
        "x" * 3000,
        "31.2.2026",
        "%C2%B2",
    )
]
"""What follows the question mark: every name that any page reads, with a value that none expects."""
BODIES = [
    ("application/json", b'{"reason": {"a": 1}, "text": [1], "price": null, "seen": 1e400}'),
    ("application/json", b"[1, 2"),
    ("application/json", b"[" * 20_000),
    ("application/json", b"[]"),
    ("text/plain", b"reason=x"),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nnever ends'),
    (
        "multipart/form-data; boundary=x",
        b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--\r\n",
    ),
    ("application/x-www-form-urlencoded", b"&&=&=&%&%zz=%zz&a"),
    ("application/x-www-form-urlencoded", b"a=1&" * 20_000),
    ("application/x-www-form-urlencoded; charset=utf-7", b"reason=+ADw-"),
]
"""Content that no page of ours sends, with its type."""
