"""Eight working days, counted from and including the day of the notice."""

from __future__ import annotations

from datetime import date

import pytest

from tender.awards.standstill import ends_on, is_working_day


@pytest.mark.parametrize(
    ("notice", "end"),
    [
        (date(2024, 12, 24), date(2025, 1, 7)),  # Christmas, Boxing Day, two weekends and New Year between
        (date(2026, 11, 23), date(2026, 12, 2)),  # a Monday with no holiday in sight
        (date(2026, 11, 21), date(2026, 12, 2)),  # a Saturday counts from the Monday after
        (date(2027, 3, 25), date(2027, 4, 7)),  # Maundy Thursday: Good Friday and Easter Monday fall out
        (date(2027, 12, 24), date(2028, 1, 7)),  # Christmas on a Saturday moves to Monday and Tuesday
    ],
)
def test_the_standstill_ends_on_the_eighth_working_day(notice: date, end: date) -> None:
    assert ends_on(notice) == end


def test_bank_holidays_are_englands() -> None:
    assert is_working_day(date(2026, 11, 30))  # St Andrew's Day is Scotland's
    assert is_working_day(date(2026, 3, 17))  # St Patrick's Day is Northern Ireland's
    assert not is_working_day(date(2026, 8, 31))
