"""The check of a log: every entry hashed again, in order, and compared with all that was stored of it.

It reads the log once, a few thousand entries at a time, and keeps of it no more than the frontier of its
tree: a million entries take no more memory than a thousand.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lots.event import KEEPS_HEAD, Event, log_of
from lots.first_few import FirstFew
from lots.keyed_logs import NONE, Unkeyed, unkeyed_parts
from lots.log_key import LogKey, log_key
from lots.log_rows import AT_A_TIME, leaf_of, rows
from lots.log_times import TimesSeen
from lots.tender import Tender
from lots.tree import LogFrontier, TreeHead, is_frontier
from scoring import merkle

_FORGED: Final = "lacks this installation’s keyed hash: somebody without its key wrote or rewrote it."


@dataclass(frozen=True)
class LogCheck:
    """The result of checking a log. `faults` has a sentence for each fault; none for an unaltered log."""

    size: int
    root: str
    heads: int
    """How many stored heads were compared."""
    faults: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    """Times that a clock set wrong would explain; no faults."""

    @property
    def intact(self) -> bool:
        return not self.faults


def check(session: Session, tender: Tender | None, now: datetime | None = None) -> LogCheck:
    """Hash every entry of a tender's log, or the installation's, and compare with what was stored.

    Compared are the entries' hashes and keyed hashes, their order, and every head that was kept. Entries
    later than `now` are remarked on. Raises LookupError for a session without the log's key.
    """
    return check_log(session, log_of(tender), now)


def check_log(session: Session, log: str, now: datetime | None = None) -> LogCheck:
    """As `check`, by the log's name."""
    # what is added meanwhile is looked at too, but its head is not looked for: heads are read first
    bound = session.scalar(select(func.max(Event.sequence)).where(Event.log == log))
    with closing(_heads(session, log)) as heads:  # a log that was cut has heads that nothing reaches
        checking = _Checking(
            log=log,
            key=log_key(session),
            unkeyed=unkeyed_parts(session).get(log, NONE),
            bound=-1 if bound is None else bound,
            heads=heads,
            times=TimesSeen(now),
        )
        checking.go_on_to_the_next_head()
        checking.meet_heads()
        for row in rows(session, Event.log == log):
            checking.see(row)
        checking.end(session)
        return checking.result()


def _heads(session: Session, log: str) -> Generator[Any, None, None]:
    chosen = (
        select(TreeHead.size, TreeHead.root, TreeHead.keyed_hash)
        .where(TreeHead.log == log)
        .order_by(TreeHead.size, TreeHead.id)
    )
    with session.execute(chosen.execution_options(yield_per=AT_A_TIME)) as found:  # read to the end or not
        yield from found


