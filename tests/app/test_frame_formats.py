"""How dates, money and hours are written."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tender.frame import formats


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (utc(2026, 11, 22, 17, 0), "22 November 2026 at 5pm GMT"),
        (utc(2026, 7, 1, 8, 5), "1 July 2026 at 9:05am BST"),
        (utc(2026, 12, 1, 12, 0), "1 December 2026 at midday GMT"),
        (utc(2026, 6, 30, 23, 0), "1 July 2026 at midnight BST"),
        (utc(2026, 1, 5, 0, 30), "5 January 2026 at 12:30am GMT"),
        (utc(2026, 1, 5, 12, 30, 59), "5 January 2026 at 12:30pm GMT"),
        (None, ""),
    ],
)
def test_moments_are_written_in_londons_time_with_the_zone(moment, written):
    assert formats.long_datetime(moment) == written


def test_receipts_give_the_second():
    assert formats.exact_datetime(utc(2026, 7, 1, 16, 0, 5)) == "1 July 2026 at 17:00:05 BST"


def test_dates_have_no_leading_nought():
    assert formats.long_date(date(2026, 3, 4)) == "4 March 2026"


@pytest.mark.parametrize(
    ("pence", "written"),
    [
        (1275, "£12.75"),
        (0, "£0.00"),
        (5, "£0.05"),
        (376451400, "£3,764,514.00"),
        (-1250, "−£12.50"),
        (None, ""),
    ],
)
def test_money_is_written_from_whole_pence(pence, written):
    assert formats.money(pence) == written


@pytest.mark.parametrize(
    ("pence", "written"),
    [(376451449, "£3,764,514"), (376451450, "£3,764,515"), (-1250, "−£13"), (None, "")],
)
def test_an_estimate_is_written_in_whole_pounds(pence, written):
    assert formats.estimate(pence) == written


@pytest.mark.parametrize(("text", "written"), [("3120", "3,120"), ("3120.5", "3,120.5"), ("37.25", "37.25")])
def test_a_number_of_a_record_is_written_with_commas(text, written):
    assert formats.grouped(text) == written


def test_money_that_is_not_whole_pence_is_a_fault():
    with pytest.raises(TypeError, match="whole number"):
        formats.money(12.75)


@pytest.mark.parametrize(
    ("hundredths", "written"), [(112800, "1,128"), (3750, "37.5"), (1, "0.01"), (-250, "−2.5"), (None, "")]
)
def test_hours_are_written_from_hundredths_without_needless_noughts(hundredths, written):
    assert formats.hundredths_as_text(hundredths) == written


def test_words_follow_their_number():
    assert [formats.plural(n, "lot") for n in (0, 1, 1200)] == ["0 lots", "1 lot", "1,200 lots"]
    assert formats.plural(2, "person", "people") == "2 people"


def test_a_list_reads_as_a_sentence():
    assert formats.sentence_list([]) == ""
    assert formats.sentence_list(["North"]) == "North"
    assert formats.sentence_list(["North", "East", "West"]) == "North, East and West"
