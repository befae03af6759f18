"""No float on the way to a figure, and nothing beyond 64 bits at the largest that a record may hold."""

from __future__ import annotations

import ast
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import scoring
from scoring import evaluation, exact
from scoring.methods import price, quality
from scoring.methods.price import METHODS
from scoring.methods.price_method import Prices
from scoring.model.rules import Terms
from scoring.reading import record
from tests.scoring.record_example import one_lot
from tests.scoring.records import NEAR_LIMITS, legal_records

ENGINE = Path(scoring.__file__).parent
MODULES = sorted(path for path in ENGINE.rglob("*.py") if "reference" not in path.relative_to(ENGINE).parts)
"""All but the reference, which divides exact fractions."""
MAY_NAME_A_FLOAT = {
    "integer_program": "the solver takes and gives floats; whatever it says is proved again in whole numbers",
    "faults": "names a float that it was given",
    "canonical": "refuses floats",
}
FLOATING = {
    "mean", "average", "std", "var", "median", "percentile", "quantile", "divide", "true_divide", "linspace",
    "sqrt", "log", "exp", "power",
}  # fmt: skip


def floats_in(source):
    """Where a module divides into a float, writes one, or names the type or something that returns it."""
    for node in ast.walk(ast.parse(source)):
        named = (
            node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        )
        divides = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
        written = isinstance(node, ast.Constant) and isinstance(node.value, float)
        returns = isinstance(node, ast.Attribute) and node.attr in FLOATING
        if divides or written or returns or named.startswith("float"):
            yield f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_module_on_the_way_to_a_figure_makes_a_float(path):
    found = list(floats_in(path.read_text()))
    if path.stem in MAY_NAME_A_FLOAT:
        assert found, f"{path.stem} has none any more; take it out of the list"
    else:
        assert found == []


@pytest.mark.parametrize(
    "line", ["x = 1 / 2", "x /= 2", "x = 0.5", "x = float(y)", "x = y.mean()", "x = y.astype(np.float64)"]
)
def test_a_float_that_crept_in_would_be_found(line):
    assert list(floats_in(line))


def inside(value, seen=()):
    """Every value in a result: columns, attributes, lists and all."""
    if isinstance(value, str | bytes | int | np.integer | float | np.floating | None):
        yield value
    elif isinstance(value, np.ndarray):
        assert value.dtype.kind in "biu", f"a column of {value.dtype}"
    elif isinstance(value, dict):
        yield from (each for key, one in value.items() for part in (key, one) for each in inside(part, seen))
    elif isinstance(value, list | tuple | set | frozenset | range):
        yield from (each for one in value for each in inside(one, seen))
    elif hasattr(value, "__dict__") and id(value) not in seen:
        yield from inside(vars(value), (*seen, id(value)))


def assert_whole(value):
    found = list(inside(value))
    assert found
    assert not [one for one in found if isinstance(one, float | np.floating)]


@given(legal_records() | legal_records(NEAR_LIMITS))
def test_no_float_enters_a_result_its_columns_or_its_working(given_record):
    read = record.from_object(given_record)
    result = scoring.evaluate(read)
    assert_whole(read)
    assert_whole(result)
    assert_whole(result.as_object())
    for lot in read.lots:
        for explained in result.explain_lot(lot.id):
            assert_whole(explained)


def test_a_float_in_a_result_would_be_found():
    with pytest.raises(AssertionError):
        assert_whole({"total": [1.0]})
    with pytest.raises(AssertionError, match="a column of float64"):
        assert_whole(np.zeros(2))


PENCE = st.integers(1, exact.HIGHEST_PRICE) | st.integers(exact.HIGHEST_PRICE - 9, exact.HIGHEST_PRICE)


@st.composite
def measured(draw):
    """A lot's lowest price, the sum and the number of its prices, and one of them: any lot that can be."""
    count = draw(st.integers(2, exact.MOST_BIDDERS) | st.just(exact.MOST_BIDDERS))
    lowest, one = sorted((draw(PENCE), draw(PENCE)))
    others = draw(st.integers(lowest, exact.HIGHEST_PRICE) | st.just(exact.HIGHEST_PRICE))
    return one, lowest, one + lowest + (count - 2) * others, count


def fair_share(method, terms, one, lowest, total, count):
    """The published formula in fractions."""
    mean = Fraction(total, count)
    share = {
        "lowest_over_bid": lambda: Fraction(lowest, one),
        "linear_from_lowest": lambda: 1 - Fraction(terms.slope, 100) * Fraction(one - lowest, lowest),
        "mean_difference": lambda: Fraction(1, 2) - (one - mean) / mean,
        "between_limits": lambda: Fraction(terms.ceiling - one, terms.ceiling - terms.floor),
        "fixed": lambda: Fraction(1),
    }[method]()
    return min(max(share, Fraction(0)), Fraction(1))


