"""Sorting by several columns, by one number where they fit into it and one after the other where not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as of_numpy

from scoring.methods import sorting

SMALL = st.integers(-3, 3)
WIDE = st.integers(-(2**61), 2**61)


def columns_of(values):
    return st.integers(1, 12).flatmap(
        lambda rows: st.lists(of_numpy.arrays(np.int64, rows, elements=values), min_size=1, max_size=4)
    )


@given(
    columns_of(SMALL)
    | columns_of(WIDE)
    | columns_of(st.sampled_from([-(2**61), 0, 1, 2**61]))
    | columns_of(st.integers(2**63 - 9, 2**63 - 1))
    | columns_of(st.integers(-(2**63), -(2**63) + 9))
)
def test_rows_come_in_the_order_of_their_columns_and_equal_ones_as_they_were(columns):
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    order, begins = sorting.grouped(columns)
    assert order.tolist() == sorted(range(len(rows)), key=rows.__getitem__)
    along = [rows[at] for at in order]
    assert begins.tolist() == [along.index(row) for row in along]
    assert sorting.arranged(columns).tolist() == order.tolist()


def test_many_rows_are_put_together_piece_by_piece_and_not_mixed_up(monkeypatch):
    monkeypatch.setattr(sorting, "AT_ONCE", 3)
    one, other = np.array([2, 1, 2, 1, 0, 2, 1, 0]), np.array([-5, 7, -6, 7, 0, -5, 6, 0])
    order, begins = sorting.grouped([one, other])
    assert order.tolist() == [4, 7, 6, 1, 3, 2, 0, 5]
    assert begins.tolist() == [0, 0, 2, 3, 3, 5, 6, 6]


@pytest.mark.parametrize(("widest", "packed"), [(2**61 - 1, True), (2**61, False)])
def test_columns_are_packed_as_long_as_63_bits_hold_them_with_the_position(monkeypatch, widest, packed):
    asked = []
    monkeypatch.setattr(
        sorting, "_by_each", lambda columns: asked.append(columns) or (np.arange(4), np.arange(4))
    )
    order, _ = sorting.grouped([np.array([widest, 0, 0, widest])])
    assert bool(asked) is not packed
    assert order.tolist() == ([1, 2, 0, 3] if packed else [0, 1, 2, 3])


def test_the_room_of_a_sort_is_what_the_positions_of_its_rows_leave():
    assert [sorting.room(rows) for rows in (0, 1, 2, 3, 1024, 1025)] == [63, 63, 62, 61, 53, 52]
    assert sorting.bits(np.array([-4, 3])) == 3
    assert sorting.bits(np.array([7, 7])) == 0
    assert sorting.bits(np.zeros(0, np.int64)) == 0


def test_values_are_counted_from_the_smallest_so_that_large_ones_do_not_leave_64_bits():
    """Three rows leave 61 bits above their position, which the values themselves would pass."""
    assert sorting.arranged([np.array([2**60 + 1, 2**60 - 1, 2**60])]).tolist() == [1, 2, 0]


def test_no_rows_give_no_rows_as_positions():
    for part in sorting.grouped([np.zeros(0, np.int64)]):
        assert (part.tolist(), part.dtype) == ([], np.dtype(np.int64))
