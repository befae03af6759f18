"""Plain English for numbers and lists, so that page, PDF and command line have the same text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from scoring.exact import decimal, half_up, pounds

_SMALL: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SHOWN: Final = 4
"""Decimals shown beyond the rounded ones, so that the reader sees which way the rounding goes."""


def ordinal(number: int) -> str:
    """Return 1st, 2nd, 3rd, 4th, 11th, 21st."""
    if number % 100 in (11, 12, 13):
        return f"{number:,}th"
    return f"{number:,}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def counted(number: int, thing: str) -> str:
    """Return "one lot", "two lots", "12 lots"."""
    shown = _SMALL[number] if number < len(_SMALL) else f"{number:,}"
    return f"{shown} {thing}" if number == 1 else f"{shown} {thing}s"


def listed(items: Sequence[str], most: int = 6) -> str:
    """Return "A", "A and B", "A, B and C", or "A, B and 12 others" beyond `most`."""
    if len(items) > most:
        return f"{', '.join(items[: most - 1])} and {len(items) - most + 1} others"
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def rounded(numerator: int, denominator: int, places: int) -> str:
    """Write a fraction of 0 or more, rounded half up, with `places` decimals."""
    return decimal(half_up(numerator * 10**places, denominator), places)


def cut(numerator: int, denominator: int, places: int) -> str:
    """Write a fraction of 0 or more with a few more decimals than `places`, cut off and never rounded."""
    shown = places + _SHOWN
    return f"{decimal(numerator * 10**shown // denominator, shown)}…"


def mean_price(total: int, count: int) -> str:
    """Write the mean of prices in pence as money: "£12.75", or "£15.333333…" where it is no whole penny."""
    if total % count == 0:
        return pounds(total // count)
    whole, rest = cut(total, 100 * count, 2).split(".")
    return f"£{int(whole):,}.{rest}"


def equals(numerator: int, denominator: int, places: int, unit: str = " points") -> str:
    """Write "= 16.00 points", or where it was rounded "= 38.095238…, rounded half up to 38.10 points"."""
    published = rounded(numerator, denominator, places) + unit
    if numerator * 10**places % denominator == 0:
        return f"= {published}"
    return f"= {cut(numerator, denominator, places)}, rounded half up to {published}"
