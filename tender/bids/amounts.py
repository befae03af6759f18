"""Money and hours as people type them. Exact: digits become whole numbers, never floats."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"([0-9]{1,7}|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{1,2}))?")


def hundredths(text: str) -> int | None:
    """`1,128` is 112800 and `37.5` is 3750; None where the text is no such number."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None or len(match[1]) > 9:
        return None
    return int(match[1].replace(",", "")) * 100 + int((match[2] or "").ljust(2, "0"))


def pence(text: str) -> int | None:
    """`£15.99`, `15.99`, `15.9` and `15` in pence; None where the text is no amount of money."""
    return hundredths(text.strip().removeprefix("£"))


def whole(text: str) -> int | None:
    """A whole number without sign, or None."""
    text = text.strip()
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None
