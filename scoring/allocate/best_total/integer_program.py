"""Whole-number programmes solved by HiGHS, and every answer checked again in Python's integers.

HiGHS works in floating point, so nothing that it says is believed: its answer is rounded, and then held to
every row and to its own claim in exact integers. That no answer is better, the caller shows by prices where
it can (`best_total_market`); where it cannot, it rests on the solver's search, run to a gap of nothing.
Worths and coefficients are integers below 2^53, which floating point holds exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from scoring.errors import ScoringError

Terms = Sequence[tuple[int, int]]
"""(row or column, coefficient) pairs."""

_NEAR: Final = 10**-9
"""So much of an optimum is taken for the solver's rounding, where no more than a hint is asked of it."""

MOST_STEPS: Final = 1_000
"""The search gives up by number, never by time, so that it ends alike on every machine."""
_WHOLE: Final = 10**-6
"""So near to a whole number, a value is taken for it, and the answer is held to every row as such."""
_ITERATIONS: Final = 1_000
"""So many iterations of the simplex method count as a step; in a search each look at its limits is one."""


class NotSolved(ScoringError, ArithmeticError):
    """The solver gave no answer that bears checking; nothing is awarded by it."""


class SolverMissing(NotSolved):
    """HiGHS is not installed: few records are awarded by `best_total`, so it is an extra of the package."""

    def __init__(self) -> None:
        """Say what to type."""
        super().__init__(
            "this allocation needs the solver HiGHS, which is not installed. Type: make best-total, "
            "or pip install highspy"
        )


class GaveUp(NotSolved):
    """The steps were used up; `values` is the best answer so far, held to every row, or None."""

    def __init__(self, values: list[int] | None) -> None:
        """Keep the best answer so far."""
        super().__init__("the search gave up: no allocation is proved the best, so none is awarded")
        self.values = values


class Steps:
    """How many steps are left to all the programmes of one allocation."""

    def __init__(self, most: int | None = None) -> None:
        """Begin with as many as may be taken."""
        self.left = MOST_STEPS if most is None else most

    def take(self, steps: int = 1) -> bool:
        """Count some; say whether they are all used up."""
        self.left -= steps
        return self.left < 0


