"""The check of a log: every entry hashed again, in order, and compared with all that was stored of it.

It reads the log once, a few thousand entries at a time, and keeps of it no more than the frontier of its
tree: a million entries take no more memory than a thousand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lots.event import KEEPS_HEAD, Event, log_of
from lots.first_few import FirstFew
from lots.keyed_logs import NONE, Unkeyed, unkeyed_parts
from lots.log_key import LogKey, log_key
from lots.log_rows import AT_A_TIME, Leaf, leaf_of, rows
from lots.log_times import TimesSeen
from lots.tender import Tender
from lots.tree import LogFrontier, TreeHead, is_frontier
from scoring import merkle


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
    checking = _Checking(
        log=log,
        key=log_key(session),
        unkeyed=unkeyed_parts(session).get(log, NONE),
        bound=-1 if bound is None else bound,
        heads=_heads(session, log),
        times=TimesSeen(now),
    )
    checking.meet_heads()
    for row in rows(session, Event.log == log):
        checking.see(row)
    checking.end(session)
    return checking.result()


def _heads(session: Session, log: str) -> Iterator[Any]:
    chosen = (
        select(TreeHead.size, TreeHead.root, TreeHead.keyed_hash)
        .where(TreeHead.log == log)
        .order_by(TreeHead.size, TreeHead.id)
    )
    return iter(session.execute(chosen.execution_options(yield_per=AT_A_TIME)))


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
    at_before: datetime | None = None
    keyed_before: str | None = None
    head: Any = None
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
        number = row.sequence if type(row.sequence) is int else self.next_number
        in_order = number == self.next_number
        if not in_order:
            self._note_gap(number)
        leaf = leaf_of(row)
        if leaf is None:
            self.altered.add(f"Entry {number} ({row.action}) was altered: it cannot even be read.")
        else:
            self._compare(row, leaf, in_order=in_order)
            self.times.see(number, row.action, leaf.at, leaf.clock, row.body)
            self.at_before = leaf.at
        self.keyed_before = row.keyed_hash
        self.tree.append(merkle.leaf_hash(b"") if leaf is None else leaf.hash)
        self.next_number = number + 1
        self._compare_unkeyed()
        self.meet_heads(row)

    def _note_gap(self, found: int) -> None:
        self.whole = False
        if found > self.next_number:
            self.missing.add(f"Entry {self.next_number} is missing: the log goes on with entry {found}.")
        else:
            self.missing.add(f"Entry {found} is there twice.")

    def _compare(self, row: Any, leaf: Leaf, *, in_order: bool) -> None:
        """`in_order`: whether the entry before is there, over whose keyed hash this one’s is."""
        what = f"Entry {row.sequence} ({row.action})"
        if leaf.hash.hex() != row.leaf_hash:
            self.altered.add(f"{what} was altered after it was written.")
        elif row.keyed_hash == self.key.of_entry(self.keyed_before, leaf.hash):
            self.keyed += 1
        elif in_order and (row.keyed_hash is not None or row.sequence >= self.unkeyed.size):
            self.forged.add(
                f"{what} lacks this installation’s keyed hash: somebody without its key wrote or rewrote it."
            )
        if self.at_before is not None and leaf.at < self.at_before:
            self.dated.add(f"{what} is dated before the entry that it follows.")

    def _compare_unkeyed(self) -> None:
        if self.whole and self.tree.size == self.unkeyed.size and self.tree.root().hex() != self.unkeyed.root:
            self.altered.add(
                f"The first {self.unkeyed.size} entries, which are older than keyed hashes, are not those "
                "that were there when keyed hashes began."
            )

    def meet_heads(self, row: Any = None) -> None:
        """Compare every head that was kept at this size; `row` is the entry that led to it."""
        met = False
        while (head := self._next_head()) is not None and head.size <= self.next_number:
            met = met or head.size == self.next_number
            self._compare_head(head)
            self.head = None
        if row is None or met or row.action not in KEEPS_HEAD or row.sequence > self.bound:
            return
        if row.keyed_hash is not None:
            self.headed.add(f"The head kept after entry {row.sequence} ({row.action}) was removed.")

    def _next_head(self) -> Any:
        while self.head is None and (head := next(self.heads, None)) is not None:
            if type(head.size) is int:
                self.head = head
            else:
                self.forged.add("A kept head was altered: it cannot even be read.")
        return self.head

    def _compare_head(self, head: Any) -> None:
        self.compared += 1
        if head.keyed_hash != self.key.of_head(self.log, head.size, head.root) and (
            head.keyed_hash is not None or head.size > self.unkeyed.size
        ):
            self.forged.add(
                f"The head kept at {head.size} entries lacks this installation’s keyed hash: somebody "
                "without its key wrote or rewrote it."
            )
        if self.whole and head.size == self.tree.size and head.root != self.tree.root().hex():
            self.headed.add(f"The first {head.size} entries are not those whose head was kept.")

    def end(self, session: Session) -> None:
        """What can only be said of the whole log."""
        beyond = 0
        while (head := self._next_head()) is not None:
            self._compare_head(head)
            beyond, self.head = head.size, None
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
