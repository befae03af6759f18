"""Robustness: what an award is sensitive to, reported before it is signed and never deciding anything.

    import scoring
    from scoring import robustness
    report = robustness.assess(scoring.read(text))
    report.as_object()      # format robustness/1
    report.sentences()      # the same as sentences

Everything is worked out in whole numbers by the published rules; docs/robustness.md says what each part is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from scoring.allocate.best_total.integer_program import NotSolved
from scoring.errors import RequestRefused
from scoring.exact import decimal, plain
from scoring.robustness import sentences
from scoring.robustness.base import Base, base_of
from scoring.robustness.changes import Effect, bidders_removed, lowest_removed, margins, weights_moved
from scoring.robustness.found import Found
from scoring.robustness.one_mark import MarkChange, MarksDiffer, turning
from scoring.robustness.outcomes import NOBODY, LotOutcomes
from scoring.robustness.random_marks import BATCH
from scoring.robustness.scenario_keys import Shake
from scoring.robustness.scenarios import scenario, shares

if TYPE_CHECKING:
    from scoring.model.record import Record
    from scoring.robustness.types import (
        ChangeObject,
        EffectObject,
        LevelObject,
        LotReport,
        MarginObject,
        OutcomeObject,
        PlaceObject,
        RobustnessReport,
        WeightsObject,
    )

__all__ = [
    "FORMAT",
    "SCENARIOS",
    "SEED",
    "MarksDiffer",
    "Robustness",
    "Sensitivity",
    "Shake",
    "assess",
    "scenario",
    "sensitive_lots",
]

FORMAT: Final = "robustness/1"
SCENARIOS: Final = 10_000
SEED: Final = "robustness"
MOST_SCENARIOS: Final = 10_000_000
MOST_NAMED: Final = 20
"""So many of a lot's smallest changes are listed; they are all counted."""


@dataclass(frozen=True, eq=False)
class Robustness(Found):
    """Everything that was found, as format robustness/1 and as sentences."""

    def as_object(self) -> RobustnessReport:
        """Return the report in format robustness/1."""
        smallest = [change for lot in self.turning for change in lot.changes]
        size = min((change.size for change in smallest), default=None)
        return {
            "format": FORMAT,
            "record_sha256": self.base.record.sha256,
            "scenarios": self.shake.scenarios,
            "seed": self.shake.seed,
            "marks": "bidder" if self.shake.shared else "bid",
            "smallest_change": size,
            "lots": [self._lot(at) for at in range(len(self.base.lots))],
            "weights": [self._weights(by, effect) for by, effect in self.weights],
            "bidders_removed": [
                {"bidder": self.bidder_id(bidder), **self._effect(effect)} for bidder, effect in self.removed
            ],
            "lowest_price_removed": [
                {
                    "lot": self.lot_id(lot),
                    "bidders": [self.base.lots[lot].bidder_ids[row] for row in rows.tolist()],
                    **self._effect(effect),
                }
                for lot, rows, effect in self.lowest_removed
            ],
        }

    def sentences(self) -> list[str]:
        """Return the report as sentences: a few for each lot, then those about all lots."""
        return [
            *(sentence for at in range(len(self.base.lots)) for sentence in sentences.of_lot(self, at)),
            *sentences.of_changes(self),
        ]

    def lot_sentence(self, lot_id: str) -> str:
        """Return the one sentence about a lot to put beside its award. Raises NotInRecord."""
        return sentences.summary(self, self.base.result.lot_at(lot_id))

    def sensitive_to_one_mark(self, lot_id: str) -> bool:
        """Say whether one step of one mark turns the lot. Raises NotInRecord where there is no such lot."""
        changes = self.turning[self.base.result.lot_at(lot_id)].changes
        return bool(changes) and changes[0].size == 1

    def _lot(self, at: int) -> LotReport:
        lot, counted, turns = self.base.lots[at], self.shares[at], self.turning[at].changes
        wins = [(lot.bidder_ids[row], int(counted.wins[row])) for row in np.flatnonzero(counted.wins)]
        return {
            "id": self.lot_id(at),
            **self._outcome(at, self.base.outcomes[at]),
            "margin": self._margin(at),
            "scenarios_unchanged": counted.unchanged,
            "unchanged_percent": self.percent(counted.unchanged),
            "scenarios_undecided": counted.undecided,
            "scenarios_without_award": counted.nobody,
            "wins": [
                {"bidder": who, "scenarios": times, "percent": self.percent(times)}
                for who, times in sorted(wins, key=lambda one: (-one[1], one[0]))
            ],
            "smallest_change": turns[0].size if turns else None,
            "smallest_changes": len(turns),
            "turned_by": [self._change(change) for change in turns[:MOST_NAMED]],
        }

    def _margin(self, at: int) -> MarginObject | None:
        margin, lot = self.margins[at], self.base.lots[at]
        if margin is None:
            return None
        points = decimal(margin.points, self.base.record.rules.places)
        found: MarginObject = {
            "bidder": lot.bidder_ids[margin.last],
            "over": lot.bidder_ids[margin.following],
            "points": points,
        }
        return {**found, "parted_by": margin.broken_by} if margin.broken_by else found

    def _change(self, change: MarkChange) -> ChangeObject:
        found: ChangeObject = {
            "bidder": self.bidder_id(change.bidder),
            "question": self.base.record.rules.questions[change.question].id,
            "from": change.before,
            "to": change.after,
            "changes": [self.lot_id(lot) for lot in change.lots],
            "changes_winners": [self.lot_id(lot) for lot in change.winners],
        }
        return found if change.lot is None else {"lot": self.lot_id(change.lot), **found}

    def _weights(self, by: int, effect: Effect | None) -> WeightsObject:
        rules = self.base.record.rules
        found: WeightsObject = {
            "quality_by": f"{'-' if by < 0 else ''}{plain(abs(by))}",
            "possible": effect is not None,
        }
        if effect is None:
            return found
        quality, price = plain(rules.quality_weight + by), plain(rules.price_weight - by)
        return {**found, "quality": quality, "price": price, **self._effect(effect)}

    def _effect(self, effect: Effect) -> EffectObject:
        found: EffectObject = {
            "lots": [{"id": self.lot_id(at), **self._outcome(at, one)} for at, one in effect.lots.items()]
        }
        if effect.reversals:
            found["reversals"] = [
                {
                    "lot": self.lot_id(one.lot),
                    "rises": self.base.lots[one.lot].bidder_ids[one.rose],
                    "above": self.base.lots[one.lot].bidder_ids[one.fell],
                    "others": one.others,
                }
                for one in effect.reversals
            ]
        return found

    def _outcome(self, at: int, outcome: LotOutcomes) -> OutcomeObject:
        """Return the awards of one lot, and who waits for a decision."""
        ids = self.base.lots[at].bidder_ids
        awards: list[PlaceObject] = [
            {"bidder": ids[row], "place": place}
            for place, row in enumerate(outcome.awarded[:, 0].tolist(), 1)
            if row != NOBODY
        ]
        waiting = outcome.waiting()
        if not waiting:
            return {"awards": awards}
        level: list[LevelObject] = [
            {"places": list(places), "bidders": [ids[row] for row in rows]} for places, rows in waiting
        ]
        return {"awards": awards, "undecided": level}


