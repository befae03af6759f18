"""Which marks of the scale lie outside those that the evaluators gave."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tender.eligibility.to_mark import MarkScale
from tender.moderation.moderation_table import Moderated


@pytest.mark.parametrize(
    ("marks", "outside"),
    [
        ((2, 4), "below 2 or above 4"),
        ((3, 3), "below 3 or above 3"),
        ((0, 3), "above 3"),
        ((4, 5), "below 4"),
        ((0, 5), ""),
        ((), ""),
    ],
)
def test_a_mark_that_the_scale_does_not_have_is_not_called_outside(
    marks: tuple[int, ...], outside: str
) -> None:
    own: Any = tuple(SimpleNamespace(mark=mark) for mark in marks)
    nothing: Any = None
    row = Moderated(nothing, MarkScale(0, 5), own, (), (), (), None, (), {}, {})
    assert row.outside == outside
