"""The published methods of allocation, by the name that the record carries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from scoring.allocate.best_total.awards import best_total
from scoring.allocate.limits import Holdings, LotAwards, Ranking, award_lot
from scoring.allocate.preference import preference
from scoring.allocate.rank_order import rank_order

if TYPE_CHECKING:
    from scoring.model.record import Record

__all__ = [
    "METHODS",
    "Holdings",
    "LotAwards",
    "Ranking",
    "award_lot",
    "best_total",
    "preference",
    "rank_order",
]

METHODS: Final[dict[str, Callable[[Record, Sequence[Ranking]], list[LotAwards]]]] = {
    "rank_order": rank_order,
    "preference": preference,
    "best_total": best_total,
}
