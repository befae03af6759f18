"""The integers hold at the limits that a record may reach, and beyond them it is refused by name."""

from __future__ import annotations

import random

import numpy as np
import pytest

from scoring import exact
from tests.scoring.record_example import example, faults, one_lot, result_of


def by_hand(weight, places, part, whole):
    return exact.half_up(weight * 10**places * part, 100 * whole)


@pytest.mark.parametrize("places", range(5))
@pytest.mark.parametrize("weight", [0, 1, 3333, 4000, 9999, 10_000])
def test_points_are_those_of_unbounded_integers_at_every_size(weight, places):
    generator = random.Random(weight * 10 + places)
    largest = exact.LARGEST_DIVISOR // exact.in_units(weight, places)[1]
    for size in (9, 10**4, 10**9, 10**13, largest // 100, largest):
        whole = [generator.randint(1, size) for _ in range(200)]
        part = [generator.randint(0, each) for each in whole]
        for edge in (0, 1, size // 2, size // 2 + 1, size - 1, size):
            whole.append(size)
            part.append(edge)
        given = exact.points(weight, places, np.array(part, np.int64), np.array(whole, np.int64))
        expected = [by_hand(weight, places, *pair) for pair in zip(part, whole, strict=True)]
        assert given.tolist() == expected
        assert given.dtype == np.int64


def test_a_share_beyond_the_proven_bound_is_refused_and_never_wraps():
    with pytest.raises(OverflowError):
        exact.points(4000, 0, np.array([1]), np.array([exact.LARGEST_DIVISOR // 100 + 1]))


def test_half_a_unit_goes_up_exactly():
    for whole in (2, 10**6, 2 * 10**16):
        part = np.array([whole // 2, whole // 2 - 1])
        # A weight of 0.01 at two decimals is one unit, so the share itself is rounded.
        assert exact.points(1, 2, part, np.array([whole, whole])).tolist() == [1, 0]


def test_the_bound_on_shares_covers_the_fullest_lot_at_the_highest_prices():
    most = exact.MOST_BIDDERS * exact.HIGHEST_PRICE
    assert 3 * most < 2**63
    assert 2 * most * 100 <= exact.LARGEST_DIVISOR
    assert 3 * exact.LARGEST_DIVISOR < 2**63
    assert 100 * exact.HIGHEST_PRICE * 100 <= exact.LARGEST_DIVISOR
    assert 10_000 * exact.HIGHEST_PRICE < 2**63
    assert exact.MOST_LOTS * exact.HIGHEST_HOURS < 2**62


@pytest.mark.parametrize("text", ["0", "60", "60.5", "60.50", "0.01", "999999999999.99"])
def test_decimal_texts_are_read_as_hundredths(text):
    whole, _, rest = text.partition(".")
    assert exact.hundredths(text) == int(whole) * 100 + int((rest + "00")[:2])


@pytest.mark.parametrize(
    "text",
    ["", " 1", "1 ", "+1", "-1", ".5", "5.", "1.234", "01", "1e3", "1,000", "٣", "NaN", "1\n", "½", "0x1"],
)
def test_a_text_that_is_no_decimal_with_two_places_is_not_read_as_hundredths(text):
    assert exact.hundredths(text) is None


@pytest.mark.parametrize(
    ("units", "places", "text"), [(1600, 2, "16.00"), (5, 2, "0.05"), (0, 4, "0.0000"), (38, 0, "38")]
)
def test_scores_are_written_with_all_their_decimals(units, places, text):
    assert exact.decimal(units, places) == text


def test_beyond_its_limits_a_record_is_refused_by_name():
    given = example()
    given["rules"]["questions"] = [{"id": f"Q{n}", "title": "T", "weight": "0"} for n in range(201)]
    given["lots"] = [given["lots"][0] | {"id": f"L{n}", "zone": f"Z{n}"} for n in range(10_001)]
    given["bids"] = [None] * 5_000_001
    found = faults(given)
    assert "rules.questions: has 201 entries; the limit is 200" in found
    assert "lots: has 10,001 entries; the limit is 10,000" in found
    assert "bids: has 5,000,001 entries; the limit is 5,000,000" in found
    given = example()
    given["bidders"] = [given["bidders"][0] | {"id": f"B{n}"} for n in range(100_001)]
    assert faults(given)[0] == "bidders: has 100,001 entries; the limit is 100,000"
    given = example()
    given["bids"][0]["price_pence"] = 100_000_000_001
    assert faults(given) == [
        "bids[0].price_pence: 100000000001 is above the highest allowed, 100,000,000,000 pence"
    ]


def floats_in(value, place="result"):
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in floats_in(inner, f"{place}.{key}")]
    if isinstance(value, (list, tuple)):
        return [found for at, inner in enumerate(value) for found in floats_in(inner, f"{place}[{at}]")]
    return [] if type(value) in (str, int, bool, type(None)) else [f"{place}: {type(value).__name__}"]


@pytest.mark.parametrize(
    "method", ["lowest_over_bid", "linear_from_lowest", "mean_difference", "between_limits", "fixed"]
)
def test_no_float_enters_a_result(method):
    limits = {"ceiling_pence": 9000, "floor_pence": 100} if method in ("between_limits", "fixed") else {}
    rules = {"price": {"method": method, **limits}, "abnormally_low": {"below_mean_percent": "15"}}
    result = result_of(one_lot(rules, [("B1", 3, 1501), ("B2", 4, 1700), ("B3", 5, 1999)]))
    assert floats_in(result.as_object()) == []
    columns = result.columns
    for column in (columns.table, columns.quality, columns.price, columns.total, result.order, result.ranks):
        assert column.dtype == np.int64


def test_every_price_of_an_empty_tender_is_no_trouble():
    given = example() | {"bids": []}
    assert [lot["ranking"] for lot in result_of(given).as_object()["lots"]] == [[], []]
    given["bidders"] = []
    assert result_of(given).as_object()["lots"][0]["awards"] == []
