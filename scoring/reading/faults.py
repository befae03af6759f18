"""What is wrong with a record, said so that a person can mend it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from scoring.errors import ScoringError

_TOO_LONG: Final = 10**30


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong: where in the record (`bids[3].marks.Q2`) and what, with how to mend it."""

    place: str
    message: str

    def __str__(self) -> str:
        """Return the line that the command line prints."""
        return f"{self.place}: {self.message}"


class RecordRefused(ScoringError, ValueError):
    """A record is wrong; `faults` has every fault, in the order of the record."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults; the message is one line for each."""
        self.faults = list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True)
class NotWhole:
    """A number that JSON allows and a record does not (12.5, 1e3, NaN), kept as it was written."""

    text: str


class RepeatedKeys(dict[str, Any]):
    """An object of which some keys were written twice: `repeated` names them."""

    repeated: tuple[str, ...] = ()


def described(value: object) -> str:
    """Name a JSON value for a message: what was found in place of what was wanted."""
    if isinstance(value, NotWhole):
        return f"the number {value.text}"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, str):
        return f'the text "{value if len(value) <= 40 else value[:37] + "..."}"'
    if isinstance(value, (int, float)):
        return f"the number {number(value) if isinstance(value, int) else value}"
    return f"{value!r:.40}"


def number(value: int) -> str:
    """Write a whole number for a message; Python refuses to print one of thousands of digits."""
    return str(value) if abs(value) < _TOO_LONG else "of more than 30 digits"
