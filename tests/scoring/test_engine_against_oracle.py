"""The engine gives, figure for figure, what the oracle works out in exact fractions."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.scoring import oracle
from tests.scoring.allocation_records import result_of
from tests.scoring.close_calls import close_calls
from tests.scoring.evaluating import lots_of, rows
from tests.scoring.records import METHODS, NEAR_LIMITS, legal_records
from tests.scoring.wording import lots_in_words

LIMITED = ("lot limits", "several places")
JUDGED = ("decisions", "minimums")
FIGURES = ("state", "rank", "quality", "price", "total", "questions", "flags")


def engine_figures(record):
    """The engine's result in the oracle's terms: everything but the wording of reasons."""
    return [
        {
            "id": lot["id"],
            "ranking": {
                row["bidder"]: {key: row[key] for key in FIGURES} | {"flags": sorted(row["flags"])}
                for row in lot["ranking"]
            },
            "awards": [(award["bidder"], award["place"]) for award in lot["awards"]],
            "reserves": lot["reserves"],
            "passed_over": [passed["bidder"] for passed in lot["passed_over"]],
            "undecided": [(tie["places"], tie["bidders"]) for tie in lot.get("undecided", [])],
        }
        for lot in lots_of(record)
    ]


def assert_agreed(record):
    engine, expected = engine_figures(record), oracle.evaluate(record)
    assert engine == expected
    for lot, same in zip(engine, expected, strict=True):
        assert list(lot["ranking"]) == list(same["ranking"])


@given(legal_records())
def test_the_engine_agrees_with_the_oracle_on_every_figure_of_any_record(record):
    assert_agreed(record)


@pytest.mark.parametrize("method", METHODS)
@given(data=st.data())
def test_the_engine_agrees_with_the_oracle_for_each_price_method(method, data):
    assert_agreed(data.draw(legal_records(method=method)))


@given(close_calls())
def test_the_engine_agrees_with_the_oracle_where_totals_are_close(record):
    assert_agreed(record)


@given(legal_records(always=LIMITED))
def test_the_engine_agrees_with_the_oracle_under_limits(record):
    assert_agreed(record)


@given(legal_records(NEAR_LIMITS))
def test_the_engine_agrees_with_the_oracle_at_the_largest_magnitudes_a_record_may_have(record):
    assert_agreed(record)


def grounds(rules, bid, quality):
    """How often each phrase must stand in the reasons of a bid that is out of assessment."""
    price, whole = oracle.price_of(rules, bid), Fraction(rules["weights"]["quality"])
    limits = rules["price"]
    minimums = [(q["id"], q["minimum"]) for q in oracle.questions_of(rules, bid["lot"]) if "minimum" in q]
    least = whole * Fraction(rules.get("quality_minimum", "0")) / 100
    return {
        "is above the ceiling": price is not None and price > limits.get("ceiling_pence", price),
        "is below the floor": price is not None and price < limits.get("floor_pence", price),
        "below the minimum mark": sum(
            bid["marks"].get(q, least_mark) < least_mark for q, least_mark in minimums
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
    lowest_and_highest = sorted(range(len(names)), key=prices.__getitem__)
    for n in [*lowest_and_highest[:20], *lowest_and_highest[-20:], *generator.sample(range(len(names)), 40)]:
        exact = oracle.rounded(oracle.price_points(rules, prices[n], prices), 4)
        assert by_bidder[names[n]]["price"] == oracle.decimal_text(exact, 4)
        low = oracle.is_abnormally_low(rules, prices[n], prices[:n] + prices[n + 1 :])
        assert ("abnormally_low" in by_bidder[names[n]]["flags"]) == low


def corners(record):
    """What happens in a record, by the oracle."""
    rules = record["rules"]
    yield from (f"method {rules['price']['method']}", f"{rules['places']} decimals")
    yield from (f"tie key {key.partition(':')[0]}" for key in rules["ties"])
    if "lines" in rules["price"]:
        yield "price lines"
    for lot in oracle.evaluate(record):
        ranks = Counter(row["rank"] for row in lot["ranking"].values() if row["rank"])
        yield "no bid ranked" if not ranks else "four bids ranked" if ranks.total() > 3 else "a few ranked"
        yield "a shared rank" if max(ranks.values(), default=0) > 1 else "no shared rank"
        parts = {(row["total"], row["quality"]) for row in lot["ranking"].values() if row["total"]}
        if len({total for total, _ in parts}) < len(parts):
            yield "equal totals of different parts"
        yield from (outcome for outcome in ("reserves", "passed_over", "undecided") if lot[outcome])
        yield from (f"awarded place {place}" for _, place in lot["awards"])
        for row in lot["ranking"].values():
            yield row["state"]
            yield from (f"flag {flag}" for flag in row["flags"])
            if row["price"] is not None and not row["price"].strip("0."):
                yield "no price points"
            if row["quality"] is None:
                yield "not fully marked"


def test_the_drawn_records_reach_every_corner_of_the_rules():
    seen = Counter()

    def look(record):
        seen.update(set(corners(record)))

    each = settings(max_examples=100, derandomize=True, database=None, phases=[Phase.generate])
    for kind in (legal_records(), close_calls(), legal_records(always=LIMITED), legal_records(always=JUDGED)):
        each(given(kind)(look))()
    expected = {
        *(f"method {method}" for method in METHODS),
        *(f"{places} decimals" for places in range(5)),
        *(f"tie key {key}" for key in ("quality", "price", "question", "draw")),
        *("ranked", "excluded", "condition_not_met", "procedural_breach", "abnormally_low"),
        *("below_minimum", "withdrawn", "flag unrated", "flag inadequate", "flag abnormally_low"),
        *("flag dormant", "flag suspended", "flag deregistered"),
        *("price lines", "no bid ranked", "a few ranked", "four bids ranked", "a shared rank"),
        "equal totals of different parts",
        *("reserves", "passed_over", "undecided", "not fully marked", "no price points"),
        *(f"awarded place {place}" for place in (1, 2, 3)),
    }
    assert expected <= seen.keys(), f"no record does this: {expected - seen.keys()}"
