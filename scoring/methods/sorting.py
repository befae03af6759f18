"""Sorting rows by several columns of integers at once, fast, and always in the same order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from scoring.exact import AT_ONCE, Integers

_BITS: Final = 63
"""What an int64 holds besides its sign."""


def bits(column: Integers) -> int:
    """Return how many bits hold the difference between the smallest and the largest value of a column."""
    return _span(column)[1]


def _span(column: Integers) -> tuple[int, int]:
    """Return the smallest value of a column, and the bits that the differences from it need."""
    if len(column) == 0:
        return 0, 0
    lowest = int(column.min())
    return lowest, (int(column.max()) - lowest).bit_length()


def room(count: int) -> int:
    """Return how many bits one sort of `count` rows has for columns: all but those of a row's position."""
    return _BITS - max(count - 1, 0).bit_length()


def arranged(columns: Sequence[Integers]) -> Integers:
    """Return the positions of the rows by the first column, then the second, and so on, lowest first.

    Rows that are equal in every column stay in the order in which they are given.
    """
    return grouped(columns)[0]


def grouped(columns: Sequence[Integers]) -> tuple[Integers, Integers]:
    """Return (`arranged` positions; for each of those the index at which its run of equal rows begins).

    Where all columns and the position fit into one int64 together, that number is sorted: no two are alike,
    so an unstable sort, which is several times faster, leaves nothing to chance.
    """
    count, spans = len(columns[0]), [_span(column) for column in columns]
    if count == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    if sum(width for _, width in spans) > room(count):
        return _by_each(columns)
    position = (count - 1).bit_length()
    key = np.empty(count, np.int64)
    for start in range(0, count, AT_ONCE):
        some = key[start : start + AT_ONCE]
        some[:] = 0
        for column, (lowest, width) in zip(columns, spans, strict=True):
            some <<= width
            some += column[start : start + AT_ONCE]
            some -= lowest
        some <<= position
        some += np.arange(start, start + len(some))
    key.sort()
    differs = np.empty(count - 1, np.bool_)
    for start in range(0, count, AT_ONCE):  # the low bits of the key are the position
        some = key[start : start + AT_ONCE + 1] >> position
        np.not_equal(some[1:], some[:-1], out=differs[start : start + AT_ONCE])
        key[start : start + AT_ONCE] &= (1 << position) - 1
    return key, _starts(differs)


def turns(column: Integers) -> Integers:
    """Return each row's turn among its equals, from 0, where a column ascends."""
    found: Integers = np.arange(len(column)) - np.searchsorted(column, column)
    return found


def _by_each(columns: Sequence[Integers]) -> tuple[Integers, Integers]:
    order = np.lexsort(columns[::-1])
    differs = np.zeros(len(order) - 1, np.bool_)
    for column in columns:
        along = column[order]
        differs |= along[1:] != along[:-1]
    return order, _starts(differs)


def _starts(differs: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Integers:
    """Return for each row where its run begins, given which rows differ from the row before."""
    found = np.arange(len(differs) + 1)
    like_before = np.flatnonzero(~differs) + 1
    if len(like_before):
        begins = np.concatenate(([True], like_before[1:] != like_before[:-1] + 1))
        size = np.diff(np.append(np.flatnonzero(begins), len(like_before)))
        found[like_before] = np.repeat(like_before[begins] - 1, size)
    return found
