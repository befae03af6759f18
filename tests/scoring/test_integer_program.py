"""Whole-number programmes: what the solver says is rounded, and held to every row, before it is believed."""

from __future__ import annotations

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.allocate.best_total.integer_program import GaveUp, NotSolved, Program, Steps


def knapsacks(generator, columns, rows, steps=None):
    """A programme with dense rows, that a search must branch on; and its rows."""
    program = Program([(0, 300)] * rows, steps)
    worths, uses = [], []
    for _ in range(columns):
        worths.append(generator.randint(50, 99))
        uses.append([generator.randint(5, 40) for _ in range(rows)])
        program.add_column(worths[-1], list(enumerate(uses[-1])))
    return program, worths, uses


@st.composite
def programmes(draw):
    """A few columns and rows, some with a least, or with coefficients below nought, and some columns held."""
    columns = draw(st.integers(1, 6))
    worths = draw(st.lists(st.integers(-3, 9), min_size=columns, max_size=columns))
    rows = draw(
        st.lists(
            st.tuples(
                st.lists(st.integers(-3, 6), min_size=columns, max_size=columns),
                st.none() | st.integers(-3, 2),
                st.integers(0, 8),
            ),
            max_size=4,
        )
    )
    held = draw(st.lists(st.sampled_from([None, None, 0, 1]), min_size=columns, max_size=columns))
    return worths, rows, held


@given(programmes())
def test_the_answer_is_the_best_of_all_that_keep_every_row(given_programme):
    worths, rows, held = given_programme
    program = Program([])
    for worth in worths:
        program.add_column(worth, [])
    for coefficients, least, most in rows:
        program.add_row(list(enumerate(coefficients)), least, most)
    for column, value in enumerate(held):
        if value is not None:
            (program.require if value else program.forbid)(column)
    possible = [
        sum(worth * value for worth, value in zip(worths, values, strict=True))
        for values in product((0, 1), repeat=len(worths))
        if all(fixed in (None, value) for fixed, value in zip(held, values, strict=True))
        and all(
            (-99 if least is None else least)
            <= sum(c * value for c, value in zip(coefficients, values, strict=True))
            <= most
            for coefficients, least, most in rows
        )
    ]
    if not possible:
        with pytest.raises(NotSolved, match="Infeasible"):
            program.solve()
        return
    values = program.solve()
    assert sum(worth * value for worth, value in zip(worths, values, strict=True)) == max(possible)


def test_worths_set_again_count_from_then_on():
    program = Program([(0, 1)])
    program.add_column(3, [(0, 1)])
    program.add_column(2, [(0, 1)])
    assert program.solve() == [1, 0]
    program.set_worth([2, 3])
    assert program.solve() == [0, 1]


def test_a_programme_without_columns_has_an_empty_answer():
    assert Program([(0, 1)]).solve() == []


def test_fractions_are_allowed_where_only_prices_are_asked_for():
    program = Program([(0, 1), (0, 1), (0, 1)])
    for rows in ((0, 1), (1, 2), (0, 2)):
        program.add_column(10, [(row, 1) for row in rows])
    assert program.relaxed(100) == (15, [500, 500, 500])
    assert sum(program.solve()) == 1
    with pytest.raises(NotSolved, match="solved in whole numbers already"):
        program.relaxed(100)


def test_an_answer_within_the_solvers_tolerance_but_beyond_a_row_is_cut_off():
    program = Program([(0, 10**9)])
    program.add_column(3, [(0, 5 * 10**8)])
    program.add_column(2, [(0, 5 * 10**8 + 1)])
    for tolerance in ("mip_feasibility_tolerance", "primal_feasibility_tolerance"):
        program._highs.setOptionValue(tolerance, 0.01)  # so sloppy that it lets both columns through
    assert program.solve() == [1, 0]
    assert len(program._bounds) == 2


def test_an_answer_beyond_a_row_with_a_negative_coefficient_is_cut_off(monkeypatch):
    """Two columns are a little too much, unless the third, which is worth less than nothing, is taken."""
    program = Program([(0, 10**9)])
    for worth, uses in ((3, 5 * 10**8), (2, 5 * 10**8 + 1), (-1, -1)):
        program.add_column(worth, [(0, uses)])
    for tolerance in ("mip_feasibility_tolerance", "primal_feasibility_tolerance"):
        program._highs.setOptionValue(tolerance, 0.01)
    assert program.solve() == [1, 1, 1]


def test_a_programme_without_an_answer_is_an_error_and_not_an_award():
    program = Program([(1, 1)])
    program.add_column(1, [])
    with pytest.raises(NotSolved, match="Infeasible"):
        program.solve()


def test_an_answer_outside_its_bounds_or_below_what_the_solver_says_is_possible_is_refused(monkeypatch):
    program = Program([(0, 1)])
    program.add_column(1, [(0, 1)])
    monkeypatch.setattr(program, "_run_whole", lambda: ([0], 1.0))
    with pytest.raises(NotSolved, match=r"finds no answer above 1\.0; its own comes to 0"):
        program.solve()
    monkeypatch.setattr(program, "_run_whole", lambda: ([1], 1.9))
    assert program.solve() == [1]
    program.forbid(0)
    with pytest.raises(NotSolved, match="a column was 1; it may be 0 to 0"):
        program.solve()


def test_the_search_gives_up_by_number_of_steps_with_an_answer_that_keeps_every_row():
    program, worths, uses = knapsacks(random.Random(2026), 60, 20, Steps(300))
    with pytest.raises(GaveUp, match="no allocation is proved the best, so none is awarded") as given_up:
        program.solve()
    values = given_up.value.values
    assert values is not None
    assert all(
        sum(use[row] for use, value in zip(uses, values, strict=True) if value) <= 300 for row in range(20)
    )
    assert sum(worth for worth, value in zip(worths, values, strict=True) if value) > 300


@pytest.mark.parametrize("values", [[], [1, 1], [0, 2], [0, 1]])
def test_an_answer_so_far_that_breaks_a_row_is_not_given(monkeypatch, values):
    program = Program([(0, 1)])
    program.add_column(1, [(0, 1)])
    program.add_column(1, [(0, 1)])
    program.forbid(1)
    monkeypatch.setattr(program, "_rounded", lambda: values)
    assert program._so_far() is None
    monkeypatch.setattr(program, "_rounded", lambda: [1, 0])
    assert program._so_far() == [1, 0]


def test_the_search_gives_up_at_the_same_answer_every_time():
    answers = []
    for _ in range(3):
        program, _, _ = knapsacks(random.Random(7), 60, 20, Steps(200))
        with pytest.raises(GaveUp) as given_up:
            program.solve()
        answers.append(given_up.value.values)
    assert answers[0] == answers[1] == answers[2]


def test_steps_are_shared_by_all_programmes_of_one_allocation():
    steps = Steps(3)
    for _ in range(3):
        program = Program([(0, 1)], steps)
        program.add_column(1, [(0, 1)])
        assert program.solve() == [1]
    program = Program([(0, 1)], steps)
    program.add_column(1, [(0, 1)])
    with pytest.raises(GaveUp):
        program.solve()
