"""Working days as the law counts them, by the bank holidays of `bank_holidays.json`.

The holidays are dated data with their sources, one-offs among them: which days they are is proclaimed from
year to year, and a rule that guesses them would end a standstill on a wrong day.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

UNITED_KINGDOM = ("england", "wales", "scotland", "northern_ireland")
"""Procurement Act 2023 s.123: a bank holiday in any of these parts is no working day."""
ENGLAND = ("england",)
"""Provider Selection Regime, SI 2023/1348 reg 12: England's alone."""
STANDSTILL = 8
"""Working days: Procurement Act 2023 s.51(2). A voluntary standstill, once stated, may not be shorter."""


NO_STANDSTILL = (
    "A claim made before the contract is signed will not stop the signing (Procurement Act 2023 s.101), and "
    "the contract can be set aside later if a breach showed only in the award notice (s.105(1)(d))."
)
"""What is lost where none is offered."""


class NotKnown(ValueError):
    """A year whose bank holidays are not in the data; the message is a sentence for people."""


def is_working_day(day: date, parts: tuple[str, ...] = UNITED_KINGDOM) -> bool:
    """No Saturday, no Sunday and no bank holiday in any of the parts. Raises NotKnown."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year, parts)


def last_known_year() -> int:
    return max(int(year) for year in _data()["years"])


def standstill_ends_on(notice_on: date) -> date:
    """Last day of the standstill: the eighth working day, the notice's day being the first if it is one.

    Contracts may be signed from the day after. Raises NotKnown.
    """
    return _working_day(notice_on, STANDSTILL, UNITED_KINGDOM)


def provider_selection_standstill_ends_on(notice_on: date) -> date:
    """Last day for representations under the Provider Selection Regime (reg 12): the standstill begins on the
    day after the notice, and this is the eighth of England's working days after that day. Raises NotKnown.

    Where representations come, the standstill goes on until they are answered and five working days longer.
    """
    return _working_day(notice_on + timedelta(days=2), STANDSTILL, ENGLAND)


def _working_day(first: date, number: int, parts: tuple[str, ...]) -> date:
    """The working day of that number, counted from and including `first`."""
    day, counted = first, int(is_working_day(first, parts))
    while counted < number:
        day += timedelta(days=1)
        counted += is_working_day(day, parts)
    return day


@cache
def _data() -> dict[str, dict[str, dict[str, list[str]]]]:
    text = files("lots").joinpath("bank_holidays.json").read_text(encoding="utf-8")
    data: dict[str, dict[str, dict[str, list[str]]]] = json.loads(text)
    return data


@cache
def _bank_holidays(year: int, parts: tuple[str, ...]) -> frozenset[date]:
    known = _data()["years"].get(str(year))
    if known is None:
        raise NotKnown(
            f"The bank holidays of {year} are not known to this version, which has them up to "
            f"{last_known_year()}. Working days are not guessed: ask whoever runs the service to update it."
        )
    return frozenset(date.fromisoformat(day) for part in parts for day in known[part])