@dataclass
class _Checking:
    """How far the check of one log has come."""

    log: str
    key: LogKey
    unkeyed: Unkeyed
    bound: int
    """The last entry of which it is known that its head, if one was kept, is among `heads`."""
    heads: Iterator[Any]
    times: TimesSeen
    tree: merkle.Frontier = field(default_factory=merkle.Frontier)
    whole: bool = True
    """Whether no entry was missing so far; after one the tree cannot be compared with anything."""
    next_number: int = 0
    keyed_before: str | None = None
    head: Any = None
    """The next one that was kept."""
    next_head_size: float = math.inf
    compared: int = 0
    keyed: int = 0
    """How many entries fit the key."""
    missing: FirstFew[str] = field(default_factory=FirstFew)
    altered: FirstFew[str] = field(default_factory=FirstFew)
    forged: FirstFew[str] = field(default_factory=FirstFew)
    dated: FirstFew[str] = field(default_factory=FirstFew)
    headed: FirstFew[str] = field(default_factory=FirstFew)

    def see(self, row: Any) -> None:
        """Compare the next entry."""
        # taken apart at once: to look a value up by its name in each of a million rows takes too long
        _, sequence, at, clock, _, _, action, _, body, _, _, stored_leaf, keyed_hash = row
        number = sequence if type(sequence) is int else self.next_number
        in_order = number == self.next_number
        if not in_order:
            self._note_gap(number)
        leaf = leaf_of(row)
        if leaf is None:
            self.altered.add(f"Entry {number} ({action}) was altered: it does not even fit together.")
            leaf = merkle.leaf_hash(b"")
        else:
            if leaf.hex() != stored_leaf:
                self.altered.add(f"Entry {number} ({action}) was altered after it was written.")
            elif keyed_hash == self.key.of_entry(self.keyed_before, leaf):
                self.keyed += 1
            elif in_order and (keyed_hash is not None or number >= self.unkeyed.size):
                self.forged.add(f"Entry {number} ({action}) {_FORGED}")
            if not self.times.see(number, action, at, clock, body):
                self.dated.add(f"Entry {number} ({action}) is dated before the entry that it follows.")
        self.keyed_before = keyed_hash
        self.tree.append(leaf)
        self.next_number = number + 1
        if self.tree.size == self.unkeyed.size:
            self._compare_unkeyed()
        milestone = action in KEEPS_HEAD and keyed_hash is not None
        if milestone or self.next_head_size <= self.next_number:
            self.meet_heads(action if milestone else "")

    def _note_gap(self, found: int) -> None:
        self.whole = False
        if found > self.next_number:
            self.missing.add(f"Entry {self.next_number} is missing: the log goes on with entry {found}.")
        else:
            self.missing.add(f"Entry {found} is there twice.")

    def _compare_unkeyed(self) -> None:
        if self.whole and self.tree.root().hex() != self.unkeyed.root:
            self.altered.add(
                f"The first {self.unkeyed.size} entries, which are older than keyed hashes, are not those "
                "that were there when keyed hashes began."
            )

    def meet_heads(self, milestone: str = "") -> None:
        """Compare every head that was kept at this size; after a `milestone`, the action of the last entry,
        there has to be one."""
        met = False
        while self.head is not None and self.next_head_size <= self.next_number:
            met = met or self.head.size == self.next_number
            self._compare_head(self.head)
            self.go_on_to_the_next_head()
        if milestone and not met and self.next_number - 1 <= self.bound:
            self.headed.add(f"The head kept after entry {self.next_number - 1} ({milestone}) was removed.")

    def go_on_to_the_next_head(self) -> None:
        while (head := next(self.heads, None)) is not None and type(head.size) is not int:
            self.forged.add("A kept head was altered: it cannot even be read.")
        self.head, self.next_head_size = head, math.inf if head is None else head.size

    def _compare_head(self, head: Any) -> None:
        self.compared += 1
        if head.keyed_hash != self.key.of_head(self.log, head.size, head.root) and (
            head.keyed_hash is not None or head.size > self.unkeyed.size
        ):
            self.forged.add(f"The head kept at {head.size} entries {_FORGED}")
        if self.whole and head.size == self.tree.size and head.root != self.tree.root().hex():
            self.headed.add(f"The first {head.size} entries are not those whose head was kept.")

    def end(self, session: Session) -> None:
        """What can only be said of the whole log."""
        beyond = 0
        while self.head is not None:
            self._compare_head(self.head)
            beyond = self.head.size
            self.go_on_to_the_next_head()
        if beyond:
            self.headed.add(
                f"The log held {beyond} entries once; entries after {self.next_number - 1} are gone."
            )
        elif self.next_number < self.unkeyed.size:
            self.headed.add(
                f"The log held {self.unkeyed.size} entries when keyed hashes began; entries after "
                f"{self.next_number - 1} are gone."
            )
        if not self._faults() and self.next_number == self.bound + 1:
            self._compare_frontier(session)

    def _compare_frontier(self, session: Session) -> None:
        stored = session.execute(
            select(LogFrontier.size, LogFrontier.nodes, LogFrontier.keyed_hash).where(
                LogFrontier.log == self.log
            )
        ).first()
        size, nodes = self.tree.size, b"".join(self.tree.nodes).hex()
        if stored is None:
            right = size <= self.unkeyed.size  # nothing was added since there are frontiers
        else:
            right = stored.nodes == nodes and is_frontier(
                self.key, self.log, size, self.keyed_before, *stored
            )
        if not right:
            self.headed.add(
                "What is stored for adding to this log is missing or not this log’s: entries at its end were "
                "removed, or that was altered."
            )

    def result(self) -> LogCheck:
        root = self.tree.root().hex()
        return LogCheck(self.tree.size, root, self.compared, self._faults(), tuple(self.times.remarks()))

    def _faults(self) -> tuple[str, ...]:
        forged = self.forged.sentences(str)
        if forged and not self.keyed and self.tree.size > self.unkeyed.size:
            forged = [
                "Not one entry fits the key of this installation: BID_KEY is not the one that the log was "
                "written under, or the whole log was written anew."
            ]
        return (
            *self.missing.sentences(str),
            *self.altered.sentences(str),
            *forged,
            *self.dated.sentences(str),
            *self.headed.sentences(str),
        )
