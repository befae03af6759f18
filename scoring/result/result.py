"""The result of an evaluation, and format `evaluation-result/1`, built from it on demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from scoring.allocate.methods import METHODS, AwardOrder
from scoring.errors import NotInRecord
from scoring.result import explain, levels, reasons, reasons_limits, rows, sentences
from scoring.result.data import Outcome
from scoring.result.stability import Check
from scoring.version import __version__

if TYPE_CHECKING:
    from scoring.model.reasons import BidReason
    from scoring.result.types import EvaluationResult, LotResult
    from scoring.result.working import Explanation

FORMAT: Final = "evaluation-result/1"
ENGINE: Final = "scoring"


@dataclass(frozen=True, eq=False)
class Result(Outcome):
    """The result of one record, by ids for callers; inside, everything is known by its position."""

    def as_object(self) -> EvaluationResult:
        """Return the whole result in format evaluation-result/1: figures, states and reasons as codes."""
        return {
            "format": FORMAT,
            "engine": {"name": ENGINE, "version": __version__},
            "record_sha256": self.record.sha256,
            "lots": [self.lot(lot.id) for lot in self.record.lots],
        }

    def lot(self, lot_id: str) -> LotResult:
        """Return one lot of the result. Raises NotInRecord where the record has no such lot."""
        at = self.lot_at(lot_id)
        ranking, awards = rows.of_lot(self, at), self.awards[at]
        lot: LotResult = {
            "id": lot_id,
            "ranking": ranking,
            "awards": [
                {
                    "bidder": ranking[where]["bidder"],
                    "place": place,
                    "reason": reasons.awarded(self, at, where),
                }
                for where, place in awards.awarded
            ],
            "reserves": [ranking[where]["bidder"] for where in awards.reserves],
            "passed_over": [
                {"bidder": ranking[where]["bidder"], "reason": reasons.passed_over(self, at, where)}
                for where in awards.passed_over
            ],
        }
        level = levels.of_lot(self, at)
        if level:
            lot["level_totals"] = level
        if awards.undecided:
            lot["undecided"] = [
                {
                    "places": list(places),
                    "bidders": [ranking[where]["bidder"] for where in tied],
                    "reason": reasons.undecided(self, at, tied, places),
                }
                for tied, places in awards.undecided
            ]
        empty = reasons_limits.unfilled(self, at)
        if empty is not None:
            lot["unfilled"] = {"places": list(empty["places"]), "reason": empty}
        award_order = METHODS[self.record.rules.allocation].award_order
        claims = self.check.claims(at) if award_order is AwardOrder.BY_PREFERENCE else []
        if claims:
            lot["claims"] = [
                {"bidder": ranking[claim.where]["bidder"], "reason": reasons.claim(self, claim)}
                for claim in claims
            ]
        return lot

    def sentences(self) -> list[str]:
        """Return the awards as sentences: awards, what is undecided, who is passed over or out."""
        return list(sentences.of_result(self.as_object(), self.names))

    def explain(self, lot_id: str, bidder_id: str) -> Explanation:
        """Return the working of every figure of one bid. Raises NotInRecord where there is no such bid."""
        lot = self.lot_at(lot_id)
        if bidder_id not in self.bidder_positions:
            raise NotInRecord(f"the record has no bidder {bidder_id}")
        bidder = self.bidder_positions[bidder_id]
        for bid_in_lot in self.bids_in(lot):
            if self.record.bids.bidder[bid_in_lot.bid] == bidder:
                return explain.bid(self, bid_in_lot)
        raise NotInRecord(f"{bidder_id} has no bid for lot {lot_id}")

    def explain_lot(self, lot_id: str) -> Iterator[Explanation]:
        """Yield the working of every bid of a lot, as ranked. Nothing is evaluated again."""
        return (explain.bid(self, bid_in_lot) for bid_in_lot in self.bids_in(self.lot_at(lot_id)))

    def reasons(self, bid: int) -> list[tuple[str, BidReason]]:
        """Return (state or flag, reason): what keeps the bid from being ranked, then what flags it."""
        return reasons.of_bid(self, bid)

    @cached_property
    def check(self) -> Check:
        """The check of which bidders have a claim to which lots."""
        return Check(self)
