"""One line of the table of benchmarks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was measured beside what, in the same run; the ratio is what a target is about."""

    name: str
    measured: str
    compared_with: str
    ratio: str
    target: str
    met: bool | None
    """None where the row is for information and has no target."""


def seconds(value: float) -> str:
    """Write a time as people read it."""
    return f"{value:,.2f} s" if value >= 0.1 else f"{value * 1000:,.1f} ms"
