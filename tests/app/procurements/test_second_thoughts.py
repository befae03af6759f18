"""Nonsense is pointed out before it is published, each kind with its mend."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from lots.tender import Lot, Tender
from tender.procurements.forms.fields import DayField, clock_time
from tender.procurements.second_thoughts import second_thoughts

NOW = datetime(2026, 11, 2, 10, tzinfo=UTC)


def doubts(**settings: object) -> list[str]:
    tender = Tender(
        **{
            "deadline": datetime(2026, 12, 8, 12, tzinfo=UTC), "description": "Homecare in three districts",
            "standstill_offered": True, **settings,
        }
    )  # fmt: skip
    tender.lots = [Lot(code="L1", position=1, zone="Wyre", guide_price=2_150)]
    return [doubt.message for doubt in second_thoughts(tender, NOW)]


def test_a_sound_tender_raises_no_doubts() -> None:
    assert doubts() == []
    assert doubts(ceiling=2_150, floor=2_000, quality_minimum=6_000) == []


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"ceiling": 1_000}, "The ceiling of £10.00 an hour is below the guide price of lot L1. Raise"),
        ({"floor": 3_000}, "is above the guide price of lot L1. Lower it"),
        ({"quality_minimum": 10_000}, "The minimum quality is 100%"),
        ({"description": "  "}, "The description is empty"),
        ({"standstill_offered": False}, "s.105(1)(d)). Offer eight working days."),
        ({"deadline": NOW + timedelta(hours=2)}, "only 2 hours away"),
        (
            {"deadline": datetime(2026, 12, 6, 12, tzinfo=UTC)},
            "on Sunday, 6 December 2026, which is no working",
        ),
        ({"deadline": datetime(2026, 12, 25, 12, tzinfo=UTC)}, "at Christmas or New Year"),
        (
            {"deadline": datetime(2027, 3, 26, 12, tzinfo=UTC)},
            "on Friday, 26 March 2027, which is no working",
        ),
        ({"deadline": datetime(9999, 12, 1, 12, tzinfo=UTC)}, "more than a year away. Check the year"),
    ],
)
def test_what_is_probably_a_slip_is_said_with_its_mend(settings: dict[str, object], told: str) -> None:
    (doubt,) = doubts(**settings)
    assert told in doubt


class Dated(Form):
    day = DayField("Deadline for bids")


def day_of(*parts: str) -> tuple[str, list[str]]:
    form = Dated(MultiDict([("day", part) for part in parts]))
    form.validate()
    return str(form.day.data), list(form.day.errors)


@pytest.mark.parametrize(
    "parts",
    [
        ("30", "4", "2027"),
        ("30", "04", "27"),
        ("30", "April", "2027"),
        ("30th", "apr", "27"),
        (" 30", "APR.", "2027"),
    ],
)
def test_a_date_is_read_as_people_write_it(parts: tuple[str, str, str]) -> None:
    assert day_of(*parts) == ("2027-04-30", [])


@pytest.mark.parametrize(
    "parts", [("31", "4", "2027"), ("30", "Aprik", "2027"), ("30", "4", "227"), ("x", "4", "27")]
)
def test_a_date_that_is_none_is_refused_by_its_name(parts: tuple[str, str, str]) -> None:
    shown, errors = day_of(*parts)
    assert shown == "None"
    assert errors == ["Deadline for bids must be a real date, like 30 11 2026"]


@pytest.mark.parametrize(
    "typed", ["12 noon", "noon", "Midday", "12 midday", "12:00", "12.00", "12pm", "12 p.m."]
)
def test_midday_is_read_as_people_write_it(typed: str) -> None:
    assert clock_time(typed) == time(12)


def test_five_in_the_afternoon_is_read_as_people_write_it() -> None:
    assert {clock_time(typed) for typed in ("5pm", "5 p.m.", "5.00 pm", "17:00", "5 o’clock pm")} == {
        time(17)
    }


@pytest.mark.parametrize("typed", ["midnight", "12 midnight"])
def test_midnight_is_refused_with_the_way_out(typed: str) -> None:
    with pytest.raises(ValueError, match="Enter 23:59 or 00:01"):
        clock_time(typed)
