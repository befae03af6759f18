"""The one rounding of every score, held to fractions over all that its docstring allows."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import exact
from scoring.reference import scores


@st.composite
def shares(draw: st.DrawFn, weighing: int, largest: int) -> tuple[int, int]:
    """(part, whole), often near the largest, and often where twice weight x part just leaves 64 bits."""
    near = st.integers(largest - 10, largest)
    whole = draw(st.integers(1, 1000) | st.integers(1, largest) | near)
    edge = min(whole, (2**63 - 1) // max(2 * weighing, 1))
    part = draw(st.integers(0, whole) | st.integers(max(edge - 2, 0), edge) | st.sampled_from([0, whole]))
    return part, whole


@given(st.integers(0, 4), st.integers(0, 10_000), st.data())
def test_points_are_exact_to_the_last_integer_that_64_bits_hold(places, weight, data):
    weighing, shift = exact.in_units(weight, places)
    drawn = data.draw(
        st.lists(shares(weighing, exact.LARGEST_DIVISOR // shift), min_size=1, max_size=4), label="shares"
    )
    parts, wholes = (np.array(column, np.int64) for column in zip(*drawn, strict=True))
    expected = [
        scores.rounded(Fraction(weight, 100) * part / whole, places) * 10**places for part, whole in drawn
    ]
    assert exact.points(weight, places, parts, wholes).tolist() == expected


@pytest.mark.parametrize("half", [1, 5, 10**9, exact.LARGEST_DIVISOR // 2])
@pytest.mark.parametrize("weight", [1, 33, 9999])
def test_an_exact_half_goes_up_however_large_the_share(weight, half):
    parts, wholes = np.array([half], np.int64), np.array([2 * half], np.int64)
    assert exact.points(weight, 2, parts, wholes).tolist() == [(weight + 1) // 2]


@pytest.mark.parametrize("twentieths", [6, 7, 9, 10, 11, 13, 14])
def test_the_largest_shares_are_rounded_up_from_the_half_and_not_below_it(twentieths):
    """21 units of a share of so many twentieths are that number and as many twentieths of a unit more."""
    whole = np.array([exact.LARGEST_DIVISOR], np.int64)
    found = exact.points(21, 2, whole // 20 * twentieths, whole).tolist()
    assert found == [twentieths + (twentieths >= 10)]


def test_a_product_that_64_bits_hold_beside_a_divisor_that_they_do_not_is_exact():
    """Twice the weight times the share leaves 2 x 10^14 of 64 bits; a hundred times the share is more."""
    whole = np.array([(2**63 - 2 * 10**14) // 20_000], np.int64)
    assert exact.points(10_000, 0, whole, whole).tolist() == [100]


@pytest.mark.parametrize(("places", "largest"), [(4, 2 * 10**18), (2, 2 * 10**18), (0, 2 * 10**16)])
def test_a_share_that_64_bits_cannot_hold_is_refused_and_the_largest_that_fits_is_accepted(places, largest):
    part = np.array([largest], np.int64)
    assert exact.points(10_000, places, part, part).tolist() == [100 * 10**places]
    with pytest.raises(OverflowError, match="beyond what 64 bits hold"):
        exact.points(10_000, places, part, part + 1)


def test_an_empty_lot_has_no_points_and_a_column_of_integers_for_them():
    nothing = exact.points(4000, 2, np.array([], np.int64), np.array([], np.int64))
    assert (nothing.tolist(), nothing.dtype) == ([], np.dtype(np.int64))
