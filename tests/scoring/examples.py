"""How many examples a property is tried on, next to others."""

from __future__ import annotations

from hypothesis import settings

FEWEST = 10


def examples(times: float) -> settings:
    """So many times the examples that the profile takes (conftest.py), for what needs more of them than
    others or takes longer over each."""
    return settings(max_examples=max(FEWEST, round(times * settings().max_examples)))
