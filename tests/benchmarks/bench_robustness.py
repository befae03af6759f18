"""Robustness: 10,000 scenarios worked out together, beside evaluating them one by one.

Both ways begin with a record and a seed and end with the same counts: in how many scenarios each bidder wins
each lot, and in how many a lot's awards are unchanged. One by one, the bytes of all bids are drawn together,
and then each scenario's marks go into a record, which is evaluated; this is done to a part of the scenarios.
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import median

import numpy as np

from scoring import Result, evaluate
from scoring.model.record import Record
from scoring.robustness.base import Base, base_of
from scoring.robustness.one_mark import turning
from scoring.robustness.random_marks import TOGETHER, Stream
from scoring.robustness.report import assess
from scoring.robustness.scenario_keys import Shake
from scoring.robustness.scenarios import shares
from tests.benchmarks.row import Row, seconds
from tests.benchmarks.tenders import WEIGHTS, large

BIDDERS, LOTS, SCENARIOS = 195, 12, 10_000
LEAST_TIMES = 50
SEED = "benchmark"


_DIGITS = (np.arange(243)[:, None] // 3 ** np.arange(TOGETHER) % 3 - 1).astype(np.int16)
"""What each byte moves five marks by."""
Counts = list[tuple[int, dict[str, int]]]
"""For each lot the scenarios in which it is unchanged, and in which each bidder wins it."""


class Differs(AssertionError):
    """The two ways come to different counts."""


def timed(run: Callable[[], object]) -> float:
    """Return the processor's time of one run in seconds."""
    gc.collect()
    begun = time.process_time()
    run()
    return time.process_time() - begun


def together(base: Base, scenarios: int) -> Counts:
    """Count as the report does."""
    found = shares(base.record, base.lots, base.limits, base.outcomes, Shake(scenarios, SEED))
    return [
        (one.unchanged, {who: int(wins) for who, wins in zip(lot.bidder_ids, one.wins, strict=True) if wins})
        for lot, one in zip(base.lots, found, strict=True)
    ]


