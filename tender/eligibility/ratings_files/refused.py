"""What is wrong with a file of ratings, told in places that a person can find."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from lots.refusal import Refusal, Refusals

FAULTS_TOLD = 20


class RatingsRefused(Refusals):
    """A file that cannot be used; `faults` names what is wrong, row by row."""


def refuse(*faults: str) -> NoReturn:
    """Refuse the file for these faults; after the first FAULTS_TOLD only how many more there are."""
    refuse_all(faults, len(faults))


def refuse_all(faults: Sequence[str], number: int) -> NoReturn:
    """The same, where `number` faults were found and the first of them were kept."""
    refusals = [Refusal(fault, "file") for fault in faults[:FAULTS_TOLD]]
    if number > FAULTS_TOLD:
        more = f"And {number - FAULTS_TOLD:,} more. Nothing was loaded: mend the file and try again."
        refusals.append(Refusal(more, "file"))
    raise RatingsRefused(refusals)


class Faults:
    """The faults of a file as they are found: the first are kept, all are counted.

    `label` names the file, where there are several.
    """

    def __init__(self, label: str = "") -> None:
        self._label = f"{label}, row" if label else "Row"
        self.kept: list[str] = []
        self.number = 0

    def add(self, row: int, column: str, told: str) -> None:
        self.number += 1
        if len(self.kept) < FAULTS_TOLD:
            where = f"{self._label} {row}, {column}" if column else f"{self._label} {row}"
            self.kept.append(f"{where}: {told}")

    def refuse_any(self) -> None:
        """Raise RatingsRefused if anything was found."""
        if self.number:
            refuse_all(self.kept, self.number)
