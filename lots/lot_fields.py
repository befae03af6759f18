"""What each field of a lot may hold, as people type it or a spreadsheet has it.

The readers raise ValueError with a message that follows the field's name.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from lots import amounts
from lots.text import code as plain_code
from lots.text import line
from scoring import exact

CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,18}[A-Za-z0-9])?")
NOT_IN_A_GROUP = re.compile(r"[^\w '’‘&.,()–-]|_")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]")
_FORMULA = ("=", "+", "-", "@")

HIGHEST_PRICE = 100_000
"""Pence an hour."""


def lot_code(text: str) -> str:
    text = plain_code(text)
    if CODE.fullmatch(text) is None:
        raise ValueError(f"“{text[:40]}” must be 1 to 20 letters, digits and hyphens, as L1 or NORTH-2.")
    return text


def group_code(text: str) -> str:
    text = _name(text, 40)
    if wrong := NOT_IN_A_GROUP.search(text):
        raise ValueError(
            f"“{text}” holds “{wrong[0]}”. Use letters, digits, spaces and the signs - & ' ’ . , ( )"
        )
    return text


def zone_name(text: str) -> str:
    return _name(text, 100)


def _name(text: str, longest: int) -> str:
    text = line(text)
    if not text:
        raise ValueError("is empty. Fill it in.")
    if len(text) > longest:
        raise ValueError(f"has {len(text)} characters; the limit is {longest}.")
    if _CONTROL.search(text):
        raise ValueError("has a line break or a character that could not be read. Type it again.")
    if text.startswith(_FORMULA):
        raise ValueError(f"begins with “{text[0]}”, which spreadsheets take for a formula. Leave it out.")
    return text


def weekly_hours(text: str) -> int:
    """Hundredths of an hour from "1,128" or "37.5"."""
    number = amounts.hundredths(text)
    _refuse_decimals(text)
    return _within(text, number, exact.HIGHEST_HOURS, "hours, as 1128 or 37.5")


def hourly_price(text: str) -> int:
    """Pence from "12.75" or "£12.75"."""
    _refuse_decimals(text.removeprefix("£"))
    return _within(text, amounts.pence(text), HIGHEST_PRICE, "an amount in pounds, as 12.75")


def _refuse_decimals(text: str) -> None:
    """More decimals than are kept: the nearest number is offered and never taken by itself."""
    number = text.replace(",", "").strip()
    if re.fullmatch(r"[0-9]{1,12}\.[0-9]{3,20}", number):
        offered = Decimal(number).quantize(Decimal("0.01"), ROUND_HALF_UP)
        raise ValueError(
            f"“{text[:40]}” has more than two decimals. Did you mean {offered}? Enter it rounded."
        )


def _within(text: str, number: int | None, highest: int, form: str) -> int:
    if number is None:
        raise ValueError(f"“{text[:40]}” must be {form}, with at most two decimals.")
    if not 0 < number <= highest:
        raise ValueError(f"must be more than 0 and no more than {exact.plain(highest)}.")
    return number


def whole_number(text: str, lowest: int, highest: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and lowest <= int(text) <= highest):
        raise ValueError(f"“{text[:40]}” must be a whole number from {lowest} to {highest:,}.")
    return int(text)