@pytest.mark.parametrize("method", METHODS)
@given(
    measured(), st.integers(1, 10_000), st.integers(1, exact.HIGHEST_PRICE - 1), st.integers(0, 10_000),
    st.integers(0, 4),
)  # fmt: skip
def test_every_price_method_is_exact_at_the_largest_that_a_record_may_hold(
    method, lot, slope, floor, weight, places
):
    terms = Terms(slope=slope, ceiling=exact.HIGHEST_PRICE, floor=floor)
    columns = Prices(*(np.array([value], np.int64) for value in lot))
    (part,), (whole,) = METHODS[method].earned(columns, terms)
    assert 0 <= part <= whole
    share = fair_share(method, terms, *lot)
    assert Fraction(int(part), int(whole)) == share
    exactly = share * weight * 10**places / 100
    rounded = (2 * exactly.numerator + exactly.denominator) // (2 * exactly.denominator)
    assert price.points(method, weight, places, columns, terms).tolist() == [rounded]


@given(st.integers(0, 10**6 + 200), st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 4))
def test_the_quality_minimum_is_exact_at_the_largest_that_a_record_may_hold(points, minimum, weight, places):
    needed = Fraction(weight, 100) * Fraction(minimum, 10_000)
    reached = quality.reaches(np.array([points]), minimum, weight, places).tolist()
    assert reached == [Fraction(points, 10**places) >= needed]


@given(
    st.lists(st.tuples(st.integers(0, 2), PENCE), min_size=1, max_size=7),
    st.none() | st.integers(0, 10_000),
    st.none() | st.integers(0, 10_000),
)
def test_what_is_abnormally_low_is_exact_at_the_largest_that_a_record_may_hold(bids, below_mean, below_next):
    lot, pence = (np.array(column, np.int64) for column in zip(*bids, strict=True))
    measure = evaluation.yardstick(lot, pence, 3)
    low = evaluation.abnormally_low(lot, pence, measure, below_mean, below_next).tolist()
    for at, (where, one) in enumerate(bids):
        others = [each for n, (there, each) in enumerate(bids) if there == where and n != at]
        expected = False
        if others and below_mean is not None:
            kept = Fraction(10_000 - below_mean, 10_000)
            expected = one <= Fraction(sum(others), len(others)) * kept
        after = [each for each in others if each >= one]
        if after and below_next is not None:
            expected = expected or one <= min(after) * Fraction(10_000 - below_next, 10_000)
        assert low[at] == expected


def test_a_hundred_thousand_prices_of_a_billion_pounds_are_summed_and_measured_exactly():
    count, highest = exact.MOST_BIDDERS, exact.HIGHEST_PRICE
    lot, pence = np.zeros(count, np.int64), np.full(count, highest)
    pence[0] = 1
    measure = evaluation.yardstick(lot, pence, 1)
    total = (count - 1) * highest + 1
    assert [measure.lowest.tolist(), measure.total.tolist(), measure.count.tolist()] == [
        [1],
        [total],
        [count],
    ]
    columns = Prices(pence[:2], *(np.full(2, value) for value in (1, total, count)))
    shares = [fair_share("mean_difference", Terms(), one, 1, total, count) for one in (1, highest)]
    expected = [(2 * 40_0000 * s.numerator + s.denominator) // (2 * s.denominator) for s in shares]
    assert price.points("mean_difference", 4_000, 4, columns, Terms()).tolist() == expected


def test_the_rounding_bit_by_bit_keeps_to_columns_of_64_bits():
    largest = np.array([exact.LARGEST_DIVISOR], np.int64)
    found = exact.points(10_000, 4, largest, largest)
    assert (found.dtype, found.tolist()) == (np.dtype(np.int64), [1_000_000])


def test_a_full_tender_at_the_limits_is_scored_to_the_last_penny():
    rules = {
        "weights": {"quality": "0.01", "price": "99.99"}, "places": 4, "price": {"method": "lowest_over_bid"},
    }  # fmt: skip
    highest = exact.HIGHEST_PRICE
    obj = one_lot(rules, [("B1", 0, highest - 1), ("B2", 0, highest)])
    obj["rules"]["questions"][0]["weight"] = "0.01"
    found = scoring.evaluate(record.from_object(obj)).as_object()["lots"][0]["ranking"]
    assert [row["price"] for row in found] == ["99.9900", "99.9900"]
    assert [row["rank"] for row in found] == [1, 1]


@pytest.mark.parametrize(
    ("hundredths", "written"),
    [(0, "0"), (1000, "10"), (6000, "60"), (1250, "12.5"), (1205, "12.05"), (5, "0.05")],
)
def test_a_number_of_hundredths_is_written_without_needless_noughts_and_read_back(hundredths, written):
    assert exact.plain(hundredths) == written
    assert exact.hundredths(written) == hundredths


def test_points_are_written_with_all_their_places_on_either_side_of_nought():
    assert [exact.decimal(units, 2) for units in (1600, 5, 0, -5, -1234)] == [
        "16.00", "0.05", "0.00", "-0.05", "-12.34",
    ]  # fmt: skip
    assert [exact.decimal(7, places) for places in (0, 1, 4)] == ["7", "0.7", "0.0007"]
