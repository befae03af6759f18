"""How long contracts wait after the award notice."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays

WORKING_DAYS = 8
"""Procurement Act 2023 s.51(2). A voluntary standstill, once stated, may not be shorter (s.51(5))."""
PARTS = ("ENG", "WLS", "SCT", "NIR")
"""The parts of the United Kingdom, each with bank holidays of its own."""


def ends_on(notice_on: date) -> date:
    """The last day of the standstill: the eighth working day, counted from and including the notice's day.

    A notice on a day that is no working day begins the count with the next that is one. Contracts may be
    signed from the day after.
    """
    day, counted = notice_on, int(is_working_day(notice_on))
    while counted < WORKING_DAYS:
        day += timedelta(days=1)
        counted += is_working_day(day)
    return day


def is_working_day(day: date) -> bool:
    """No Saturday, no Sunday and no bank holiday in any part of the United Kingdom (s.123(2)): a day that is
    one in Scotland or Northern Ireland alone does not count in England either.
    """
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


@lru_cache(maxsize=32)
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(
        day for part in PARTS for day in holidays.country_holidays("GB", subdiv=part, years=year)
    )
