"""How large a drawn record may be, and from what figures it is made: small ones, and ones near the limits."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st


@dataclass(frozen=True)
class Space:
    """How large a record of this kind may be, and from what its figures are drawn."""

    lots: int
    bidders: int
    prices: st.SearchStrategy[int]
    line_prices: st.SearchStrategy[int]
    volumes: st.SearchStrategy[int]
    highest_marks: st.SearchStrategy[int]
    hours: st.SearchStrategy[str]
    slopes: st.SearchStrategy[str]


SMALL_PRICES = st.sampled_from([1, 2, 3, 7, 100, 200, 999, 1000, 1001, 1500, 1599, 2000]) | st.integers(
    1, 3000
)

SMALL = Space(
    lots=3,
    bidders=5,
    prices=SMALL_PRICES,
    line_prices=SMALL_PRICES,
    volumes=st.sampled_from([1, 2, 30, 70]),
    highest_marks=st.sampled_from([1, 2, 3, 4, 5, 8, 10]),
    hours=st.sampled_from(["1", "0.5", "10", "10.25", "100", "0"]),
    slopes=st.sampled_from(["0.5", "1", "2", "1.25"]),
)

HIGHEST_PRICE = 10**11  # pence, of a bid: with lines, three of 33 × 10^9 come just under it
NEAR_LIMITS = Space(
    lots=2,
    bidders=5,
    prices=st.integers(HIGHEST_PRICE - 5, HIGHEST_PRICE)
    | st.sampled_from([1, 2, 5 * 10**10, 99_999_999_977]),
    line_prices=st.integers(1, 33),
    volumes=st.sampled_from([10**9, 10**9 - 1, 1]),
    highest_marks=st.sampled_from([1000, 999, 997]),
    hours=st.sampled_from(["10000000", "9999999.99", "5000000", "0.01"]),
    slopes=st.sampled_from(["100", "99.99", "0.01"]),
)
