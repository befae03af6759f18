"""The names in a stored record, for the sentences about its result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scoring.result.names import Names, names_in


def names_in_record(record: Mapping[str, Any]) -> Names:
    """What bidders, lots and questions are called in an `evaluation/1` object that was evaluated."""
    return names_in(bidders=record["bidders"], lots=record["lots"], questions=record["rules"]["questions"])
