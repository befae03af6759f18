"""The append-only log of a tender: every change, hashed into a Merkle tree (RFC 6962)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lots import explained
from lots.database import Base, UTCDateTime
from lots.person import Person
from lots.tender import Tender
from scoring import merkle
from scoring.canonical import canonical_json

INSTALLATION = "installation"
"""The log of what belongs to no tender: accounts, roles, loaded ratings files."""

ACTIONS = {
    "record.taken_over": "Took over what the tables held, as it stood",
    "person.added": "Added a person",
    "person.changed": "Changed a person’s roles or access",
    "person.password_set": "Set a password",
    "person.notice_read": "Read what was done to the account",
    "account.asked": "Asked another administrator to confirm a change of an account",
    "account.confirmed": "Confirmed a change of an account",
    "account.refused": "Refused a change of an account",
    "account.roles_given": "Gave a role to somebody who decides on this tender",
    "account.access_taken": "Took access away from somebody who decides on this tender",
    "account.access_given": "Gave access back to somebody who decides on this tender",
    "account.link_made": "Made a password link for somebody who decides on this tender",
    "account.password_set": "Set the password of somebody who decides on this tender, by a link",
    "person.password_rehashed": "Kept the same password under a stronger hash",
    "provider.registered": "Registered a provider",
    "provider.changed": "Changed a provider’s details",
    "ratings.loaded": "Loaded a file of CQC ratings",
    "tender.created": "Created the tender",
    "tender.changed": "Changed the draft tender",
    "lots.changed": "Changed the lots",
    "question.added": "Added a question",
    "question.changed": "Changed a question",
    "question.removed": "Removed a question",
    "panel.named": "Named a panel member",
    "panel.removed": "Removed a panel member",
    "panel.joined": "Added somebody to the panel",
    "panel.stood_down": "Stood a panel member down",
    "panel.returned": "Took somebody back onto the panel",
    "panel.marks_decided": "Decided whether marks of somebody stood down count",
    "tender.published": "Published the tender and froze its rules",
    "tender.cancelled": "Cancelled the tender",
    "lot.cancelled": "Cancelled a lot",
    "step.asked": "Asked for a step that a second person confirms",
    "bid.started": "Started a bid",
    "bid.submitted": "Submitted a bid",
    "bid.withdrawn": "Withdrew a bid",
    "opening.requested": "Asked for the bids to be opened",
    "opening.completed": "Opened the bids",
    "ratings.pinned": "Pinned the CQC ratings",
    "eligibility.decided": "Decided on a bid’s eligibility",
    "conflict.declared": "Declared on a conflict of interest",
    "conflict.decided": "Decided on a conflict of interest",
    "marking.started": "Started marking",
    "letters.dealt": "Dealt an evaluator letters for the bids",
    "mark.given": "Gave a mark",
    "mark.changed": "Changed a mark",
    "moderation.opened": "Opened moderation",
    "moderation.attended": "Said who is at the moderation meeting",
    "mark.agreed": "Recorded an agreed mark",
    "agreed_mark.changed": "Changed an agreed mark",
    "quality.locked": "Locked quality",
    "prices.opened": "Opened the prices",
    "evaluation.made": "Evaluated the bids",
    "award.recommended": "Recommended the award",
    "award.approved": "Approved the award",
    "award.returned": "Sent the recommendation back",
    "summaries.sent": "Recorded that assessment summaries were sent",
    "award.confirmed": "Confirmed the award",
}
"""Every action that a log can have, with the text for it."""

ABOUT_BIDS = ("bid.started", "bid.submitted", "bid.withdrawn")
"""Actions that would tell who bids; not shown to anybody but the provider before the opening."""

ABOUT_LETTERS = ("letters.dealt",)
"""Actions that tell whose bid an evaluator's letter stands for; never shown to an evaluator of the tender."""

ABOUT_MARKS = ("mark.given", "mark.changed")
"""Actions that tell one evaluator's marks; not shown to officers before moderation opens, nor ever to
another evaluator."""


