"""The methods of allocation at full size, on rankings made beforehand: the time is that of awarding alone.

`best_total` is proved the highest sum by prices in whole numbers, except for the gap shown, which the
search proved. `rank_order` on the same rankings is what they are compared with.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import numpy as np

from scoring import evaluate
from scoring.allocate.best_total.contest import contest_of
from scoring.allocate.best_total.search import optimum
from scoring.allocate.limits import LotAwards, Ranking
from scoring.allocate.methods import METHODS
from scoring.model.record import Bidder, Record
from scoring.model.rules import Group
from tests.benchmarks.row import Row, seconds
from tests.benchmarks.tenders import large

MOST_PREFERENCE, MOST_BEST_TOTAL = 1.0, 10.0
Generator = np.random.Generator


@dataclass(frozen=True)
class Limits:
    """Which limits a tender has: the most lots of a bidder, drawn from a range; its hours; groups of lots."""

    lots: tuple[int, int] | None = (1, 5)
    hours: bool = False
    groups: str = ""
    """"apart": the lots in tens, at most one each; "crossing": in tens and by last digit."""


def contest(bidders: int, lots: int, limits: Limits, seed: int = 2026, alike: bool = False) -> Record:
    """A tender in which everybody bids for everything, and prefers lots in its own order, or all `alike`."""
    drawn = np.random.default_rng(seed)
    made = large(bidders, lots, seed)
    names = [lot.id for lot in made.lots]
    hours = drawn.integers(200, 1500, lots) * 100
    groups = []
    if limits.groups:
        groups += [Group(f"T{at}", tuple(names[at : at + 10]), 1) for at in range(0, lots, 10)]
    if limits.groups == "crossing":
        groups += [Group(f"U{at}", tuple(names[at::10]), 1) for at in range(min(10, lots))]
    return replace(
        made,
        rules=replace(made.rules, groups=tuple(groups)),
        lots=tuple(replace(lot, hours=int(h), places=2) for lot, h in zip(made.lots, hours, strict=True)),
        bidders=tuple(limited(one, names, limits, drawn, alike) for one in made.bidders),
    )


def limited(bidder: Bidder, lots: Sequence[str], limits: Limits, drawn: Generator, alike: bool) -> Bidder:
    """Give a bidder its limits and its order of preference."""
    order = range(len(lots)) if alike else drawn.permutation(len(lots))
    most = None if limits.lots is None else int(drawn.integers(limits.lots[0], limits.lots[1], endpoint=True))
    hours = int(drawn.integers(500, 4000)) * 100 if limits.hours else None
    return replace(bidder, preferences=tuple(lots[at] for at in order), most_lots=most, hours=hours)


def rankings(record: Record) -> list[Ranking]:
    """Return the rankings of a record."""
    result = evaluate(record)
    columns = record.bids.bidder[result.order], result.ranks, result.columns.total[result.order]
    return [
        Ranking(*(column[start:end] for column in columns)) for start, end in pairwise(result.bounds.tolist())
    ]


def timed(method: str, record: Record, ranked: list[Ranking], repeat: int) -> tuple[float, list[LotAwards]]:
    """Return the median time of a method, and what it awards."""
    times, awards = [], []
    for _ in range(repeat):
        began = time.perf_counter()
        awards = METHODS[method].allocate(record, ranked)
        times.append(time.perf_counter() - began)
    return median(times), awards


def measure(large_tender: tuple[int, int] = (12_500, 100), tender: tuple[int, int] = (500, 100)) -> list[Row]:
    """Return the rows of `preference` and of `best_total`."""
    return [*preference(*large_tender), *best_total(*tender)]


def preference(bidders: int, lots: int, repeat: int = 5) -> Iterable[Row]:
    """Return a row for each kind of contest."""
    for what, limits, alike in (
        ("1 to 5 lots each", Limits(), False),
        ("1 lot each, all prefer alike", Limits(lots=(1, 1)), True),
        ("groups, hours", Limits(groups="apart", hours=True), False),
    ):
        record = contest(bidders, lots, limits, alike=alike)
        ranked = rankings(record)
        yield row(
            f"preference, {bidders} bidders x {lots} lots: {what}",
            lambda record=record, ranked=ranked: timed("preference", record, ranked, repeat)[0],
            timed("rank_order", record, ranked, repeat)[0],
            MOST_PREFERENCE,
        )


def best_total(bidders: int, lots: int, repeat: int = 3) -> Iterable[Row]:
    """Return a row for each kind of limits; the gap is what prices alone leave to the search."""
    for what, limits in (
        ("1 to 5 lots each", Limits()),
        ("and groups", Limits(groups="apart")),
        ("and hours", Limits(hours=True)),
        ("hours alone", Limits(lots=None, hours=True)),
        ("and crossing groups and hours", Limits(groups="crossing", hours=True)),
    ):
        record = contest(bidders, lots, limits)
        ranked = rankings(record)
        best = optimum(contest_of(record, ranked))
        unit = 10**record.rules.places
        yield row(
            f"best_total, {bidders} bidders x {lots} lots: {what};"
            f" sum {best.total / unit:,.2f}, gap {(best.bound - best.total) / unit:.2f}",
            lambda record=record, ranked=ranked: timed("best_total", record, ranked, repeat)[0],
            timed("rank_order", record, ranked, repeat)[0],
            MOST_BEST_TOTAL,
        )


def row(name: str, run: Callable[[], float], beside: float, most: float) -> Row:
    """Return one row with a target in seconds."""
    took = run()
    return Row(
        name=name,
        measured=seconds(took),
        compared_with=f"rank_order {seconds(beside)}",
        ratio=f"{took / beside:.1f}",
        target=f"at most {most:.0f} s",
        met=took <= most,
    )
