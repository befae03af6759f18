"""The one rounding of every score, held to fractions over all that its docstring allows."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scoring import exact
from tests.scoring import oracle


@st.composite
def shares(draw: st.DrawFn, largest: int) -> tuple[int, int]:
    """(part, whole), often near the largest, and often a half of something."""
    near = st.integers(largest - 10, largest)
    whole = draw(st.integers(1, 1000) | st.integers(1, largest) | near)
    part = draw(st.integers(0, whole) | st.sampled_from([0, whole // 2, whole - 1, whole]))
    return part, whole


@given(st.integers(0, 4), st.integers(0, 10_000), st.data())
def test_points_are_exact_to_the_last_integer_that_64_bits_hold(places, weight, data):
    largest = exact.LARGEST_DIVISOR // exact.in_units(weight, places)[1]
    drawn = data.draw(st.lists(shares(largest), min_size=1, max_size=4))
    parts, wholes = (np.array(column, np.int64) for column in zip(*drawn, strict=True))
    expected = [
        oracle.rounded(Fraction(weight, 100) * part / whole, places) * 10**places for part, whole in drawn
    ]
    assert exact.points(weight, places, parts, wholes).tolist() == expected


def test_an_empty_lot_has_no_points():
    assert exact.points(4000, 2, np.array([], np.int64), np.array([], np.int64)).tolist() == []
