"""Eight working days, counted from and including the day of the notice."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest

from lots.working_days import (
    ENGLAND,
    UNITED_KINGDOM,
    NotKnown,
    is_working_day,
    last_known_year,
    provider_selection_standstill_ends_on,
)
from lots.working_days import standstill_ends_on as ends_on


@pytest.mark.parametrize(
    ("notice", "end"),
    [
        (date(2024, 12, 24), date(2025, 1, 8)),  # Christmas, Boxing Day, New Year and Scotland's 2 January
        (date(2026, 11, 23), date(2026, 12, 3)),  # over St Andrew's Day, a bank holiday in Scotland
        (date(2026, 11, 27), date(2026, 12, 9)),  # likewise, and over two weekends
        (date(2026, 11, 21), date(2026, 12, 3)),  # a Saturday counts from the Monday after
        (date(2026, 7, 28), date(2026, 8, 7)),  # over the first Monday in August, Scotland's
        (date(2027, 3, 25), date(2027, 4, 7)),  # Maundy Thursday: Good Friday and Easter Monday fall out
        (date(2027, 7, 9), date(2027, 7, 21)),  # over the Battle of the Boyne, Northern Ireland's
        (date(2027, 12, 24), date(2028, 1, 10)),  # Christmas on a Saturday moves to Monday and Tuesday
    ],
)
def test_the_standstill_ends_on_the_eighth_working_day(notice: date, end: date) -> None:
    assert ends_on(notice) == end


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 2),  # Scotland
        date(2026, 3, 17),  # Northern Ireland
        date(2026, 8, 3),  # Scotland
        date(2026, 8, 31),  # England, Wales and Northern Ireland
        date(2026, 11, 30),  # Scotland
        date(2027, 7, 12),  # Northern Ireland
    ],
)
def test_a_bank_holiday_in_any_part_of_the_united_kingdom_is_no_working_day(day: date) -> None:
    assert not is_working_day(day)


PARTS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern_ireland": "NIR"}


@pytest.mark.parametrize("part", UNITED_KINGDOM)
def test_the_dated_bank_holidays_are_those_that_a_library_works_out(part: str) -> None:
    for year in range(2024, last_known_year() + 1):
        worked_out = holidays.country_holidays("GB", subdiv=PARTS[part], years=year)
        day = date(year, 1, 1)
        while day.year == year:
            assert is_working_day(day, (part,)) == (day.weekday() < 5 and day not in worked_out), day
            day += timedelta(days=1)


def test_a_holiday_for_one_day_alone_counts() -> None:
    assert not is_working_day(date(2026, 6, 15))  # Scotland at the World Cup
    assert is_working_day(date(2026, 6, 15), ENGLAND)


@pytest.mark.parametrize(
    ("notice", "end"),
    [
        (date(2026, 11, 2), date(2026, 11, 13)),  # a Monday: begins on Tuesday, and eight days after it
        (date(2026, 11, 27), date(2026, 12, 9)),  # a Friday: Scotland's 30 November is a working day
        (date(2026, 12, 18), date(2027, 1, 4)),  # over Christmas and New Year, not Scotland's 4 January
        (date(2026, 7, 9), date(2026, 7, 22)),  # over the Battle of the Boyne, which England has not
    ],
)
def test_the_provider_selection_regime_counts_englands_working_days_from_the_day_after(
    notice: date, end: date
) -> None:
    assert provider_selection_standstill_ends_on(notice) == end


def test_beyond_the_last_known_year_nothing_is_guessed() -> None:
    last = last_known_year()
    assert ends_on(date(last, 11, 1))
    for notice in (date(last, 12, 22), date(last + 1, 5, 1), date(2023, 5, 1)):
        with pytest.raises(NotKnown, match="not known to this version"):
            ends_on(notice)
