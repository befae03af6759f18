"""The evaluation itself: beside bare NumPy, how it grows, and how much memory it takes.

The bare computation is what a good NumPy programmer would write for totals and ranks alone, in float64, on
columns that are in the best shape for it: no states, no flags, no exact rounding, no tie-breaks, no awards.
"""

from __future__ import annotations

import gc
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from scoring import evaluate
from scoring.model import writing
from scoring.model.record import Record
from scoring.reading.record import read
from tests.benchmarks.row import Row, seconds
from tests.benchmarks.tenders import HIGHEST_MARK, WEIGHTS, large

ROOT = Path(__file__).parents[2]
BIDDERS, LOTS = 12_500, 100
GROWTH = ((500, 20), (1_000, 100), (10_000, 100))
"""Bidders and lots of 10^4, 10^5 and 10^6 bids."""
MOST_TIMES, MOST_MEMORY = 3.0, 2.0

Floats = np.ndarray[Any, np.dtype[np.float64]]


def bare(record: Record) -> Callable[[], tuple[Floats, np.ndarray[Any, np.dtype[np.int64]]]]:
    """Return the bare computation of totals and ranks of a record, its columns made ready beforehand."""
    lots, lot = len(record.lots), record.bids.lot.astype(np.int16)
    marks, price = record.bids.marks.astype(np.float64), record.bids.price.astype(np.float64)
    per_mark = np.array([float(weight) for weight in WEIGHTS]) / HIGHEST_MARK

    def run() -> tuple[Floats, np.ndarray[Any, np.dtype[np.int64]]]:
        by_lot = np.argsort(lot, kind="stable")  # a radix sort on 16 bits, many times as fast as lexsort
        size = np.bincount(lot, minlength=lots)
        ends = np.cumsum(size)
        prices = price[by_lot]
        lowest = np.minimum.reduceat(prices, ends - size)
        total = (per_mark @ marks)[by_lot] + 40 * np.repeat(lowest, size) / prices
        totals, ranks = np.empty(len(lot)), np.empty(len(lot), np.int64)
        totals[by_lot] = total
        for end, count in zip(ends.tolist(), size.tolist(), strict=True):
            inside = slice(end - count, end)
            ranks[by_lot[inside][np.argsort(-total[inside])]] = np.arange(1, count + 1)
        return totals, ranks

    return run


def timed(run: Callable[[], object]) -> float:
    """Return the processor's time of one run in seconds: all threads, without what other programs take."""
    gc.collect()
    begun = time.process_time()
    run()
    return time.process_time() - begun


def beside_bare(record: Record, repeat: int) -> Row:
    """Time the evaluation and the bare computation in turn, so that whatever else runs slows both."""
    plain = bare(record)
    evaluate(record), plain()
    pairs = [(timed(lambda: evaluate(record)), timed(plain)) for _ in range(repeat)]
    ours, theirs = (median(column) for column in zip(*pairs, strict=True))
    return Row(
        name=f"evaluate {len(record.bids):,} bids ({len(record.bidders):,} bidders, {len(record.lots)} lots)",
        measured=seconds(ours),
        compared_with=f"bare NumPy float64, totals and ranks alone: {seconds(theirs)}",
        ratio=f"{ours / theirs:.2f}",
        target=f"at most {MOST_TIMES:.0f}",
        met=ours <= MOST_TIMES * theirs,
    )


def growth(sizes: Sequence[tuple[int, int]], repeat: int) -> list[Row]:
    """Time tenders of growing size; each step may cost as much more as n log n does."""
    records = [large(*size) for size in sizes]
    counts = [len(record.bids) for record in records]
    runs = [[timed(lambda record=record: evaluate(record)) for record in records] for _ in range(repeat + 1)]
    times = [median(column) for column in zip(*runs[1:], strict=True)]
    allowed = counts[-1] * math.log(counts[-1]) / (counts[0] * math.log(counts[0]))
    grown = times[-1] / times[0]
    shown = ", ".join(f"{count:,}: {seconds(taken)}" for count, taken in zip(counts, times, strict=True))
    return [
        Row(
            name=f"growth from {counts[0]:,} to {counts[-1]:,} bids",
            measured=f"{grown:.0f} times ({shown})",
            compared_with=f"n log n: {allowed:.0f} times",
            ratio=f"{grown / allowed:.2f}",
            target="at most 1",
            met=grown <= allowed,
        )
    ]


def memory(bidders: int, lots: int) -> list[Row]:
    """Evaluate in processes of their own and take the most that each ever held, interpreter included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "record.json"
        write(large(bidders, lots), path)
        peaks = [_peak(str(bidders), str(lots)), _peak(str(path))]
    names = ("memory to evaluate them", "memory to read them from JSON and evaluate them")
    return [
        Row(
            name=name,
            measured=f"{peak:.2f} GB at the peak, the whole process",
            compared_with=f"{MOST_MEMORY:.0f} GB",
            ratio=f"{peak / MOST_MEMORY:.2f}",
            target="below 1",
            met=peak < MOST_MEMORY,
        )
        for name, peak in zip(names, peaks, strict=True)
    ]


def write(made: Record, path: Path) -> None:
    """Write a record as JSON, bids piece by piece."""
    with path.open("wb") as file:
        file.write(json.dumps(made.as_read).encode()[:-1] + b', "bids": ')
        file.writelines(writing.canonical(made.ids, made.bids))
        file.write(b"}")


def _peak(*arguments: str) -> float:
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench_evaluate", *arguments],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return float(told)


def measure(
    bidders: int = BIDDERS, lots: int = LOTS, sizes: Sequence[tuple[int, int]] = GROWTH, repeat: int = 7
) -> list[Row]:
    """Return the rows of the evaluation."""
    beside = beside_bare(large(bidders, lots), repeat)
    return [beside, *memory(bidders, lots), *growth(sizes, repeat)]


if __name__ == "__main__":
    if len(sys.argv) == 2:
        evaluate(read(Path(sys.argv[1]).read_bytes()))
    else:
        evaluate(large(int(sys.argv[1]), int(sys.argv[2])))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9)  # noqa: T201  Linux counts in KiB
