"""The Merkle tree over a log: its frontier, by which it grows at one cost, and the heads that were kept."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lots.database import Base, UTCDateTime
from lots.log_key import LogKey, log_key
from scoring import merkle

_LOGGER = logging.getLogger(__name__)
_NODE = 2 * merkle.HASH_BYTES
"""The hexadecimal digits of one node."""


class TreeHead(Base):
    """The head of a log at a moment, stored for comparison: receipts and reports print it."""

    __tablename__ = "tree_head"
    __table_args__ = (UniqueConstraint("log", "size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    log: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    keyed_hash: Mapped[str | None] = mapped_column(String(64))
    """None where the head was kept before there were keyed hashes."""


class LogFrontier(Base):
    """What of a log's tree is needed to add an entry or give its head, so that neither reads the log.

    It is trusted only with its keyed hash, and only for the entries that are there; else it is worked out
    again from them, and the service's log says so. The check of a log relies on it for nothing. But as it
    says under the key how long the log is, one that does not fit shows that the log's end was cut off.
    """

    __tablename__ = "log_frontier"

    log: Mapped[str] = mapped_column(String(40), primary_key=True)
    size: Mapped[int]
    nodes: Mapped[str] = mapped_column(Text)
    """The frontier's nodes in hexadecimal, one after the other."""
    keyed_hash: Mapped[str] = mapped_column(String(64))


@dataclass
class GrowingTree:
    """A log's tree within a transaction that may add to the log."""

    log: str
    frontier: merkle.Frontier
    stored: bool
    """Whether there is a row for it, right or wrong."""

    def append(self, session: Session, leaf: bytes, keyed_hash: str) -> None:
        """Add an entry's leaf hash; `keyed_hash` is that entry's."""
        self.frontier.append(leaf)
        nodes = b"".join(self.frontier.nodes).hex()
        size = self.frontier.size
        values = {
            "size": size,
            "nodes": nodes,
            "keyed_hash": log_key(session).of_frontier(self.log, size, keyed_hash, nodes),
        }
        if self.stored:
            session.execute(update(LogFrontier).where(LogFrontier.log == self.log).values(values))
        else:
            session.execute(insert(LogFrontier).values(log=self.log, **values))
            self.stored = True

    def keep_head(self, session: Session, now: datetime) -> TreeHead:
        """Store the head of the tree as it is, unless it was stored before.

        Raises RuntimeError where somebody put another in its place: it must not get onto a receipt."""
        size, root = self.frontier.size, self.frontier.root().hex()
        head = session.scalar(select(TreeHead).where(TreeHead.log == self.log, TreeHead.size == size))
        if head is None:
            keyed_hash = log_key(session).of_head(self.log, size, root)
            head = TreeHead(log=self.log, size=size, root=root, at=now, keyed_hash=keyed_hash)
            session.add(head)
            session.flush()
        elif head.root != root:
            raise RuntimeError(f"the head kept of {self.log} at {size} entries is not that of its entries")
        return head


def growing_tree(
    session: Session, log: str, size: int, last: str | None, leaf_hashes: Callable[[], Iterable[bytes]]
) -> GrowingTree:
    """The tree of a log of `size` entries of which the last has the keyed hash `last`.

    `leaf_hashes` gives those of the whole log; it is asked only where no right frontier is stored.
    """
    row = session.execute(
        select(LogFrontier.size, LogFrontier.nodes, LogFrontier.keyed_hash).where(LogFrontier.log == log)
    ).first()
    key = log_key(session)
    if row is not None and is_frontier(key, log, size, last, row.size, row.nodes, row.keyed_hash):
        nodes = (bytes.fromhex(row.nodes[at : at + _NODE]) for at in range(0, len(row.nodes), _NODE))
        return GrowingTree(log, merkle.Frontier(size, nodes), stored=True)
    if row is not None or last is not None:
        _LOGGER.warning(
            "the tree of a log was worked out again: what was stored of it was altered or missing"
        )
    frontier = merkle.Frontier()
    for leaf in leaf_hashes() if size else ():
        frontier.append(leaf)
    return GrowingTree(log, frontier, stored=row is not None)


def is_frontier(
    key: LogKey, log: str, size: int, last: str | None, stored: int, nodes: str, keyed_hash: str
) -> bool:
    """Whether what is stored for a log of `stored` entries is the frontier of this one of `size`."""
    return stored == size and hmac.compare_digest(
        key.of_frontier(log, size, last, nodes).encode(), str(keyed_hash).encode()
    )
