"""The process that opens an uploaded file: held to its limits first, it tells each row in a line of JSON.

Started by `reading`; the file is its standard input. It imports nothing of the application but its siblings.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from lots.spreadsheet import delimited, workbook
from lots.spreadsheet.limits import Limits, Unreadable

XLSX, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def main() -> None:
    limits = Limits(**json.loads(sys.argv[2]))
    _confine(limits)
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="ascii", write_through=False)
    try:
        for item in _read(sys.stdin.buffer, limits):
            out.write(json.dumps(item, separators=(",", ":")) + "\n")
        last: dict[str, Any] = {"end": True}
    except Unreadable as fault:
        last = {"refused": str(fault).removesuffix(".")}
    except MemoryError:
        sys.exit(1)  # the parent says so
    except BaseException:  # the workbook's library reports even its own faults in many ways
        last = {"refused": workbook.DAMAGED}
    out.write(json.dumps(last) + "\n")
    out.flush()


def _confine(limits: Limits) -> None:
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        held = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (held, held))


def _read(file: BinaryIO, limits: Limits) -> Iterator[Any]:
    beginning = file.read(4)
    file.seek(0)
    if beginning == OLD_OFFICE:
        raise Unreadable(
            "is an old Excel file, or has a password. Save it as CSV or as Excel workbook (.xlsx) and upload "
            "that, without password"
        )
    told = workbook.told(file, limits) if beginning == XLSX else delimited.told(file, limits)
    return within(told, limits)


def within(told: Iterator[Any], limits: Limits) -> Iterator[Any]:
    """What is told, as long as it is no more than the limits on cells and characters allow."""
    cells = characters = 0
    for item in told:
        if isinstance(item, list):
            cells += len(item[1])
            characters += sum(map(len, item[1]))
            if cells > limits.cells:
                raise Unreadable(f"has more than {limits.cells:,} cells. Keep only the sheet with the table")
            if characters > limits.characters:
                raise Unreadable("holds more text than a table of this kind can. Keep only the table")
        yield item
