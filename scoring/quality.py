"""Quality: what is asked, on which scale, and the points that a mark earns.

Weights in hundredths of a point; marks in whole steps; points in units of 10^-places, rounded half up for
each question, and quality is the sum of the rounded points.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from scoring import exact
from scoring.exact import AT_ONCE, Integers, plain
from scoring.reading import Fields, Reader

Marks = npt.NDArray[np.int16]
UNMARKED: Final = -1
"""A question of the bid's lot that has no mark."""
NOT_ASKED: Final = -2
"""A question that the bid's lot does not ask."""


@dataclass(frozen=True)
class Scale:
    """The lowest and the highest mark; each whole step between them is a mark."""

    lowest: int
    highest: int


@dataclass(frozen=True)
class Question:
    """A quality question; weight in hundredths of a point, minimum in marks, lots None where all ask it."""

    id: str
    title: str
    weight: int
    minimum: int | None
    lots: frozenset[str] | None

    def asked_in(self, lot: str) -> bool:
        """Say whether bids for the lot are marked on this question."""
        return self.lots is None or lot in self.lots


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
            found |= marks[row].view(np.uint16) < question.minimum  # without its sign, no mark is a high one
    return found


def reaches(quality: Integers, minimum: int, weight: int, places: int) -> npt.NDArray[np.bool_]:
    """Say for each bid whether its printed quality is at least `minimum` of the quality weight.

    quality / 10^places >= weight / 100 x minimum / 10,000, multiplied out: about 10^12 on either side.
    """
    needed = np.int64(minimum * weight * 10**places)
    reached: npt.NDArray[np.bool_] = quality * 1_000_000 >= needed
    return reached


def read_scale(rules: Fields) -> Scale | None:
    """Read `rules.marks`."""
    fields = rules.entry("marks", ("lowest", "highest"))
    if fields is None:
        return None
    lowest = fields.whole("lowest", 0, exact.HIGHEST_MARK)
    highest = fields.whole("highest", 1, exact.HIGHEST_MARK)
    if lowest is None or highest is None:
        return None
    if lowest >= highest:
        rules.fault("marks", f"the lowest mark, {lowest}, must be below the highest, {highest}")
        return None
    return Scale(lowest, highest)


def read_questions(
    rules: Fields, scale: Scale | None, lots: Collection[str] | None
) -> tuple[Question, ...] | None:
    """Read `rules.questions`; None where one of them could not be read."""
    found: list[Question] = []
    places: list[tuple[str | None, str]] = []
    listed = rules.entries("questions", exact.MOST_QUESTIONS, ("id", "title", "weight"), ("minimum", "lots"))
    for fields in listed:
        identifier, title = fields.identifier("id"), fields.text("title")
        weight = fields.decimal("weight", 0, 10_000)
        lowest, highest = (scale.lowest, scale.highest) if scale is not None else (0, exact.HIGHEST_MARK)
        minimum = fields.whole("minimum", lowest, highest)
        named = fields.lots("lots", lots)
        places.append((identifier, fields.at("id")))
        if identifier is not None and title is not None and weight is not None:
            asked = None if named is None else frozenset(named)
            found.append(Question(identifier, title, weight, minimum, asked))
    rules.reader.unique(places, "question")
    readable = isinstance(rules.values.get("questions"), list) and len(found) == len(listed)
    return tuple(found) if readable else None


def hold_to_decimals(reader: Reader, questions: Sequence[Question], places: int) -> None:
    """Refuse a weight finer than the scores: rounded, full marks would earn more than the weight, or less."""
    for at, question in enumerate(questions):
        if question.weight % 10 ** max(2 - places, 0):
            needed = 1 if question.weight % 10 == 0 else 2
            reader.fault(
                f"rules.questions[{at}].weight",
                f"{plain(question.weight)} has more decimals than a score, which has {places}, so full marks"
                f" would not come to the weight; write it with fewer, or set rules.places to {needed}",
            )


def hold_to_weight(
    reader: Reader, questions: Sequence[Question], quality: int, lots: Collection[str] | None
) -> None:
    """Hold the questions of every lot to the quality weight; where lots are not known, of those they name."""
    common = sum(question.weight for question in questions if question.lots is None)
    special: dict[str, int] = {}
    for question in questions:
        for lot in question.lots or ():
            special[lot] = special.get(lot, 0) + question.weight
    sums = {lot: common + special.get(lot, 0) for lot in (sorted(special) if lots is None else lots)}
    if lots is None and not special:
        sums = {"": common}
    for lot, come_to in sums.items():
        if come_to != quality:
            where = f"in lot {lot} the weights" if lot else "the weights"
            reader.fault(
                "rules.questions",
                f"{where} come to {plain(come_to)}; they must come to the quality weight, {plain(quality)}",
            )
