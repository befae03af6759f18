"""The sets of lots that are worth most to one bidder, held to every set that there is."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.allocate.best_total import sets
from scoring.allocate.best_total.sets import TooMany, best_set, sets_within
from scoring.allocate.bidder_limits import BidderLimits, LotLimit

LOTS = range(6)


@st.composite
def limits(draw):
    """Limits over some of six lots: numbers of lots that may overlap, and hours or none."""
    lots = frozenset(draw(st.sets(st.sampled_from(LOTS))))
    caps = draw(
        st.lists(st.builds(LotLimit, st.frozensets(st.sampled_from(LOTS)), st.integers(1, 2)), max_size=3)
    )
    if draw(st.booleans()):
        caps.append(LotLimit(lots, draw(st.integers(1, 3))))
    hours = {lot: draw(st.integers(0, 4)) for lot in lots} if draw(st.booleans()) else {}
    return BidderLimits(lots, tuple(caps), hours, draw(st.integers(0, 9)))


WORTH = st.dictionaries(st.sampled_from(LOTS), st.integers(-2, 9))


def every_set(given_limits, worth):
    return [
        (sum(worth[lot] for lot in lots), frozenset(lots))
        for size in range(1, len(worth) + 1)
        for lots in combinations(worth, size)
        if given_limits.allow(lots)
    ]


@given(limits(), WORTH)
def test_the_best_set_is_worth_what_the_best_of_all_is_worth(given_limits, worth):
    value, lots = best_set(given_limits, worth)
    assert value == max([0, *(each for each, _ in every_set(given_limits, worth))])
    assert value == sum(worth[lot] for lot in lots)
    assert len(lots) == len(set(lots))
    assert all(worth[lot] > 0 for lot in lots)
    assert given_limits.allow(lots)


@given(limits(), WORTH, st.integers(-3, 20))
def test_every_set_within_a_margin_is_found_exactly_once(given_limits, worth, least):
    found = [frozenset(lots) for lots in sets_within(given_limits, worth, least, 1_000)]
    assert len(found) == len(set(found))
    assert set(found) == {lots for value, lots in every_set(given_limits, worth) if value >= least}


@given(limits(), WORTH, st.integers(-3, 20), st.integers(0, 5))
def test_the_search_for_sets_refuses_more_than_the_most_allowed(given_limits, worth, least, most):
    count = sum(value >= least for value, _ in every_set(given_limits, worth))
    if count <= most:
        assert len(sets_within(given_limits, worth, least, most)) == count
    else:
        with pytest.raises(TooMany):
            sets_within(given_limits, worth, least, most)


FREE = BidderLimits(frozenset(range(250)), (), {}, 0)


def test_the_search_gives_up_after_so_many_sets_and_keeps_the_best_so_far(monkeypatch):
    worth = {0: 5, 1: 4, 2: 3}  # four sets lead to the best: none, the first, two, and all three
    monkeypatch.setattr(sets, "STEPS", 4)
    assert best_set(FREE, worth) == (12, (0, 1, 2))
    monkeypatch.setattr(sets, "STEPS", 3)
    with pytest.raises(TooMany) as given_up:
        best_set(FREE, worth)
    assert given_up.value.best == (9, (0, 1))


def test_a_set_is_not_looked_at_where_what_is_left_could_not_better_it(monkeypatch):
    """By number: of twelve lots alike and room for two, two are found and the search ends."""
    monkeypatch.setattr(sets, "STEPS", 3)
    two = BidderLimits(frozenset(range(12)), (LotLimit(frozenset(range(12)), 2),), {}, 0)
    assert best_set(two, dict.fromkeys(range(12), 7))[0] == 14
    by_hours = BidderLimits(frozenset(range(12)), (), dict.fromkeys(range(12), 5), 10)
    assert best_set(by_hours, dict.fromkeys(range(12), 10))[0] == 20


def test_sets_of_more_lots_than_the_search_goes_deep_are_too_many():
    assert best_set(FREE, dict.fromkeys(range(200), 1)) == (200, tuple(range(200)))
    with pytest.raises(TooMany):
        best_set(FREE, dict.fromkeys(range(201), 1))


def test_lots_that_a_bidder_may_not_hold_at_all_are_in_no_set():
    only = BidderLimits(frozenset({1}), (), {}, 0)
    assert best_set(only, {0: 9, 1: 2}) == (2, (1,))
    assert sets_within(only, {0: 9, 1: 2}, 1, 10) == [(1,)]
