"""Things found in a long list, of which the first are named and the others counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

MOST_NAMED: Final = 20

Thing = TypeVar("Thing")


class FirstFew(Generic[Thing]):
    """Keeps as many as are named, so that a million faults take no more memory than twenty."""

    def __init__(self) -> None:
        self.named: list[Thing] = []
        self.count = 0
        self.last: Thing | None = None

    def add(self, thing: Thing) -> None:
        self.count += 1
        self.last = thing
        if self.count <= MOST_NAMED:
            self.named.append(thing)

    def sentences(self, sentence: Callable[[Thing], str]) -> list[str]:
        """A sentence for each that is named, and one that counts the others."""
        found = [sentence(thing) for thing in self.named]
        if self.count > MOST_NAMED:
            found.append(f"… and {self.count - MOST_NAMED:,} more of the same kind.")
        return found