class Event(Base):
    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("log", "sequence"),
        Index("ix_event_log_action", "log", "action"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    log: Mapped[str] = mapped_column(String(40))
    sequence: Mapped[int]
    """From 0 in each log, without gaps."""
    tender_id: Mapped[int | None] = mapped_column(ForeignKey("tender.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    actor_name: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    """Canonical JSON of what changed and why."""
    rows: Mapped[str | None] = mapped_column(Text, deferred=True)
    """Canonical JSON of the rows that were changed, by table and primary key (see `lots.explained`); None
    in entries older than that. Not for showing: it tells more than the body."""
    rows_sha256: Mapped[str | None] = mapped_column(String(64))
    leaf_hash: Mapped[str] = mapped_column(String(64))

    def leaf(self) -> bytes:
        """The bytes that are hashed: canonical JSON of all that this row says."""
        told = {
            "log": self.log,
            "sequence": self.sequence,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": self.actor_id,
            "actor_name": self.actor_name,
            "action": self.action,
            "subject": self.subject,
            "body": self.body,
        }
        if self.rows_sha256 is not None:
            told["rows_sha256"] = self.rows_sha256
        return canonical_json(told)


class TreeHead(Base):
    """The head of a log at a moment, stored for comparison: receipts and reports print it."""

    __tablename__ = "tree_head"
    __table_args__ = (UniqueConstraint("log", "size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    log: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True)
class LogCheck:
    """The result of checking a log. `faults` has a sentence for each fault; none for an unaltered log."""

    size: int
    root: str
    heads: int
    """How many stored heads were compared."""
    faults: tuple[str, ...]

    @property
    def intact(self) -> bool:
        return not self.faults


def log_of(tender: Tender | None) -> str:
    return INSTALLATION if tender is None else f"tender:{tender.id}"


def write(
    session: Session,
    *,
    tender: Tender | None,
    actor: Person | None,
    action: str,
    subject: str,
    body: dict[str, Any],
    now: datetime,
) -> Event:
    """Add an event at the end of the tender's log (or the installation's), in this transaction.

    `subject` names what it is about in words; `body` holds plain JSON values without floats. The entry is
    dated `now`, or as the one before it if that is later. It carries every row of the record that was
    changed since the last event: so change first, then write.
    Raises KeyError for an action that is not in ACTIONS.
    """
    if action not in ACTIONS:
        raise KeyError(f"{action} is not a known action")
    session.flush()
    log = log_of(tender)
    rows = explained.take(session, of_tender_rows=tender is not None)
    _hold(session, log)
    last = session.execute(
        select(Event.sequence, Event.at).where(Event.log == log).order_by(Event.sequence.desc()).limit(1)
    ).first()
    entry = Event(
        log=log,
        sequence=0 if last is None else last.sequence + 1,
        tender_id=None if tender is None else tender.id,
        # a request that began first may come to write second: the log's own time never runs backwards
        at=now if last is None else max(now, last.at),
        actor_id=None if actor is None else actor.id,
        actor_name="The system" if actor is None else actor.name,
        action=action,
        subject=subject[:200],
        body=canonical_json(body).decode(),
        rows=rows,
        rows_sha256=None if rows is None else hashlib.sha256(rows.encode()).hexdigest(),
        leaf_hash="",
    )
    entry.leaf_hash = merkle.leaf_hash(entry.leaf()).hex()
    session.add(entry)
    session.flush()
    return entry


def _hold(session: Session, log: str) -> None:
    """Let one transaction at a time append to a log; SQLite lets only one write at all."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(log))))


def keep_head(session: Session, tender: Tender | None, now: datetime) -> TreeHead:
    """Work out the current head of the log and store it."""
    log = log_of(tender)
    leaves = _leaf_hashes(session, log)
    head = session.scalar(select(TreeHead).where(TreeHead.log == log, TreeHead.size == len(leaves)))
    if head is None:
        head = TreeHead(log=log, size=len(leaves), root=merkle.root(leaves).hex(), at=now)
        session.add(head)
        session.flush()
    return head


def _leaf_hashes(session: Session, log: str) -> list[bytes]:
    hashes = session.scalars(select(Event.leaf_hash).where(Event.log == log).order_by(Event.sequence))
    return [bytes.fromhex(one) for one in hashes]


def check(session: Session, tender: Tender | None) -> LogCheck:
    """Hash every entry of a log again and compare with what was stored: entries, order and earlier heads."""
    log = log_of(tender)
    events = list(session.scalars(select(Event).where(Event.log == log).order_by(Event.sequence)))
    heads = list(session.scalars(select(TreeHead).where(TreeHead.log == log).order_by(TreeHead.size)))
    leaves = [merkle.leaf_hash(entry.leaf()) for entry in events]
    faults = [*_faulty_entries(events, leaves), *_faulty_heads(heads, leaves)]
    return LogCheck(len(events), merkle.root(leaves).hex(), len(heads), tuple(faults))


def _faulty_entries(events: Sequence[Event], leaves: Sequence[bytes]) -> list[str]:
    faults = []
    for place, (entry, leaf) in enumerate(zip(events, leaves, strict=True)):
        if entry.sequence != place:
            faults.append(f"Entry {place} is missing: the log goes on with entry {entry.sequence}.")
            break
        if leaf.hex() != entry.leaf_hash:
            faults.append(f"Entry {place} ({entry.action}) was altered after it was written.")
        if place and entry.at < events[place - 1].at:
            faults.append(f"Entry {place} ({entry.action}) is dated before the entry that it follows.")
    return faults


def _faulty_heads(heads: Sequence[TreeHead], leaves: Sequence[bytes]) -> list[str]:
    faults = []
    roots = merkle.roots(leaves, (head.size for head in heads if head.size <= len(leaves)))
    for head in heads:
        if head.size > len(leaves):
            faults.append(f"The log held {head.size} entries once; entries after {len(leaves) - 1} are gone.")
        elif roots[head.size].hex() != head.root:
            faults.append(f"The first {head.size} entries are not those whose head was kept.")
    return faults
