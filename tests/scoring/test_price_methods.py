"""The published price methods at their edges, and the rules about price."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.methods import price
from scoring.methods.price import METHODS
from scoring.methods.price_method import Prices
from scoring.model.rules import Terms
from scoring.reading.rules import check_rules
from tests.scoring.record_example import RULES, faults, one_lot, rows


def said(**rule):
    return [str(fault) for fault in check_rules(RULES | {"price": rule}, ["L1", "L2"])]


def points(prices, **rule):
    bids = [(f"B{n}", 3, pence) for n, pence in enumerate(prices)]
    found = rows(one_lot({"price": rule}, bids))
    return [found[f"B{n}"]["price"] for n in range(len(prices))]


def share(method, pence, terms=None):
    """The share of the weight that each price earns, as (part, whole), in one lot."""
    prices = np.array(pence)
    same = (np.full(len(pence), value) for value in (min(pence), sum(pence), len(pence)))
    part, whole = METHODS[method].earned(Prices(prices, *same), terms or Terms())
    return list(zip(part.tolist(), whole.tolist(), strict=True))


def test_the_methods_are_known_by_the_names_that_a_record_carries():
    assert {name: row.share.__name__ for name, row in METHODS.items()} == {name: name for name in METHODS}
    assert sorted(METHODS) == [
        "between_limits", "fixed", "linear_from_lowest", "lowest_over_bid", "mean_difference",
    ]  # fmt: skip


def test_a_price_half_as_dear_again_as_the_mean_earns_nothing_and_a_dearer_one_no_less():
    assert points([1, 3], method="mean_difference") == ["40.00", "0.00"]
    assert points([1, 1, 4], method="mean_difference") == ["40.00", "40.00", "0.00"]
    assert share("mean_difference", [1, 1, 4]) == [(12, 12), (12, 12), (0, 12)]


def test_a_price_less_than_half_the_mean_earns_the_whole_weight_and_no_more():
    assert share("mean_difference", [1, 99]) == [(200, 200), (0, 200)]


def test_twice_the_lowest_price_earns_nothing_by_linear_from_lowest_and_dearer_no_less():
    assert points([1000, 1999, 2000, 5000], method="linear_from_lowest") == ["40.00", "0.04", "0.00", "0.00"]
    assert points([1000, 1250], method="linear_from_lowest", slope="2") == ["40.00", "20.00"]


def test_a_price_beyond_the_limits_earns_what_the_limit_earns():
    terms = Terms(ceiling=1800, floor=1200)
    prices = [1199, 1200, 1500, 1800, 1801]
    assert share("between_limits", prices, terms) == [(600, 600), (600, 600), (300, 600), (0, 600), (0, 600)]


@pytest.mark.parametrize(
    ("ceiling", "floor"), [(None, None), (1800, None), (None, 1200), (1200, 1200), (1, 2)]
)
def test_between_limits_has_no_meaning_without_a_ceiling_above_a_floor(ceiling, floor):
    with pytest.raises(ValueError, match=r"^between_limits needs a ceiling above a floor$"):
        share("between_limits", [1500], Terms(ceiling=ceiling, floor=floor))


def test_every_bid_at_a_set_price_earns_the_whole_weight():
    found = rows(
        one_lot(
            {"price": {"method": "fixed", "ceiling_pence": 2450, "floor_pence": 2450}},
            [("B1", 3, 2450), ("B2", 4, 2450), ("B3", 5, 2451), ("B4", 5, 2449)],
        )
    )
    assert {who: (row["state"], row["price"]) for who, row in found.items()} == {
        "B1": ("ranked", "40.00"),
        "B2": ("ranked", "40.00"),
        "B3": ("procedural_breach", None),
        "B4": ("procedural_breach", None),
    }
    assert found["B3"]["reasons"] == ["price £24.51 is above the ceiling, £24.50"]


def test_a_set_price_is_required_unless_price_has_no_weight():
    assert said(method="fixed") == [
        "rules.price: fixed gives the weight to every bid that meets the set price, and there is none;"
        " give ceiling_pence, floor_pence or both, or a price weight of 0"
    ]
    for limit in ({"ceiling_pence": 2450}, {"floor_pence": 2450}):
        assert said(method="fixed", **limit) == []
    alone = RULES | {
        "weights": {"quality": "100", "price": "0"}, "price": {"method": "fixed"}, "ties": [],
        "questions": [{"id": "Q1", "title": "All", "weight": "100"}],
    }  # fmt: skip
    assert check_rules(alone) == []


def test_a_set_price_that_cannot_be_read_gives_one_fault_and_breeds_no_other():
    assert said(method="fixed", ceiling_pence=0) == [
        "rules.price.ceiling_pence: 0 is below the lowest allowed, 1 penny"
    ]


def test_a_block_contract_is_compared_by_its_whole_price_and_a_package_by_the_sum_of_its_lines():
    assert points([52_000_000, 65_000_000], method="lowest_over_bid") == ["40.00", "32.00"]
    given = one_lot({}, [("B1", 3, 1), ("B2", 3, 1)])
    lines = {"weekday": 70_000, "weekend": 20_000, "bank holiday": 800, "night": 9_200}
    given["rules"]["price"] = {
        "method": "lowest_over_bid",
        "lines": [{"id": name, "volume": hours} for name, hours in lines.items()],
    }
    asked = ({"weekday": 2000, "weekend": 2400, "bank holiday": 4000, "night": 2200},
             {"weekday": 2500, "weekend": 2400, "bank holiday": 4000, "night": 2200})  # fmt: skip
    for bid, prices in zip(given["bids"], asked, strict=True):
        del bid["price_pence"]
        bid["prices"] = prices
    totals = [sum(prices[name] * hours for name, hours in lines.items()) for prices in asked]
    assert totals == [211_440_000, 246_440_000]
    assert [row["price"] for row in rows(given).values()] == ["40.00", "34.32"]


@pytest.mark.parametrize("name", ["ceiling_pence", "floor_pence"])
def test_a_limit_is_a_price_of_a_penny_at_least_and_a_billion_pounds_at_most(name):
    assert said(method="lowest_over_bid", **{name: 1}) == []
    assert said(method="lowest_over_bid", **{name: 10**11}) == []
    assert said(method="lowest_over_bid", **{name: 0}) == [
        f"rules.price.{name}: 0 is below the lowest allowed, 1 penny"
    ]
    assert said(method="lowest_over_bid", **{name: 10**11 + 1}) == [
        f"rules.price.{name}: 100000000001 is above the highest allowed, 100,000,000,000 pence"
    ]


def test_a_slope_is_above_nought_and_at_most_a_hundred():
    for slope in ("0.01", "100"):
        assert said(method="linear_from_lowest", slope=slope) == []
    assert said(method="linear_from_lowest", slope="100.01") == [
        "rules.price.slope: 100.01 is above the highest allowed, 100"
    ]
    assert said(method="linear_from_lowest", slope="0") == [
        "rules.price.slope: 0 is below the lowest allowed, 0.01"
    ]


def test_a_line_without_its_volume_is_refused_and_the_bids_are_read_all_the_same():
    given = one_lot({}, [("B1", 3, 1)])
    given["rules"]["price"] = {
        "method": "lowest_over_bid",
        "lines": [{"id": "day"}, {"id": "night", "volume": 3}],
    }
    given["bids"][0] = {"bidder": "B1", "lot": "L1", "marks": {"Q1": 9}, "prices": {"day": 1, "night": 1}}
    found = faults(given)
    assert found[0] == "rules.price.lines[0].volume: is missing; a record must state it"
    assert "bids[0].marks.Q1: 9 is above the highest mark, 5" in found


def test_the_points_of_a_method_are_rounded_once_half_up():
    # 40 x 1/3 and 40 x 2/3
    prices = Prices(np.array([3000, 1500]), *(np.full(2, value) for value in (1000, 4500, 2)))
    assert price.points("lowest_over_bid", 4000, 2, prices, Terms()).tolist() == [1333, 2667]
