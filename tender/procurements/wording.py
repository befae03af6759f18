"""Texts that people type into a tender, held to what the record can keep."""

from __future__ import annotations

import re

from lots.refusal import Refusal

_NOT_IN_A_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NOT_IN_A_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_REFERENCE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9./-]{0,38}[A-Za-z0-9])?")


def line(text: str, field: str, name: str, longest: int) -> str:
    """One line that must say something. Raises Refusal on `field`, calling it `name`."""
    text = text.strip()
    if not text:
        raise Refusal(f"Enter {name}", field)
    if len(text) > longest:
        raise Refusal(f"{_capital(name)} has {len(text):,} characters; the limit is {longest:,}", field)
    if _NOT_IN_A_LINE.search(text):
        raise Refusal(f"{_capital(name)} has a line break or a character that cannot be kept", field)
    return text


def prose(text: str, field: str, name: str, longest: int, *, needed: bool = True) -> str:
    """Some paragraphs. Line ends come out as `\\n`. Raises Refusal on `field`."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text and needed:
        raise Refusal(f"Enter {name}", field)
    if len(text) > longest:
        raise Refusal(f"{_capital(name)} has {len(text):,} characters; the limit is {longest:,}", field)
    if _NOT_IN_A_TEXT.search(text):
        raise Refusal(f"{_capital(name)} has a character that cannot be kept. Type it again", field)
    return text


def reference(text: str) -> str:
    """A tender's reference: file names and commands contain it, so its characters are limited."""
    text = line(text, "reference", "a reference", 40)
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
