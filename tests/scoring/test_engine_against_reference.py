"""The fast engine gives, figure for figure, what the reference works out in exact fractions."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import by_both, reference
from scoring.reference import scores
from scoring.reference.result import decimal_text
from tests.scoring.allocation_records import contests, result_of, short_of_hours
from tests.scoring.close_calls import close_calls
from tests.scoring.evaluating import lots_of, rows
from tests.scoring.records import ALLOCATIONS, METHODS, NEAR_LIMITS, legal_records
from tests.scoring.wording import lots_in_words


def assert_agreed(record):
    assert list(by_both.differences(lots_of(record), reference.evaluate(record))) == []


@given(legal_records())
def test_the_engine_agrees_with_the_reference_on_every_figure_of_any_record(record):
    assert_agreed(record)


@pytest.mark.parametrize("method", METHODS)
@given(data=st.data())
def test_the_engine_agrees_with_the_reference_for_each_price_method(method, data):
    assert_agreed(data.draw(legal_records(method=method)))


@given(close_calls())
def test_the_engine_agrees_with_the_reference_where_totals_are_close(record):
    assert_agreed(record)


@given(legal_records(always=["lot limits", "several places"]))
def test_the_engine_agrees_with_the_reference_under_limits(record):
    assert_agreed(record)


@pytest.mark.parametrize("allocation", ALLOCATIONS)
@given(data=st.data())
def test_the_engine_agrees_with_the_reference_where_every_limit_bites(allocation, data):
    assert_agreed(data.draw(contests(allocation)))


@pytest.mark.parametrize("allocation", ALLOCATIONS)
@given(data=st.data())
def test_the_engine_agrees_with_the_reference_where_hours_are_short(allocation, data):
    assert_agreed(data.draw(short_of_hours(allocation)))


@given(legal_records(NEAR_LIMITS))
def test_the_engine_agrees_with_the_reference_at_the_largest_magnitudes_a_record_may_have(record):
    assert_agreed(record)


def grounds(rules, bid, quality):
    """How often each phrase must stand in the reasons of a bid that is out of assessment."""
    price, whole = scores.price_of(rules, bid), Fraction(rules["weights"]["quality"])
    limits = rules["price"]
    minimums = [(q["id"], q["minimum"]) for q in scores.questions_of(rules, bid["lot"]) if "minimum" in q]
    least = whole * Fraction(rules.get("quality_minimum", "0")) / 100
    return {
        "is above the ceiling": price is not None and price > limits.get("ceiling_pence", price),
        "is below the floor": price is not None and price < limits.get("floor_pence", price),
        "below the minimum mark": sum(
            bid.get("marks", {}).get(q, least_mark) < least_mark for q, least_mark in minimums
        ),
        "quality is": quality is not None and Fraction(quality) < least,
    }


@given(legal_records(always=["minimums", "price limits"]))
def test_a_bid_out_of_assessment_is_told_every_ground_there_is_and_no_other(record):
    bids = {(bid["lot"], bid["bidder"]): bid for bid in record["bids"]}
    for lot in lots_in_words(result_of(record)):
        for row in lot["ranking"]:
            if row["state"] == "ranked":
                continue
            for phrase, times in grounds(
                record["rules"], bids[lot["id"], row["bidder"]], row["quality"]
            ).items():
                assert sum(phrase in reason for reason in row["reasons"]) == times, (row, phrase)


@pytest.mark.parametrize(
    ("method", "bids"),
    [("mean_difference", 100_000), ("linear_from_lowest", 2_000), ("lowest_over_bid", 2_000)],
)
def test_the_fullest_lot_at_the_highest_prices_is_scored_exactly(method, bids):
    """As many bids as a lot may have, of about £1 billion: where a sum or a product would first leave 64
    bits. Only the mean grows with the number of bids; the other methods are shown on fewer.
    """
    generator = random.Random(2026)
    names = [f"B{n}" for n in range(bids)]
    prices = [10**11 - generator.randrange(10 ** generator.randrange(1, 12)) for _ in names]
    rules = {
        "weights": {"quality": "0.01", "price": "99.99"},
        "marks": {"lowest": 0, "highest": 997},
        "questions": [{"id": "Q1", "title": "Safeguarding", "weight": "0.01"}],
        "price": {"method": method} | ({"slope": "99.99"} if method == "linear_from_lowest" else {}),
        "places": 4,
        "ties": [],
        "cqc": {"inadequate": "allow", "unrated": "allow"},
        "abnormally_low": {"below_mean_percent": "33.33", "below_next_percent": "0.01"},
        "allocation": {"method": "rank_order", "groups": []},
    }
    lot = {"id": "L1", "service": "homecare", "zone": "Wyre", "hours_per_week": "1", "weeks_per_year": 52}
    record = {
        "format": "evaluation/1",
        "rules": rules,
        "lots": [lot | {"places": 1}],
        "bidders": [{"id": name, "name": name, "cqc": []} for name in names],
        "bids": [
            {"bidder": name, "lot": "L1", "price_pence": price, "marks": {"Q1": 500}}
            for name, price in zip(names, prices, strict=True)
        ],
    }
    (result,) = lots_of(record)
    by_bidder = rows(result)
    in_order = sorted(prices)
    lowest_and_highest = sorted(range(len(names)), key=prices.__getitem__)
    for n in [*lowest_and_highest[:20], *lowest_and_highest[-20:], *generator.sample(range(len(names)), 40)]:
        exact = scores.rounded(scores.price_points(rules, prices[n], prices), 4)
        assert by_bidder[names[n]]["price"] == decimal_text(exact, 4)
        low = scores.is_abnormally_low(rules["abnormally_low"], prices[n], in_order)
        assert ("abnormally_low" in by_bidder[names[n]]["flags"]) == low