def assess(
    record: Record, scenarios: int = SCENARIOS, seed: str = SEED, *, shared_marks: bool = False
) -> Robustness:
    """Work out what the awards of a record are sensitive to.

    `scenarios` (1 to 10,000,000) with every mark moved at random, drawn from `seed`. `shared_marks`: one
    agreed mark of a bidder on a question counts in every lot that asks it, and moves in all of them at once.
    Raises RequestRefused for a number of scenarios out of range, MarksDiffer where marks to be shared differ
    between lots, and NotSolved where `best_total` gives up, even if on one changed record alone:
    one unknown outcome would make every share uncertain.
    """
    if not 1 <= scenarios <= MOST_SCENARIOS:
        raise RequestRefused(f"{scenarios} scenarios: ask for 1 to {MOST_SCENARIOS:,}, {BATCH:,} are usual")
    base = base_of(record)
    try:
        return _assess(base, Shake(scenarios, seed, shared_marks))
    except NotSolved as not_solved:
        raise NotSolved(
            f"the award can be worked out, but not what becomes of it after each change: {not_solved}"
        ) from not_solved


def _assess(base: Base, shake: Shake) -> Robustness:
    turned = turning(base, shake.shared)  # first, since it refuses marks that cannot be shared
    return Robustness(
        base=base,
        shake=shake,
        shares=shares(base.record, base.lots, base.limits, base.outcomes, shake),
        margins=margins(base),
        turning=turned,
        weights=list(weights_moved(base)),
        removed=list(bidders_removed(base)),
        lowest_removed=list(lowest_removed(base)),
    )


@dataclass(frozen=True)
class Sensitivity:
    """The mark that a lot is sensitive to, and who would then be awarded the lot."""

    sentence: str
    order_alone: bool
    """Whether it would be the same bidders in another order, whichever mark is changed by a step."""


def sensitive_lots(record: Record, *, shared_marks: bool = False) -> dict[str, Sensitivity]:
    """Return for each lot that one step of one agreed mark would turn, by its id, the mark and the new award.

    This is some of what `assess` finds, in a fraction of its time. Raises MarksDiffer as that does.
    """
    base = base_of(record)
    found = zip(record.lots, turning(base, shared_marks, 1), strict=True)
    return {
        lot.id: Sensitivity(
            sentences.sensitive(base, at, turned.changes), at not in turned.changes[0].winners
        )
        for at, (lot, turned) in enumerate(found)
        if turned.changes
    }


def turned_by_absence(record: Record) -> dict[str, dict[str, str]]:
    """Return for each lot that would go to others without some bidder that wins nothing there: those
    bidders' ids, each with the sentence that says to whom.

    This is some of what `assess` finds. Relative price methods do it: a bid that sets the yardstick moves
    the points of all others, so that two of them may change places when it leaves.
    """
    base = base_of(record)
    found: dict[str, dict[str, str]] = {}
    for bidder, effect in bidders_removed(base):
        for at, outcome in effect.lots.items():
            if not sentences.is_in(base, at, bidder, base.outcomes[at]):
                told = found.setdefault(record.lots[at].id, {})
                told[record.bidders[bidder].id] = sentences.absent(base, at, bidder, outcome)
    return found
