"""What a robustness report found, by position in the record: values alone, before they are written."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.exact import Integers, decimal, half_up
from scoring.robustness.base import Base
from scoring.robustness.changes import Effect, Margin
from scoring.robustness.one_mark import Turning
from scoring.robustness.scenario_keys import Shake
from scoring.robustness.scenarios import LotShares


@dataclass(frozen=True, eq=False)
class Found:
    """Everything that was found. Lots, bidders and questions are known by their positions in the record."""

    base: Base
    shake: Shake
    shares: list[LotShares]
    margins: list[Margin | None]
    turning: list[Turning]
    weights: list[tuple[int, Effect | None]]
    removed: list[tuple[int, Effect]]
    lowest_removed: list[tuple[int, Integers, Effect]]

    def percent(self, scenarios: int, places: int = 2) -> str:
        """Write a share of the scenarios in per cent; never 0 or 100 unless it is exactly that."""
        if scenarios in (0, self.shake.scenarios):
            return decimal((100 if scenarios else 0) * 10**places, places)
        share = half_up(scenarios * 100 * 10**places, self.shake.scenarios)
        return decimal(min(max(share, 1), 100 * 10**places - 1), places)

    def bidder_id(self, at: int) -> str:
        return self.base.record.bidders[at].id

    def lot_id(self, at: int) -> str:
        return self.base.record.lots[at].id
