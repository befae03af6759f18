"""The published methods of allocation: a row for each, which says all there is to know of it.

A further method is a function in a module of its own, and a further row here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from scoring.allocate.best_total.awards import best_total
from scoring.allocate.limits import LotAwards, Ranking
from scoring.allocate.preference import preference
from scoring.allocate.rank_order import rank_order

if TYPE_CHECKING:
    from scoring.model.record import Record


class AwardOrder(Enum):
    """In what order lots are awarded, and so what a change of one bid can reach."""

    BY_TURNS = "by_turns"
    """One lot after the other: a lot's awards depend on it and on earlier lots alone."""
    BY_PREFERENCE = "by_preference"
    """All lots together, by the bidders' preferences: any lot may change any other, and ranks decide."""
    BY_SUM = "by_sum"
    """All lots together, by the sum of awarded totals: any lot may change any other, and totals decide."""


@dataclass(frozen=True)
class AllocationMethod:
    """One published method of allocation."""

    name: str
    """What a record calls it."""
    allocate: Callable[[Record, Sequence[Ranking]], list[LotAwards]]
    """Gives the awards of every lot, in the order of the record."""
    award_order: AwardOrder
    description: str
    """How lots are awarded, for officers, bidders and the report: a sentence."""
    meanwhile: str
    """What becomes of other lots while a tie waits for a person's decision: part of a sentence."""
    passed_over: str = ""
    """Why a bidder may be passed over besides its limits; part of a sentence, or empty."""

    @property
    def by_turns(self) -> bool:
        """Say whether a lot's awards depend on it and on earlier lots alone."""
        return self.award_order is AwardOrder.BY_TURNS

    @property
    def by_preference(self) -> bool:
        """Say whether the bidders' preferences decide anything; only then are they asked for."""
        return self.award_order is AwardOrder.BY_PREFERENCE


RANK_ORDER: Final = AllocationMethod(
    name="rank_order",
    allocate=rank_order,
    award_order=AwardOrder.BY_TURNS,
    description="Lots are awarded in their order, each place to the best-ranked bidder that is not at a "
    "limit.",
    meanwhile="until then later lots are worked out as if none of them had won here",
)

PREFERENCE: Final = AllocationMethod(
    name="preference",
    allocate=preference,
    award_order=AwardOrder.BY_PREFERENCE,
    description="Bidders ask for lots in their own order of preference, within their limits, and each place "
    "goes to the best-ranked bidder that asks for it.",
    meanwhile="until then the other lots are worked out as if none of them had won here",
)

BEST_TOTAL: Final = AllocationMethod(
    name="best_total",
    allocate=best_total,
    award_order=AwardOrder.BY_SUM,
    description="Lots are awarded together, so that the sum of the awarded totals is the highest that the "
    "limits allow.",
    meanwhile="the sum of awarded totals is the same either way, and the awards that do not wait stand",
    passed_over="the sum of awarded totals is highest so",
)

METHODS: Final[dict[str, AllocationMethod]] = {row.name: row for row in (RANK_ORDER, PREFERENCE, BEST_TOTAL)}
"""Every method of allocation, by the name that a record carries."""
