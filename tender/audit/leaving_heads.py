"""Heads that leave this machine: as lines to keep elsewhere, and whose log they are of."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lots import states
from lots.event import INSTALLATION, log_of
from lots.log_rows import AT_A_TIME
from lots.outside_heads import OutsideHead
from lots.tender import LARGEST_ID, Tender
from lots.tree import TreeHead


@dataclass(frozen=True)
class NamedLog:
    """A log, and what people call it."""

    log: str
    reference: str
    tender: Tender | None

    @property
    def sealed(self) -> bool:
        """Whether nobody may learn how many entries it has: they would tell how many bid."""
        return (
            self.tender is not None
            and self.tender.published_at is not None
            and not states.is_opened(self.tender)
        )


INSTALLATION_LOG = NamedLog(INSTALLATION, INSTALLATION, None)


def log_known_as(session: Session, name: str) -> NamedLog | None:
    """The log by its own name, or by its tender's reference in any case."""
    if name == INSTALLATION:
        return INSTALLATION_LOG
    number = name.removeprefix("tender:")
    by_number = name != number and number.isdecimal() and int(number) <= LARGEST_ID
    same = Tender.id == int(number) if by_number else func.lower(Tender.reference) == name.lower()
    tender = session.scalar(select(Tender).where(same))
    return None if tender is None else NamedLog(log_of(tender), tender.reference, tender)


def leaving_heads(
    session: Session, since: datetime | None = None, sent: Sequence[OutsideHead] = ()
) -> Iterator[dict[str, Any]]:
    """Every head kept from `since` on that is not among those `sent` before, as plain values, log by log.

    Of a tender whose bids are sealed only the newest, without its size and time: their number, sizes and
    times would tell whoever keeps them how many bid, and when.
    """
    logs = {log_of(one): NamedLog(log_of(one), one.reference, one) for one in session.scalars(select(Tender))}
    logs[INSTALLATION] = INSTALLATION_LOG
    largest: dict[str, int] = {}
    for one in sent:
        largest[one.log] = max(largest.get(one.log, 0), one.size or 0)
    roots = {(one.log, one.root) for one in sent}
    chosen = select(TreeHead.log, TreeHead.size, TreeHead.root, TreeHead.at)
    if since is not None:
        chosen = chosen.where(TreeHead.at >= since)
    kept = session.execute(
        chosen.order_by(TreeHead.log, TreeHead.size).execution_options(yield_per=AT_A_TIME)
    )
    for log, heads in groupby(kept, key=lambda head: head.log):
        named = logs.get(log, NamedLog(log, "", None))
        for head in deque(heads, maxlen=1) if named.sealed else heads:
            if head.size > largest.get(log, 0) and (log, head.root) not in roots:
                yield {
                    "log": log,
                    "reference": named.reference,
                    "size": None if named.sealed else head.size,
                    "root": head.root,
                    "at": None if named.sealed else head.at.isoformat(),
                }
