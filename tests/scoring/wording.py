"""A result with its reasons in words, for tests about what is said."""

from __future__ import annotations

from typing import Any

import scoring
from scoring.result import sentences
from scoring.result.names import Names


def worded(value: Any, names: Names) -> Any:
    """The same, with a sentence in the place of every reason."""
    if isinstance(value, dict):
        if "code" in value:
            return sentences.sentence_of(value, names)
        return {name: worded(inner, names) for name, inner in value.items()}
    return [worded(inner, names) for inner in value] if isinstance(value, list) else value


def lot_in_words(result: scoring.Result, lot_id: str) -> dict[str, Any]:
    """One lot of a result, its reasons in words."""
    lot: dict[str, Any] = worded(result.lot(lot_id), result.names)
    return lot


def lots_in_words(result: scoring.Result) -> list[dict[str, Any]]:
    """Every lot of a result, its reasons in words."""
    return [lot_in_words(result, lot.id) for lot in result.record.lots]
