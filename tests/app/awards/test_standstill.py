"""Eight working days, counted from and including the day of the notice."""

from __future__ import annotations

from datetime import date

import pytest

from tender.awards.standstill import ends_on, is_working_day


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
