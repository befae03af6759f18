"""Times in a log that cannot be right, or that only a clock set wrong explains.

They are remarks and not faults: an entry with an odd time may be just what was written. But whoever sets the
server's clock back lets a bid in after the deadline, and that must not stay hidden.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from lots.event import moment_text
from lots.first_few import FirstFew
from lots.log_rows import moment_of

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
_LOOKED_INTO: Final = SETS_DEADLINE | SIDE_OF_DEADLINE.keys()


class TimesSeen:
    """The times of a log's entries, seen in order."""

    def __init__(self, now: datetime | None) -> None:
        """After `now` nothing can have been written; None where nobody knows when that is."""
        self.now = now
        self.deadline: datetime | None = None
        self._latest = "9" if now is None else moment_text(now + TOLERANCE) or ""
        self._before = ""
        self.behind: FirstFew[_Run] = FirstFew()
        self.future: FirstFew[_Run] = FirstFew()
        self.impossible: FirstFew[str] = FirstFew()

    def see(self, number: int, action: str, at: Any, clock: Any, body: str) -> bool:
        """The next entry, its moments as `log_rows` has them; False where it is dated before the one before.

        `clock` is what the server's clock said. Moments are compared as texts, which takes no time, and read
        only where something is odd.
        """
        at = moment_of(at)
        told = at if clock is None else moment_of(clock)
        before = self._before
        if told < before or at > self._latest or told > self._latest or action in _LOOKED_INTO:
            try:
                self._look_into(number, action, datetime.fromisoformat(at), datetime.fromisoformat(told))
            except ValueError:
                return True  # an altered entry, which the check says by other means
            if action in SETS_DEADLINE:
                self.deadline = _deadline(body) or self.deadline
        self._before = at
        return bool(at >= before)

    def _look_into(self, number: int, action: str, at: datetime, told: datetime) -> None:
        before = datetime.fromisoformat(self._before) if self._before else told
        if told < before - TOLERANCE:
            _note(self.behind, number, action, told, before - told)
        latest = max(told, at)
        if self.now is not None and latest > self.now + TOLERANCE:
            _note(self.future, number, action, latest, latest - self.now)
        if action in SIDE_OF_DEADLINE and self.deadline is not None:
            side = SIDE_OF_DEADLINE[action]
            if (told < self.deadline) is not (side == BEFORE):
                self.impossible.add(
                    f"Entry {number} ({action}) has the time {_text(told)}, "
                    f"{'not before' if side == BEFORE else 'before'} the deadline {_text(self.deadline)}."
                )

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
