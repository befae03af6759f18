"""The formula laboratory: what a price method does with plausible prices, before any real bid arrives.

    from scoring import laboratory
    report = laboratory.examine(laboratory.read(json_text))
    report.as_object()      # format laboratory/1, with the curve of points against price for a chart
    report.sentences()

Prices are simulated, never guessed from bids: SHAKE-128 over "laboratory/1", a newline and the seed gives
words of 64 bits, lowest byte first: one for every price, tender after tender, and then another for each. A
price is the low end of the plausible range plus its two words, each modulo half the range plus one: a
triangle, densest in the middle. All in whole pence, and nothing is decided.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, TypedDict

import numpy as np

from scoring.errors import RequestRefused
from scoring.exact import HIGHEST_PRICE, Integers, plain, pounds
from scoring.laboratory.bench import Bench, Figures, Trial
from scoring.laboratory.findings import findings
from scoring.model.rules import Rules
from scoring.reading.faults import RecordRefused, number
from scoring.reading.fields import Fields, Reader
from scoring.reading.record import hold_to_format, ids_in, parse
from scoring.reading.rules import read_rules

FORMAT: Final = "laboratory/1"
SEED: Final = "laboratory"
TENDERS: Final = 1_000
BIDS: Final = 8
AN_HOUR: Final = 2_000
"""Pence: what an hour is taken to cost where the rules have no limits and nobody says otherwise."""
_APART: Final = 15
"""Plausible prices reach from so many per cent below what is typical to so many above it."""
_STEPS: Final = 100


class FindingObject(TypedDict):
    """One trial: whether the method misbehaves in it, in words and in figures."""

    id: str
    found: bool
    sentence: str
    figures: list[Figures]


class PointObject(TypedDict):
    """A price and the points that it earns; None outside the published limits."""

    price_pence: int
    points: str | None


class CurveObject(TypedDict):
    """Points by price, beside these other prices."""

    beside_pence: list[int]
    points: list[PointObject]


class LaboratoryReport(TypedDict):
    """Format laboratory/1."""

    format: str
    method: str
    price_weight: str
    seed: str
    tenders: int
    bids: int
    typical_pence: int
    findings: list[FindingObject]
    curve: CurveObject


@dataclass(frozen=True, eq=False)
class Laboratory:
    """What was found, and the curve."""

    bench: Bench
    seed: str
    findings: tuple[Trial, ...]

    def as_object(self) -> LaboratoryReport:
        """Return the report in format laboratory/1."""
        rules = self.bench.rules
        return {
            "format": FORMAT,
            "method": rules.price.method,
            "price_weight": plain(rules.price_weight),
            "seed": self.seed,
            "tenders": len(self.bench.tenders),
            "bids": self.bench.tenders.shape[1],
            "typical_pence": self.bench.typical,
            "findings": [
                {"id": one.id, "found": one.found, "sentence": one.sentence, "figures": list(one.figures)}
                for one in self.findings
            ],
            "curve": self.curve(),
        }

    def sentences(self) -> list[str]:
        """Return what was found, a sentence each; what misbehaves first."""
        return [one.sentence for one in sorted(self.findings, key=lambda one: not one.found)]

    def curve(self) -> CurveObject:
        """Return the points of one more bid beside those of the example, by its price, for a chart.

        `points` is null where the price is outside the published limits and would not be scored.
        """
        others = self.bench.example
        low, high = self.bench.typical // 2, self.bench.typical * 5 // 2
        prices = sorted({max(1, low + (high - low) * step // _STEPS) for step in range(_STEPS + 1)})
        rows: list[PointObject] = [
            {
                "price_pence": own,
                "points": self.bench.points_text(self.bench.beside(own, others))
                if self.bench.within(own) == own
                else None,
            }
            for own in prices
        ]
        return {"beside_pence": others, "points": rows}


def read(text: bytes | str) -> Rules:
    """Read rules from JSON: a rules object, or a whole record whose rules are taken.

    Raises RecordRefused with every fault.
    """
    obj, reader = parse(text), Reader()
    lots: Collection[str] | None = None
    fields = Fields(reader, "", {"rules": obj})
    if isinstance(obj, dict) and "format" in obj and "rules" in obj:
        fields = Fields(reader, "", reader.mapping(obj, "") or {})
        hold_to_format(fields)
        lots = ids_in(fields.values.get("lots"))
    found = read_rules(fields, lots)
    if reader.faults or found.complete is None:
        raise RecordRefused(reader.faults)
    return found.complete


def examine(
    rules: Rules, *, typical: int | None = None, seed: str = SEED, tenders: int = TENDERS, bids: int = BIDS
) -> Laboratory:
    """Try the price method of the rules on simulated tenders.

    `typical`: the price that bids gather about, pence in all (lines and volumes included); where it is not
    given, the middle of the limits, a tenth inside the one limit, or £20 for each unit of volume.
    Raises RequestRefused where it is beyond a published limit, or with fewer than 3 bids or no tender.
    """
    if not (3 <= bids <= 1_000 and 1 <= tenders <= 100_000):
        raise RequestRefused("the laboratory takes 3 to 1,000 bids in each of 1 to 100,000 tenders")
    middle = _typical(rules) if typical is None else typical
    if not 1 <= middle <= HIGHEST_PRICE:
        raise RequestRefused(f"a typical price of {number(middle)} pence: give 1 to {HIGHEST_PRICE:,}")
    empty = Bench(rules, middle, np.zeros((0, bids), np.int64))
    if empty.within(middle) != middle:
        raise RequestRefused(f"a typical price of {pounds(middle)} is outside the published limits")
    bench = Bench(rules, middle, _simulated(empty, seed, tenders, bids))
    return Laboratory(bench, seed, tuple(findings(bench)))


def _typical(rules: Rules) -> int:
    terms, volume = rules.price.terms, sum(line.volume for line in rules.price.lines) or 1
    if terms.ceiling is not None and terms.floor is not None:
        return (terms.ceiling + terms.floor) // 2
    if terms.ceiling is not None:
        return max(1, terms.ceiling * 9 // 10)
    if terms.floor is not None:
        return min(terms.floor * 11 // 10 + 1, HIGHEST_PRICE)
    return min(AN_HOUR * volume, HIGHEST_PRICE)


def _simulated(bench: Bench, seed: str, tenders: int, bids: int) -> Integers:
    low = bench.within(bench.typical * (100 - _APART) // 100 or 1)
    high = bench.within(bench.typical * (100 + _APART) // 100)
    source = hashlib.shake_128(f"laboratory/1\n{seed}".encode()).digest(16 * tenders * bids)
    words = np.frombuffer(source, "<u8").reshape(2, tenders, bids)
    halves = (words % np.uint64((high - low) // 2 + 1)).astype(np.int64)
    found: Integers = low + halves[0] + halves[1]
    return found
