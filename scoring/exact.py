"""The integer arithmetic under every figure: no float ever holds money, a mark or a score.

Units: money in whole pence; weights, percentages, slopes and hours in hundredths (a weight of "12.5" is 1250,
which is basis points of the whole); scores in units of the last printed decimal, 10^-places points. A
figure that is not whole is a share (part, whole) with 0 <= part <= whole, until it is rounded, once, half up.

Why 64 bits are enough, given the limits below:

- A sum of prices in one lot: 100,000 bidders x 10^11 pence = 10^16. Three times that, or twice a price times
  the number of bids, as the mean needs: 3 x 10^16. So a share has whole <= 2 x 10^16.
- A weight is 10^4 hundredths at most; in units of the score it is w / d with w <= 10^6 and d in (1, 10, 100).
  So the divisor d x whole <= 2 x 10^18 = LARGEST_DIVISOR, and 2 x divisor < 2^63.
- w x part can pass 2^63 (10^6 x 2 x 10^16). `points` multiplies at once where that fits, and otherwise works
  bit by bit, where nothing passes 3 x divisor; that is why it is tested against plain Python integers.
- Hours: 10,000 lots x 10^9 hundredths = 10^13. Totals: at most 10^6 plus one unit for each rounding.
"""

from __future__ import annotations

import re
from math import gcd
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Integers: TypeAlias = npt.NDArray[np.int64]

MOST_BIDDERS: Final = 100_000
MOST_LOTS: Final = 10_000
MOST_BIDS: Final = 5_000_000
MOST_QUESTIONS: Final = 200
MOST_LINES: Final = 100
MOST_DECIMALS: Final = 4
HIGHEST_MARK: Final = 1_000
HIGHEST_PRICE: Final = 100_000_000_000
"""Pence: £1 billion for one bid, lines and volumes included."""
HIGHEST_VOLUME: Final = 1_000_000_000
HIGHEST_HOURS: Final = 1_000_000_000
"""Hundredths of an hour a week: ten million hours."""

AT_ONCE: Final = 1 << 15
"""Rows of long columns worked on together, so that intermediate values stay in the processor's cache."""

LARGEST_DIVISOR: Final = 2 * 10**18
_INT64_MAX: Final = 2**63 - 1

_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,11})(?:\.([0-9]{1,2}))?")


def hundredths(text: str) -> int | None:
    """Read "12", "12.5" or "12.50" as 1250 hundredths; None where the text is anything else."""
    match = _DECIMAL.fullmatch(text)
    if match is None:
        return None
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def decimal(units: int, places: int) -> str:
    """Write a number of 10^-places units with all its places: decimal(1600, 2) is "16.00"."""
    if places == 0:
        return str(units)
    sign, digits = "-" if units < 0 else "", str(abs(units)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def plain(hundredth: int) -> str:
    """Write hundredths without needless noughts: 6000 is "60", 1250 is "12.5"."""
    return decimal(hundredth, 2).rstrip("0").rstrip(".")


def pounds(pence: int) -> str:
    """Write pence as money: 376451400 is "£3,764,514.00"."""
    return f"£{pence // 100:,}.{pence % 100:02d}"


def half_up(numerator: int, denominator: int) -> int:
    """Round a fraction of 0 or more to the nearest whole number, halves up."""
    return (2 * numerator + denominator) // (2 * denominator)


def fraction(numerator: int, denominator: int) -> str:
    """Write a fraction in its lowest terms, "800/21", or as a whole number, "16"."""
    divisor = gcd(numerator, denominator)
    numerator, denominator = numerator // divisor, denominator // divisor
    return str(numerator) if denominator == 1 else f"{numerator}/{denominator}"


def in_units(weight: int, places: int) -> tuple[int, int]:
    """Return a weight in hundredths of a point as (w, d): w / d units of 10^-places, d a power of ten."""
    if places >= 2:
        return weight * 10 ** (places - 2), 1
    return weight, 10 ** (2 - places)


def points(weight: int, places: int, part: Integers, whole: Integers) -> Integers:
    """Return weight x part / whole, rounded half up, in units of 10^-places points.

    `weight` in hundredths of a point, 0 to 10,000; elementwise 0 <= part <= whole and 1 <= whole; whole is
    within LARGEST_DIVISOR once multiplied by the power of ten of `in_units`. Raises OverflowError beyond
    that, which the record's limits exclude.
    """
    if part.size == 0:
        return np.zeros(part.shape, np.int64)
    weighing, shift = in_units(weight, places)
    largest = int(whole.max())
    if largest > LARGEST_DIVISOR // shift:
        raise OverflowError(
            f"a share of {largest} is beyond what 64 bits hold; the record's limits forbid it"
        )
    if 2 * weighing * int(part.max()) + largest * shift <= _INT64_MAX:
        divisor = whole * shift
        rounded = part * (2 * weighing)
        rounded += divisor
        divisor *= 2
        rounded //= divisor
        return rounded
    return _points_bit_by_bit(weighing, part, whole * shift)


def _points_bit_by_bit(weighing: int, part: Integers, divisor: Integers) -> Integers:
    """Long multiplication and division together, so that weighing x part is never formed whole."""
    quotient, rest = np.zeros_like(part), np.zeros_like(part)
    for bit in bin(weighing)[2:]:
        carried = 2 * rest  # rest < divisor <= 2 x 10^18, so twice it fits
        if bit == "1":
            carried = carried + part  # and part <= divisor makes it three times at most
        quotient = 2 * quotient + carried // divisor
        rest = carried % divisor
    return quotient + (2 * rest >= divisor)
