"""Price scores as others have published them, replayed through whole records."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.scoring.record_example import one_lot, result_of, rows

CASES = Path(__file__).parents[1] / "data/prices/published_examples.json"


@pytest.fixture(scope="module")
def published():
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


def figures(record, *names):
    return {who: tuple(row[name] for name in names) for who, row in rows(record).items()}


def test_four_firms_in_a_best_value_table_of_eighty_to_twenty():
    """felp.ac.uk/content/assessment-method; its scale ends at the best mark that was given."""
    rules = {"weights": {"quality": "80", "price": "20"}, "marks": {"lowest": 0, "highest": 129}}
    bids = [("A", 123, 1_050_000), ("B", 126, 1_035_000), ("C", 129, 1_175_000), ("D", 117, 990_000)]
    assert figures(one_lot(rules, bids), "rank", "quality", "price", "total") == {
        "B": (1, "78.14", "19.13", "97.27"),
        "C": (2, "80.00", "16.85", "96.85"),
        "A": (3, "76.28", "18.86", "95.14"),
        "D": (4, "72.56", "20.00", "92.56"),
    }


def test_a_dearer_bid_that_wins_by_one_point_of_three_weighted_questions():
    """support-us.negometrix.com, "Low bid scoring formula"; marks of 60, 40 and 30 all brought to 60."""
    rules = {"weights": {"quality": "65", "price": "35"}, "marks": {"lowest": 0, "highest": 60}, "places": 0}
    given = one_lot(rules, [("A", 0, 1_000_000), ("B", 0, 800_000)])
    weights = {"Q1": "30", "Q2": "20", "Q3": "15"}
    given["rules"]["questions"] = [{"id": q, "title": q, "weight": w} for q, w in weights.items()]
    for bid, marks in zip(given["bids"], ([40, 45, 40], [32, 30, 44]), strict=True):
        bid["marks"] = dict(zip(weights, marks, strict=True))
    found = rows(given)
    assert [list(found[who]["questions"].values()) for who in "AB"] == [
        ["20", "15", "10"],
        ["16", "10", "11"],
    ]
    assert figures(given, "rank", "price", "total") == {"A": (1, "28", "73"), "B": (2, "35", "72")}


def test_quality_and_cost_at_sixty_to_forty_with_a_minimum_of_eighty():
    rules = {"marks": {"lowest": 0, "highest": 100}, "quality_minimum": "80"}
    bids = [("A", 85, 10_000_000), ("B", 92, 12_500_000), ("C", 88, 15_000_000), ("D", 79, 9_000_000)]
    assert figures(one_lot(rules, bids), "rank", "quality", "price", "total") == {
        "A": (1, "51.00", "40.00", "91.00"),
        "B": (2, "55.20", "32.00", "87.20"),
        "C": (3, "52.80", "26.67", "79.47"),
        "D": (None, "47.40", None, None),  # ours: what misses the minimum sets no yardstick
    }


def test_the_south_african_formula_for_eighty_points_of_price():
    """bidready.co.za, after the preferential procurement regulations: Ps = 80 x (1 - (Pt - Pmin) / Pmin)."""
    rules = {
        "weights": {"quality": "20", "price": "80"},
        "marks": {"lowest": 0, "highest": 20},
        "price": {"method": "linear_from_lowest"},
        "places": 0,
        "ties": [],
    }
    bids = [("A", 12, 100_000_000), ("B", 20, 110_000_000), ("C", 0, 120_000_000)]
    given = figures(one_lot(rules, bids), "rank", "price", "total")
    assert {who: price for who, (_, price, _) in given.items()} == {"A": "80", "B": "72", "C": "64"}
    assert (given["A"], given["B"][0]) == ((1, "80", "92"), 1)  # B has 92 as well, and shares the rank


def test_a_bid_half_way_between_the_limits_gets_half():
    """support.marketdojo.com, "Adding scoring to an event": £500 and £750 against £1,000."""
    limits = {"ceiling_pence": 100_000, "floor_pence": 50_000}
    given = price_points("between_limits", {"A": 50_000, "B": 75_000}, places=0, **limits)
    assert given == {"A": "100", "B": "50"}


def test_seven_prices_measured_by_the_mean_of_four():
    """m.doczj.com/doc/133390728.html: points about 60, ten above half the weight of 100."""
    printed = ["68.77", "66.98", "65.20", "63.45", "61.71", "60.00", "58.31"]
    for own, points in zip(range(39, 46), printed, strict=True):
        prices = {"own": 100 * own, "A": 4300, "B": 4400, "C": 4500}
        assert Decimal(price_points("mean_difference", prices)["own"]) + 10 == Decimal(points)


def test_the_published_examples_are_still_those_replayed_here(published):
    assert set(published) == {
        "dos_fixed_quote", "impactbids_60_40_price", "brodies_relative_price", "egov_qcbs_normalised_price",
        "linear_fixed_range", "linear_deviation_from_lowest", "cipfa_style_mean_50",
    }  # fmt: skip


def pence(pounds):
    return {who: int(amount) * 100 for who, amount in pounds.items()}


def test_the_reference_gives_the_fixed_quotes_as_published(published):
    case = published["dos_fixed_quote"]
    given = price_points("lowest_over_bid", pence(case["inputs"]["quotes_gbp"]), places=1)
    # Published as fractions to three places; of 100 points that is one place.
    assert given == {who: f"{value * 100:.1f}" for who, value in case["expected"]["price_fraction"].items()}


def test_the_reference_gives_the_care_sector_example_as_published(published):
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


def test_the_reference_gives_the_scottish_example_as_published(published):
    case = published["brodies_relative_price"]
    given = price_points("lowest_over_bid", pence(case["inputs"]["price"]), places=0)
    assert given == {who: str(value) for who, value in case["expected"]["percent_rounded_to_integer"].items()}


def test_the_reference_gives_the_quality_and_cost_example_as_published(published):
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
