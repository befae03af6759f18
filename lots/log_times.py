"""Times in a log that cannot be right, or that only a clock set wrong explains.

They are remarks and not faults: an entry with an odd time may be just what was written. But whoever sets the
server's clock back lets a bid in after the deadline, and that must not stay hidden.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from lots.first_few import FirstFew

TOLERANCE: Final = timedelta(minutes=1)
"""By how much requests that overlap may differ: none runs longer than that."""

SETS_DEADLINE: Final = frozenset({"tender.published"})
"""The actions whose body says when bids close."""

BEFORE, FROM = "before", "from"
SIDE_OF_DEADLINE: Final = {
    "bid.started": BEFORE,
    "bid.submitted": BEFORE,
    "bid.withdrawn": BEFORE,
    "opening.requested": FROM,
    "opening.completed": FROM,
    "marking.started": FROM,
}
"""On which side of the deadline that the log says was published an action has to be."""


@dataclass
class TimesSeen:
    """The times of a log's entries, seen in order."""

    now: datetime | None
    """After which nothing can have been written; None where nobody knows."""
    deadline: datetime | None = None
    before: datetime | None = None
    """The time of the entry before."""
    behind: FirstFew[_Run] = field(default_factory=FirstFew)
    future: FirstFew[_Run] = field(default_factory=FirstFew)
    impossible: FirstFew[str] = field(default_factory=FirstFew)

    def see(self, number: int, action: str, at: datetime, clock: datetime | None, body: str) -> None:
        """The next entry. `clock` is what the server's clock said; `at` is never before the entry before."""
        told = at if clock is None else clock
        if self.before is not None and told < self.before - TOLERANCE:
            _note(self.behind, number, action, told, self.before - told)
        if self.now is not None and max(told, at) > self.now + TOLERANCE:
            _note(self.future, number, action, max(told, at), max(told, at) - self.now)
        if action in SIDE_OF_DEADLINE and self.deadline is not None:
            side = SIDE_OF_DEADLINE[action]
            if (told < self.deadline) is not (side == BEFORE):
                self.impossible.add(
                    f"Entry {number} ({action}) has the time {_text(told)}, "
                    f"{'not before' if side == BEFORE else 'before'} the deadline {_text(self.deadline)}."
                )
        if action in SETS_DEADLINE:
            self.deadline = _deadline(body) or self.deadline
        self.before = at

    def remarks(self) -> list[str]:
        """A sentence for each, entries in a row taken together."""
        return [
            *self.behind.sentences(
                lambda run: (
                    f"{run.entries}: the server’s clock was behind the entry before, "
                    f"by {_span(run.most)} at most."
                )
            ),
            *self.future.sentences(lambda run: f"{run.entries}: {_text(run.told)} is still to come."),
            *self.impossible.sentences(str),
        ]


@dataclass
class _Run:
    """Entries in a row with the same oddity."""

    first: int
    last: int
    action: str
    told: datetime
    most: timedelta

    @property
    def entries(self) -> str:
        if self.first == self.last:
            return f"Entry {self.first} ({self.action})"
        return f"Entries {self.first} to {self.last}"


def _note(runs: FirstFew[_Run], number: int, action: str, told: datetime, by: timedelta) -> None:
    run = runs.last
    if run is not None and run.last == number - 1:
        run.last, run.told, run.most = number, max(run.told, told), max(run.most, by)
    else:
        runs.add(_Run(number, number, action, told, by))


def _deadline(body: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(json.loads(body)["deadline"])
    except (ValueError, KeyError, TypeError):
        return None  # altered, which the check says by other means
    return None if found.tzinfo is None else found


def _text(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%d %B %Y, %H:%M:%S} UTC".lstrip("0")


def _span(by: timedelta) -> str:
    seconds = int(by.total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{seconds} seconds"
