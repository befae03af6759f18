"""Money, hours and counts as people type them. Exact: digits become whole numbers, never floats."""

from __future__ import annotations

import re

from scoring import exact

_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")


def hundredths(text: str) -> int | None:
    """`1,128` is 112800 and `37.5` is 3750; None where the text is no such number."""
    text = text.strip()
    return exact.hundredths(text.replace(",", "") if _GROUPED.fullmatch(text) else text)


def pence(text: str) -> int | None:
    """`£15.99`, `15.99`, `15.9` and `15` in pence; None where the text is no amount of money."""
    return hundredths(text.strip().removeprefix("£"))


def whole_number(text: str) -> int | None:
    """A whole number without sign, or None."""
    text = text.strip()
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None
