"""How a file writes its days: decided once for the whole file, and never guessed row by row."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from tender.eligibility.ratings_files.refused import refuse

_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00:00(?:\.0+)?Z?)?")
_AMERICAN: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) 12:00:00 AM")
"""As the CQC's own table of locations with ratings has them: the month first."""
_SLASHED: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?: 0?0:00(?::00)?)?")

BRITISH: Final = "day first"
MONTH_FIRST: Final = "month first"


class Days:
    """The days of a file. What says itself in which order it is written is read at once; days as 04/01/2024
    are kept as they are until the whole file has been seen, and then read in the one order that fits all."""

    def __init__(self) -> None:
        self._orders = {BRITISH, MONTH_FIRST}
        self._examples: dict[str, str] = {}
        self._waiting = False

    def see(self, text: str) -> str | None:
        """The day in ISO form, the text itself where it must wait for `read`, None where it is no day."""
        if not text or text == "-":
            return ""
        plain = _ISO.fullmatch(text)
        if plain:
            return _iso(plain[1], plain[2], plain[3])
        american = _AMERICAN.fullmatch(text)
        if american:
            return _iso(american[3], american[1], american[2])
        slashed = _SLASHED.fullmatch(text)
        if slashed is None:
            return None
        fits = {
            order
            for order, (day, month) in (
                (BRITISH, (slashed[1], slashed[2])),
                (MONTH_FIRST, (slashed[2], slashed[1])),
            )
            if _iso(slashed[3], month, day)
        }
        if not fits:
            return None
        self._waiting = True
        for order in (BRITISH, MONTH_FIRST):
            if order not in fits:
                self._examples.setdefault(order, text)
        self._orders &= fits
        return text

    def decide(self) -> None:
        """Settle the order. Raises RatingsRefused where none fits every day, or more than one does."""
        if not self._waiting or len(self._orders) == 1:
            return
        if not self._orders:
            refuse(
                f"The file writes its days in two ways: {self._examples[MONTH_FIRST]} has the day first, and "
                f"{self._examples[BRITISH]} the month. {_MEND}"
            )
        refuse(
            "Nothing in the file says whether its days have the day first or the month: every one, "
            f"such as 04/01/2024, can be read both ways. {_MEND}"
        )

    def read(self, text: str) -> str:
        """The ISO form of what `see` gave, once the order is decided."""
        slashed = _SLASHED.fullmatch(text)
        if slashed is None:
            return text
        first, second, year = slashed.groups()
        day, month = (first, second) if BRITISH in self._orders else (second, first)
        return _iso(year, month, day) or ""


_MEND: Final = (
    "Take the file as the CQC publishes it, or have the spreadsheet write days as 2024-01-31 in every date "
    "column, and load it again."
)


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
