"""The catalogue gives the hours and values that the council's report states."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lots.catalogue import BANK, SERVICES, suggested_weight
from lots.catalogue.services import HOMECARE_HOURS_A_YEAR, PEOPLE_65_AND_OVER, shared_out
from lots.schedule import read_schedule, write_schedule


def test_reablement_at_the_set_price_comes_to_the_spend_that_was_reported_to_the_penny() -> None:
    reablement = SERVICES["reablement"].schedule
    assert reablement.yearly_value == 376_451_400
    assert sum(row.hours_per_week for row in reablement.rows) == 567_800
    assert {row.guide_price for row in reablement.rows} == {1_275}


def test_reablement_has_six_areas_a_set_price_and_quality_alone_decides() -> None:
    service = SERVICES["reablement"]
    assert len(service.schedule.rows) == 6
    assert (service.price_method, service.set_price, service.quality_weight) == ("fixed", 1_275, 10_000)


def test_crisis_hours_are_those_of_the_three_areas() -> None:
    rows = SERVICES["crisis"].schedule.rows
    assert {row.zone: row.hours_per_week for row in rows} == {
        "North": 36_000,
        "East": 57_500,
        "Central": 236_900,
    }


def test_homecare_has_the_twelve_districts_and_five_million_hours_a_year() -> None:
    rows = SERVICES["homecare"].schedule.rows
    assert [row.zone for row in rows] == sorted(PEOPLE_65_AND_OVER)
    assert len(rows) == 12
    a_week = sum(row.hours_per_week for row in rows)
    assert a_week == 9_615_400
    # no whole number of hours a week comes nearer to five million a year
    assert abs(a_week * 52 - HOMECARE_HOURS_A_YEAR * 100) <= 52 * 100 // 2


def test_homecare_hours_follow_the_number_of_people_over_65() -> None:
    rows = SERVICES["homecare"].schedule.rows
    people = sum(PEOPLE_65_AND_OVER.values())
    for row in rows:
        assert abs(row.hours_per_week // 100 * people - 96_154 * PEOPLE_65_AND_OVER[row.zone]) < people


def test_the_homecare_value_lies_within_the_spend_that_was_reported() -> None:
    assert 55_000_000_00 <= SERVICES["homecare"].schedule.yearly_value <= 60_000_000_00


@given(st.integers(0, 10**7), st.lists(st.integers(1, 10**6), min_size=1, max_size=40))
def test_shares_add_up_to_the_whole_and_are_within_one_of_their_proportion(
    total: int, weights: list[int]
) -> None:
    by = {str(place): weight for place, weight in enumerate(weights)}
    parts = shared_out(total, by)
    assert sum(parts.values()) == total
    for name, part in parts.items():
        assert abs(part * sum(weights) - total * by[name]) < sum(weights)


def test_the_bank_has_the_eight_topics_of_care_tenders() -> None:
    assert set(BANK) == {
        "safeguarding",
        "workforce",
        "continuity",
        "person_centred",
        "quality_assurance",
        "mobilisation",
        "hospital_discharge",
        "social_value",
    }
    for key, question in BANK.items():
        assert question.key == key
        assert question.title
        assert question.text.rstrip().endswith((".", "?"))
        assert question.criterion


@pytest.mark.parametrize("quality", [6_000, 5_000, 7_000, 10_000])
def test_the_whole_bank_weighs_what_quality_weighs(quality: int) -> None:
    assert sum(suggested_weight(key, quality) for key in BANK) == quality


@pytest.mark.parametrize("service", SERVICES)
def test_every_catalogue_schedule_can_be_downloaded_and_uploaded_again(service: str) -> None:
    schedule = SERVICES[service].schedule
    assert read_schedule("lots.csv", write_schedule(schedule)) == schedule