class Program:
    """Maximise worth under rows `least <= sum of coefficient x column <= most`; columns are 0 or 1."""

    def __init__(self, rows: Sequence[tuple[int, int]], steps: Steps | None = None) -> None:
        """Begin with rows given as (least, most), and no column."""
        self._steps = Steps() if steps is None else steps
        self._bounds: list[tuple[int | None, int]] = list(rows)
        self._terms: list[list[tuple[int, int]]] = [[] for _ in rows]
        self._worth: list[int] = []
        self._lower: list[int] = []
        self._upper: list[int] = []
        try:
            import highspy  # here, because it takes a while, and most records are awarded without it
        except ImportError:
            raise SolverMissing from None
        self._highspy: Any = highspy
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (
            ("output_flag", False),
            ("threads", 1),
            ("presolve", "off"),  # it may call infeasible what is not: HiGHS issues 2303, 3090, 3296
            ("mip_rel_gap", 0),
            ("mip_abs_gap", 0),
        ):
            self._highs.setOptionValue(name, value)
        self._highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        none = np.zeros(0, np.int32)
        for least, most in rows:
            self._highs.addRow(least, most, 0, none, np.zeros(0))
        self._whole = False
        self._highs.cbMipInterrupt.subscribe(self._look)

    def _look(self, event: Any) -> None:
        if self._steps.take():
            event.interrupt()

    def add_column(self, worth: int, terms: Terms) -> int:
        """Add a column and return its number."""
        number = len(self._worth)
        rows = np.array([row for row, _ in terms], np.int32)
        values = np.array([value for _, value in terms], np.float64)
        self._highs.addCol(worth, 0, 1, len(rows), rows, values)
        for row, value in terms:
            self._terms[row].append((number, value))
        self._worth.append(worth)
        self._lower.append(0)
        self._upper.append(1)
        self._whole = False
        return number

    def add_row(self, terms: Terms, least: int | None, most: int) -> None:
        """Add a row; `least` None where there is none."""
        columns = np.array([column for column, _ in terms], np.int32)
        values = np.array([value for _, value in terms], np.float64)
        lower = -self._highspy.kHighsInf if least is None else least
        self._highs.addRow(lower, most, len(columns), columns, values)
        self._terms.append(list(terms))
        self._bounds.append((least, most))

    def forbid(self, column: int) -> None:
        """Hold a column at 0."""
        if self._upper[column]:
            self._upper[column] = 0
            self._highs.changeColBounds(column, 0, 0)

    def require(self, column: int) -> None:
        """Hold a column at 1."""
        if not self._lower[column]:
            self._lower[column] = 1
            self._highs.changeColBounds(column, 1, 1)

    def set_worth(self, worth: Sequence[int]) -> None:
        """Say anew what each column is worth."""
        self._worth = list(worth)
        columns = np.arange(len(worth), dtype=np.int32)
        self._highs.changeColsCost(len(worth), columns, np.array(worth, np.float64))

    def relaxed(self, scale: int) -> tuple[int, list[int]]:
        """Solve with fractions allowed; return (the optimum, rounded down; each row's price x `scale`).

        Neither is exact: prices are suggestions, of which any that are not negative give a true bound.
        """
        if self._whole:
            raise NotSolved("this programme has been solved in whole numbers already")
        self._run()
        optimum = self._highs.getInfo().objective_function_value
        prices = np.rint(np.maximum(np.array(self._highs.getSolution().row_dual), 0) * scale)
        return int(np.floor(optimum + _NEAR * max(1, abs(optimum)))), prices.astype(np.int64).tolist()

    def solve(self) -> list[int]:
        """Return the best 0 or 1 for each column.

        Raises NotSolved where no answer bears checking, and GaveUp, which is one, where steps are used up.
        Fractions are allowed first: where none is taken, that answer is the best of whole ones too.
        """
        if not self._worth:
            return []
        if not self._whole:
            self._whole = True
            count = len(self._worth)
            kinds = np.full(count, int(self._highspy.HighsVarType.kInteger), np.uint8)
            self._highs.changeColsIntegrality(count, np.arange(count, dtype=np.int32), kinds)
        while True:
            values, bound = self._run_whole()
            cut = self._cut(values)
            if cut is None:
                self._check(values, bound)
                return values
            self.add_row(*cut)

    def _run_whole(self) -> tuple[list[int], float]:
        """Return the solver's answer, rounded, and what it says that no answer exceeds."""
        self._highs.setOptionValue("solve_relaxation", True)
        self._run()
        self._highs.setOptionValue("solve_relaxation", False)
        given = np.array(self._highs.getSolution().col_value)
        if bool((np.abs(given - np.rint(given)) <= _WHOLE).all()):
            return self._rounded(), self._highs.getInfo().objective_function_value
        self._run()
        return self._rounded(), self._highs.getInfo().mip_dual_bound

    def _rounded(self) -> list[int]:
        found: list[int] = np.rint(np.array(self._highs.getSolution().col_value)).astype(np.int64).tolist()
        return found

    def _run(self) -> None:
        self._highs.run()
        status, known = self._highs.getModelStatus(), self._highspy.HighsModelStatus
        iterations = max(0, self._highs.getInfo().simplex_iteration_count)
        if status == known.kInterrupt or self._steps.take(self._whole + iterations // _ITERATIONS):
            raise GaveUp(self._so_far() if self._whole else None)
        if status not in (known.kOptimal, known.kModelEmpty):
            raise NotSolved(f"the solver ended with: {self._highs.modelStatusToString(status)}")

    def _so_far(self) -> list[int] | None:
        """Return the best answer that the search had when it was given up, if it bears checking."""
        values = self._rounded()
        if len(values) != len(self._worth) or self._cut(values) is not None:
            return None
        return values if all(map(self._within, range(len(values)), values)) else None

    def _within(self, column: int, value: int) -> bool:
        return self._lower[column] <= value <= self._upper[column]

    def _cut(self, values: Sequence[int]) -> tuple[list[tuple[int, int]], None, int] | None:
        """Return a row that shuts out these values, for one that they break; None where they break none.

        They may be within the solver's tolerance and yet not within the row. Where nothing in the row
        counts against it, the columns at 1 never go together; otherwise not with the others at 0.
        """
        for terms, (least, most) in zip(self._terms, self._bounds, strict=True):
            reached = sum(value * values[column] for column, value in terms)
            if reached > most or (least is not None and reached < least):
                ones = [(column, 1) for column, value in terms if values[column] and value]
                against = [(column, -1) for column, _ in terms if not values[column]]
                if reached > most and all(value >= 0 for _, value in terms):
                    against = []
                return [*ones, *against], None, len(ones) - 1
        return None

    def _check(self, values: Sequence[int], bound: float) -> None:
        for column, value in enumerate(values):
            if not self._within(column, value):
                lower, upper = self._lower[column], self._upper[column]
                raise NotSolved(f"a column was {value}; it may be {lower} to {upper}")
        total = sum(worth * value for worth, value in zip(self._worth, values, strict=True))
        if bound >= total + 1 - _NEAR * max(1, abs(total)):
            raise NotSolved(f"the solver finds no answer above {bound}; its own comes to {total}")
