"""Whole-number programmes solved by HiGHS, and every answer checked again in Python's integers.

HiGHS works in floating point, so nothing that it says is believed: its answer is rounded, and then held to
every row and to its own claim in exact integers. That no answer is better, the caller shows by prices where
it can (`best_total_prices`); where it cannot, it rests on the solver's search, run to a gap of nothing.
Worths and coefficients are integers below 2^53, which floating point holds exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

Terms = Sequence[tuple[int, int]]
"""(row or column, coefficient) pairs."""

_NEAR: Final = 10**-9
"""So much of an optimum is taken for the solver's rounding, where no more than a hint is asked of it."""

_MOST_NODES: Final = 50_000
"""The search gives up by number, never by time, so that it ends alike on every machine."""


class NotSolved(ArithmeticError):
    """The solver gave no answer that bears checking; nothing is awarded by it."""


class Program:
    """Maximise worth under rows `least <= sum of coefficient x column <= most`; columns are 0 or 1."""

    def __init__(self, rows: Sequence[tuple[int, int]]) -> None:
        """Begin with rows given as (least, most), and no column."""
        self._bounds: list[tuple[int | None, int]] = list(rows)
        self._terms: list[list[tuple[int, int]]] = [[] for _ in rows]
        self._worth: list[int] = []
        self._lower: list[int] = []
        self._upper: list[int] = []
        import highspy  # here, because it takes a while, and most records are awarded without it

        self._highspy: Any = highspy
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (
            ("output_flag", False),
            ("threads", 1),
            (
                "presolve",
                "off",
            ),  # it may call a programme infeasible that is not: HiGHS issues 2303, 3090, 3296
            ("mip_rel_gap", 0),
            ("mip_abs_gap", 0),
            ("mip_max_nodes", _MOST_NODES),
        ):
            self._highs.setOptionValue(name, value)
        self._highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        none = np.zeros(0, np.int32)
        for least, most in rows:
            self._highs.addRow(least, most, 0, none, np.zeros(0))
        self._whole = False

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
        """Return the best 0 or 1 for each column. Raises NotSolved where none bears checking."""
        if not self._worth:
            return []
        if not self._whole:
            self._whole = True
            count = len(self._worth)
            kinds = np.full(count, int(self._highspy.HighsVarType.kInteger), np.uint8)
            self._highs.changeColsIntegrality(count, np.arange(count, dtype=np.int32), kinds)
        while True:
            self._run()
            found = np.rint(np.array(self._highs.getSolution().col_value)).astype(np.int64)
            values: list[int] = found.tolist()
            broken = self._broken(values)
            if broken is None:
                break
            # Within the solver's tolerance, but not within the row: these columns never go together.
            self.add_row([(column, 1) for column in broken], 0, len(broken) - 1)
        self._check(values)
        return values

    def _run(self) -> None:
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == self._highspy.HighsModelStatus.kSolutionLimit:
            info = self._highs.getInfo()
            reached, bound = info.objective_function_value, info.mip_dual_bound
            raise NotSolved(
                f"the search gave up after {_MOST_NODES:,} steps, between {reached:.0f} and {bound:.0f}:"
                " no allocation is proved the best, so none is awarded"
            )
        if status not in (
            self._highspy.HighsModelStatus.kOptimal,
            self._highspy.HighsModelStatus.kModelEmpty,
        ):
            raise NotSolved(f"the solver ended with: {self._highs.modelStatusToString(status)}")

    def _broken(self, values: Sequence[int]) -> list[int] | None:
        """Return columns that go beyond a row's most, whatever the others are; None where none do."""
        for terms, (_, most) in zip(self._terms, self._bounds, strict=True):
            taken = [(column, value) for column, value in terms if values[column]]
            if sum(value for _, value in taken) > most and all(value >= 0 for _, value in terms):
                return [column for column, value in taken if value]
        return None

    def _check(self, values: Sequence[int]) -> None:
        for value, lower, upper in zip(values, self._lower, self._upper, strict=True):
            if not lower <= value <= upper:
                raise NotSolved(f"a column was {value}; it may be {lower} to {upper}")
        for terms, (least, most) in zip(self._terms, self._bounds, strict=True):
            reached = sum(value * values[column] for column, value in terms)
            if reached > most or (least is not None and reached < least):
                raise NotSolved(f"a row comes to {reached}; it may be {least} to {most}")
        total = sum(worth * value for worth, value in zip(self._worth, values, strict=True))
        info = self._highs.getInfo()
        if total != round(info.objective_function_value) or info.mip_dual_bound >= total + 1:
            raise NotSolved(f"the solver claims {info.objective_function_value}; its answer comes to {total}")
