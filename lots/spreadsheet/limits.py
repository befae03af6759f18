"""What an uploaded table may hold, and what its reading may take."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


class Unreadable(ValueError):
    """The bytes are no table that can be read; the message says what to do instead."""


@dataclass(frozen=True)
class Limits:
    """`memory_bytes` and `seconds` hold the child process; `seconds` of processor, twice that by the clock.

    `inflated_bytes` is a workbook unpacked, `parts` the files in it, `ratio` how many times larger than
    packed one of them may become; `styles` are its cell formats. `look_closer` has each cell's formula, error
    and hidden row noticed, which reads the workbook twice.
    """

    file_bytes: int
    inflated_bytes: int
    rows: int
    columns: int
    cells: int
    characters: int
    """In all cells together."""
    memory_bytes: int
    seconds: int
    cell_characters: int = 32_767
    """As many as Excel keeps in one cell."""
    parts: int = 1_000
    sheets: int = 100
    styles: int = 65_000
    ratio: int = 400
    look_closer: bool = True


SMALL = Limits(
    file_bytes=5 * MEGABYTE,
    inflated_bytes=60 * MEGABYTE,
    rows=20_000,
    columns=100,
    cells=500_000,
    characters=10_000_000,
    memory_bytes=768 * MEGABYTE,
    seconds=10,
)
"""A table that a person fills in."""

LARGE = Limits(
    file_bytes=64 * MEGABYTE,
    inflated_bytes=3_000 * MEGABYTE,
    rows=500_000,
    columns=200,
    cells=60_000_000,
    characters=2_000_000_000,
    memory_bytes=4_000 * MEGABYTE,
    seconds=120,
    look_closer=False,
)
"""A register that another authority publishes whole. Nothing of its formulas and hidden rows is told."""


def size(count: int) -> str:
    """Bytes as a person says them: `1.4 MB`, `5 KB`."""
    if count >= MEGABYTE:
        tenths = (count * 10 + MEGABYTE // 2) // MEGABYTE
        return f"{tenths // 10}.{tenths % 10} MB".replace(".0 ", " ")
    return f"{max(1, (count + 512) // 1024)} KB"