def moved(record: Record, scenarios: int) -> Iterator[Record]:
    """Yield the record of each scenario, as fast as plain NumPy makes it."""
    width = -(-len(record.rules.questions) // TOGETHER)
    stream, bids, scale = Stream(SEED), record.bids, record.rules.scale
    names = [
        (record.lots[lot].id, record.bidders[bidder].id)
        for lot, bidder in zip(bids.lot.tolist(), bids.bidder.tolist(), strict=True)
    ]
    drawn = np.stack([stream.drawn(name, 0, width, scenarios) for name in names], axis=1)
    for of_scenario in drawn:
        moves = _DIGITS[of_scenario].reshape(len(bids), -1)[:, : len(bids.marks)].T
        marks = np.clip(bids.marks + moves, scale.lowest, scale.highest)
        yield replace(record, bids=replace(bids, marks=marks))


def winners(result: Result) -> list[list[int]]:
    """Return for each lot the bidders that are awarded its places, in order."""
    bidder = result.record.bids.bidder
    return [
        bidder[result.ranked_in(lot)[[where for where, _ in awards.awarded]]].tolist()
        for lot, awards in enumerate(result.awards)
    ]


def one_by_one(base: Base, scenarios: int) -> Counts:
    """Count by evaluating every scenario by itself."""
    agreed, ids = winners(base.result), [bidder.id for bidder in base.record.bidders]
    unchanged = [0] * len(agreed)
    wins: list[Counter[int]] = [Counter() for _ in agreed]
    for record in moved(base.record, scenarios):
        for lot, won in enumerate(winners(evaluate(record))):
            unchanged[lot] += won == agreed[lot]
            wins[lot].update(won)
    return [
        (same, {ids[who]: times for who, times in won.items()})
        for same, won in zip(unchanged, wins, strict=True)
    ]


def beside_one_by_one(base: Base, scenarios: int, sampled: int, repeat: int) -> list[Row]:
    """Time both in turn, so that whatever else runs slows both; first they must come to the same."""
    if together(base, sampled) != one_by_one(base, sampled):
        raise Differs(f"{sampled} scenarios come to other counts one by one")
    together(base, scenarios)
    records = list(moved(base.record, sampled))
    ways = (
        lambda: together(base, scenarios),
        lambda: one_by_one(base, sampled),
        lambda: [evaluate(record) for record in records],
    )
    times = zip(*([timed(way) for way in ways] for _ in range(repeat)), strict=True)
    ours, alone, evaluated = (median(column) for column in times)
    alone, evaluated = alone * scenarios / sampled, evaluated * scenarios / sampled
    size = f"{len(base.record.bidders):,} bidders, {len(base.record.lots)} lots"
    return [
        Row(
            name=f"{scenarios:,} scenarios of moved marks ({size})",
            measured=seconds(ours),
            compared_with=f"one by one to the same counts ({sampled} of them): {seconds(alone)}",
            ratio=f"{alone / ours:.1f}",
            target=f"at least {LEAST_TIMES}",
            met=alone >= LEAST_TIMES * ours,
        ),
        Row(
            name="the same",
            measured=seconds(ours),
            compared_with=f"the evaluations alone, of records made beforehand: {seconds(evaluated)}",
            ratio=f"{evaluated / ours:.1f}",
            target="",
            met=None,
        ),
    ]


def every_mark(base: Base, one: float, repeat: int) -> Row:
    """Time the search for the smallest change, beside evaluating every record with one mark changed."""
    ours = median(timed(lambda: turning(base, False)) for _ in range(repeat))
    scale = base.record.rules.scale
    changes = len(base.record.bids) * len(WEIGHTS) * (scale.highest - scale.lowest)
    return Row(
        name="the smallest change of one mark that turns each lot",
        measured=seconds(ours),
        compared_with=f"evaluating all {changes:,} changes of one mark: {seconds(changes * one)}",
        ratio=f"{changes * one / ours:,.0f}",
        target="",
        met=None,
    )


def other_rules(record: Record, scenarios: int, one: float, repeat: int) -> list[Row]:
    """Time the scenarios under rules that leave less to be passed by, beside evaluating as many records."""
    rules = record.rules
    mean = replace(rules.price, method="mean_difference")
    found = []
    for what, changed in (
        ("no tie-break, so that ranks may be shared", replace(rules, ties=())),
        ("mean_difference, minimums moving the mean", replace(rules, price=mean, quality_minimum=6_000)),
        ("both", replace(rules, ties=(), price=mean, quality_minimum=6_000)),
    ):
        base = base_of(replace(record, rules=changed))
        together(base, scenarios)
        ours = median(timed(lambda base=base: together(base, scenarios)) for _ in range(repeat))
        evaluated = f"{scenarios:,} evaluations alone: {seconds(scenarios * one)}"
        ratio = f"{scenarios * one / ours:.1f}"
        found.append(Row(f"the scenarios with {what}", seconds(ours), evaluated, ratio, "", None))
    return found


def measure(
    bidders: int = BIDDERS, lots: int = LOTS, scenarios: int = SCENARIOS, sampled: int = 100, repeat: int = 7
) -> list[Row]:
    """Measure the scenarios, the smallest change, and the whole report."""
    record = large(bidders, lots)
    base = base_of(record)
    one = median(timed(lambda: evaluate(record)) for _ in range(sampled))
    whole = median(timed(lambda: assess(record, scenarios, SEED).as_object()) for _ in range(3))
    report = Row(
        "the whole report", seconds(whole), "one evaluation: " + seconds(one), f"{whole / one:.0f}", "", None
    )
    return [
        *beside_one_by_one(base, scenarios, sampled, repeat),
        *other_rules(record, scenarios, one, repeat),
        every_mark(base, one, repeat),
        report,
    ]
