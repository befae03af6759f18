"""`make bench`: everything that is slow measured in one run, and one table of ratios.

Exit status 1 where a target is missed. Times are of this machine at this moment: the ratios are the point.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.row import Row

HEADINGS = ("what", "measured", "compared with", "ratio", "target", "met")


def main() -> int:
    """Run every bench_*.py beside this file, or those that are named, and print the table."""
    here = Path(__file__).parent
    found = sorted(path.stem for path in here.glob("bench_*.py"))
    wanted = [f"bench_{name}" for name in sys.argv[1:]] or found
    unknown = [name for name in wanted if name not in found]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(found)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for name in wanted:
        print(f"measuring {name.removeprefix('bench_')} …", file=sys.stderr)
        rows += importlib.import_module(f"tests.benchmarks.{name}").measure()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}\n")
    print("\n".join(table(rows)))
    return 0 if all(row.met is not False for row in rows) else 1


def table(rows: Sequence[Row]) -> list[str]:
    """Lay the rows out in columns."""
    told = {True: "yes", False: "NO", None: ""}
    cells = [HEADINGS] + [
        (row.name, row.measured, row.compared_with, row.ratio, row.target, told[row.met]) for row in rows
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) for line in cells]
    return [
        lines[0].rstrip(),
        "  ".join("-" * width for width in widths),
        *(line.rstrip() for line in lines[1:]),
    ]


if __name__ == "__main__":
    sys.exit(main())
