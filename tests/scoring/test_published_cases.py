"""Price scores as others have published them, replayed through whole records."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scoring.record_example import one_lot, result_of, rows

CASES = Path(__file__).parents[3] / "shared/data/scoring/worked_examples.json"


@pytest.fixture(scope="module")
def published():
    if not CASES.exists():
        pytest.skip("the folder of published price examples is not on this machine")
    return {case["id"]: case for case in json.loads(CASES.read_text())}


def price_points(method, prices, weight="100", places=2, **terms):
    """The points that each price earns in a lot of its own, by bidder; prices in pence."""
    quality = {"100": "0", "40": "60"}[weight]
    rules = {
        "weights": {"quality": quality, "price": weight},
        "price": {"method": method, **terms},
        "places": places,
    }
    return {
        who: row["price"] for who, row in rows(one_lot(rules, [(w, 0, p) for w, p in prices.items()])).items()
    }


def test_the_digital_marketplace_scores_fixed_quotes_by_lowest_over_quote():
    quotes = {"A": 1_500_000, "B": 1_000_000, "C": 3_000_000}
    assert price_points("lowest_over_bid", quotes, places=1) == {"A": "66.7", "B": "100.0", "C": "33.3"}


def test_a_care_sector_example_of_forty_points_for_price():
    quotes = {"1": 10_000, "2": 10_500, "3": 10_800}
    assert price_points("lowest_over_bid", quotes, "40", places=0) == {"1": "40", "2": "38", "3": "37"}


def test_a_scottish_example_of_relative_prices():
    quotes = {"A": 100_000_000, "B": 120_000_000, "C": 200_000_000}
    assert price_points("lowest_over_bid", quotes, places=0) == {"A": "100", "B": "83", "C": "50"}


def test_linear_between_limits_runs_from_everything_at_the_floor_to_nothing_at_the_ceiling():
    limits = {"ceiling_pence": 2000, "floor_pence": 1000}
    prices = {"floor": 1000, "middle": 1500, "ceiling": 2000}
    assert price_points("between_limits", prices, **limits) == {
        "floor": "100.00", "middle": "50.00", "ceiling": "0.00",
    }  # fmt: skip


def test_linear_from_the_lowest_loses_as_many_per_cent_as_the_price_is_dearer():
    prices = {"lowest": 1000, "25% dearer": 1250, "40% dearer": 1400, "twice": 2000, "thrice": 3000}
    assert price_points("linear_from_lowest", prices) == {
        "lowest": "100.00", "25% dearer": "75.00", "40% dearer": "60.00", "twice": "0.00", "thrice": "0.00",
    }  # fmt: skip


def test_the_mean_price_gets_half_and_each_per_cent_one_point():
    prices = {"mean": 1000, "10% below": 900, "10% above": 1100}
    assert price_points("mean_difference", prices) == {
        "mean": "50.00", "10% below": "60.00", "10% above": "40.00",
    }  # fmt: skip


def test_a_set_price_leaves_quality_to_decide():
    # Reablement at £12.75 an hour: everybody bids the set price.
    given = one_lot(
        {"price": {"method": "fixed", "ceiling_pence": 1275, "floor_pence": 1275}},
        [("B1", 4, 1275), ("B2", 5, 1275), ("B3", 5, 1276)],
    )
    assert {who: (row["state"], row["total"]) for who, row in rows(given).items()} == {
        "B2": ("ranked", "100.00"),
        "B1": ("ranked", "88.00"),
        "B3": ("procedural_breach", None),
    }


def test_the_published_examples_are_still_those_replayed_here(published):
    assert set(published) == {
        "dos_fixed_quote", "impactbids_60_40_price", "brodies_relative_price", "egov_qcbs_normalised_price",
        "linear_fixed_range", "linear_deviation_from_lowest", "cipfa_style_mean_50",
    }  # fmt: skip


def pence(pounds):
    return {who: int(amount) * 100 for who, amount in pounds.items()}


def test_the_fixed_quotes_as_published(published):
    case = published["dos_fixed_quote"]
    given = price_points("lowest_over_bid", pence(case["inputs"]["quotes_gbp"]), places=1)
    # Published as fractions to three places; of 100 points that is one place.
    assert given == {who: f"{value * 100:.1f}" for who, value in case["expected"]["price_fraction"].items()}


def test_the_care_sector_example_as_published(published):
    case = published["impactbids_60_40_price"]
    prices = pence(case["inputs"]["price"])
    whole = price_points("lowest_over_bid", prices, "40", places=0)
    assert whole == {
        who: str(value) for who, value in case["expected"]["price_points_rounded_to_integer"].items()
    }
    rules = {"price": {"method": "lowest_over_bid"}}
    result = result_of(one_lot(rules, [(who, 0, price) for who, price in prices.items()]))
    exact = {who: result.explain("L1", who)["price"].exact for who in prices}
    assert exact == case["expected"]["exact"]


def test_the_scottish_example_as_published(published):
    case = published["brodies_relative_price"]
    given = price_points("lowest_over_bid", pence(case["inputs"]["price"]), places=0)
    assert given == {who: str(value) for who, value in case["expected"]["percent_rounded_to_integer"].items()}


def test_the_quality_and_cost_based_example_as_published(published):
    case = published["egov_qcbs_normalised_price"]
    given = price_points("lowest_over_bid", pence(case["inputs"]["price_crore"]), places=1)
    assert given == {who: f"{value:.1f}" for who, value in case["expected"].items()}


def test_the_rules_published_without_figures(published):
    assert published["linear_fixed_range"]["expected"]["points"] == ["0", "WP"]
    limits = {"ceiling_pence": 2000, "floor_pence": 1000}
    assert price_points("between_limits", {"A": 2000, "B": 1000}, **limits) == {"A": "0.00", "B": "100.00"}
    dearer = published["linear_deviation_from_lowest"]
    prices = {"lowest": 10_000} | {
        str(p): 10_000 + 100 * p for p in dearer["inputs"]["price_over_lowest_pct"]
    }
    given = price_points("linear_from_lowest", prices, places=0)
    assert [given[str(p)] for p in dearer["inputs"]["price_over_lowest_pct"]] == [
        str(100 - loss) for loss in dearer["expected"]["score_loss_pct"]
    ]
    mean = published["cipfa_style_mean_50"]["expected"]
    given = price_points("mean_difference", {"0": 1000, "-10": 900, "+10": 1100}, places=0)
    assert [given[key] for key in ("0", "-10", "+10")] == [
        str(mean[key]) for key in ("price_equal_mean", "price_10pct_below_mean", "price_10pct_above_mean")
    ]
