"""Texts that people type into a tender, held to what the record can keep."""

from __future__ import annotations

import re
from collections.abc import Callable

from lots import text as texts
from lots.refusal import Refusal
from scoring.reading.fields import Reader

_REFERENCE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9./-]{0,38}[A-Za-z0-9])?")


def line(text: str, field: str, name: str, longest: int) -> str:
    """One line that must say something. Raises Refusal on `field`, calling it `name`."""
    if "\n" in text.strip():
        raise Refusal(f"{_capital(name)} has a line break. Write it in one line", field)
    return _held(texts.line, text, field, name, longest, needed=True)


def one_line(text: str, field: str, name: str, longest: int) -> str:
    """One line as a record can hold it: as `line`, and nothing in it that cannot be seen."""
    text = line(text, field, name, longest)
    reader = Reader()
    if reader.identifier(text, name) is None:
        raise Refusal(f"{_capital(name)} {reader.faults[0].message}", field)
    return text


def prose(text: str, field: str, name: str, longest: int, *, needed: bool = True) -> str:
    """Some paragraphs. Line ends come out as `\\n`. Raises Refusal on `field`."""
    return _held(texts.prose, text, field, name, longest, needed=needed)


def _held(
    reading: Callable[[str], str], text: str, field: str, name: str, longest: int, *, needed: bool
) -> str:
    try:
        text = reading(text)
    except ValueError as error:
        raise Refusal(f"{_capital(name)} {error}", field) from error
    if not text and needed:
        raise Refusal(f"Enter {name}", field)
    if len(text) > longest:
        raise Refusal(f"{_capital(name)} has {len(text):,} characters; the limit is {longest:,}", field)
    return text


def reference(text: str) -> str:
    """A tender's reference: file names and commands contain it, so its characters are limited."""
    text = line(text, "reference", "a reference", 40).translate(texts.HYPHENS)
    if _REFERENCE.fullmatch(text) is None:
        raise Refusal(
            "Reference must be letters, digits, hyphens, dots and slashes, like LCC-2026-014", "reference"
        )
    return text


def email(text: str, field: str) -> str:
    """An address to write to, as it was typed. Raises Refusal on `field`."""
    text = line(text, field, "the email address of the contact", 254)
    name, _, host = text.partition("@")
    if not name or "." not in host.strip(".") or "@" in host or any(sign.isspace() for sign in text):
        message = "Enter an email address in the correct format, like name@example.com"
        raise Refusal(message, field)
    return text


def _capital(name: str) -> str:
    name = name.removeprefix("a ").removeprefix("an ").removeprefix("the ")
    return name[:1].upper() + name[1:]
