"""Money, hours and counts as people type them. Exact: digits become whole numbers, never floats."""

from __future__ import annotations

import re

from lots.text import code
from scoring import exact

_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")


def hundredths(text: str) -> int | None:
    """`1,128` is 112800 and `37.5` is 3750; None where the text is no such number."""
    text = _plain(text)
    return exact.hundredths(text.replace(",", "") if _GROUPED.fullmatch(text) else text)


def pence(text: str) -> int | None:
    """`£15.99`, `15.99`, `15.9` and `15` in pence; None where the text is no amount of money."""
    return hundredths(_plain(text).removeprefix("£").strip())


def whole_number(text: str) -> int | None:
    """A whole number without sign, or None."""
    text = _plain(text)
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None


def _plain(text: str) -> str:
    """Without what does not show; "" for what no text can hold."""
    try:
        return code(text)
    except ValueError:
        return ""
