"""`rank_order`: the lots one after the other, each place to the best-ranked bidder that is not at a limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scoring.allocate.limits import Holdings, LotAwards, Ranking, award_lot

if TYPE_CHECKING:
    from scoring.model.record import Record


def rank_order(record: Record, rankings: Sequence[Ranking]) -> list[LotAwards]:
    """Award each lot's places in turn to its best-ranked bidders that are not at a limit.

    Lots come in the order of the record. Each bidder has one bid in a lot, so its limits do not change
    while the lot is awarded.
    """
    holdings = Holdings(record)
    results = []
    for lot, (bidders, ranks, _) in enumerate(rankings):
        result = award_lot(ranks, holdings.at_limit(bidders, lot), record.lots[lot].places)
        for position, _ in result.awarded:
            holdings.award(int(bidders[position]), lot)
        results.append(result)
    return results
