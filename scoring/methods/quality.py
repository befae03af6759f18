"""Quality: the points that each mark earns, and whether they reach the published minimums.

Weights in hundredths of a point; marks in whole steps; points in units of 10^-places, rounded half up for
each question, and quality is the sum of the rounded points.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from scoring import exact
from scoring.exact import AT_ONCE, Integers
from scoring.model.bids import UNMARKED, Marks
from scoring.model.rules import Question, Scale


def question_points(weight: int, mark: int, highest: int, places: int) -> int:
    """Return weight x mark / highest mark, rounded half up, in units of 10^-places points."""
    weighing, shift = exact.in_units(weight, places)
    return exact.half_up(weighing * mark, shift * highest)


def points_table(questions: Sequence[Question], scale: Scale, places: int) -> Integers:
    """Return the points of every mark on every question, [question, mark + 2], units of 10^-places.

    There are few marks, so a bid's points are looked up and not divided again. The two columns before mark 0
    stand for NOT_ASKED and UNMARKED, which earn nothing.
    """
    table = np.zeros((len(questions), scale.highest + 3), np.int64)
    for row, question in enumerate(questions):
        for mark in range(scale.highest + 1):
            table[row, mark + 2] = question_points(question.weight, mark, scale.highest, places)
    return table


def quality_points(table: Integers, marks: Marks) -> Integers:
    """Return each bid's quality, units of 10^-places; marks are [question, bid], and no mark adds nothing."""
    quality = np.zeros(marks.shape[1], np.int64)
    for start in range(0, len(quality), AT_ONCE):
        some = quality[start : start + AT_ONCE]
        for points, given in zip(table, marks[:, start : start + AT_ONCE], strict=True):
            some += points.take(given + 2)
    return quality


def unmarked(marks: Marks) -> npt.NDArray[np.bool_]:
    """Say for each bid whether any question that its lot asks has no mark; marks are [question, bid]."""
    found = np.zeros(marks.shape[1], np.bool_)
    for row in marks:
        found |= row == UNMARKED
    return found


def under_minimum(questions: Sequence[Question], marks: Marks) -> npt.NDArray[np.bool_]:
    """Say for each bid whether any mark is below its question's published minimum; no mark is not below."""
    found = np.zeros(marks.shape[1], np.bool_)
    for row, question in enumerate(questions):
        if question.minimum is not None:
            found |= marks[row].view(np.uint16) < question.minimum  # unsigned, a missing mark is a high one
    return found


def reaches(quality: Integers, minimum: int, weight: int, places: int) -> npt.NDArray[np.bool_]:
    """Say for each bid whether its printed quality is at least `minimum` of the quality weight.

    quality / 10^places >= weight / 100 x minimum / 10,000, multiplied out: about 10^12 on either side.
    """
    needed = np.int64(minimum * weight * 10**places)
    reached: npt.NDArray[np.bool_] = quality * 1_000_000 >= needed
    return reached
