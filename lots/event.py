"""The append-only log of a tender: every change, hashed into a Merkle tree (RFC 6962)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from json.encoder import encode_basestring as _quoted
from types import NoneType
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lots import explained, states
from lots.database import Base, UTCDateTime
from lots.log_key import log_key
from lots.person import Person
from lots.tender import Tender
from lots.tree import GrowingTree, TreeHead, growing_tree
from scoring import merkle
from scoring.canonical import canonical_json

INSTALLATION = "installation"
"""The log of what belongs to no tender: accounts, roles, loaded ratings files."""

ACTIONS = {
    "record.taken_over": "Took over what the tables held, as it stood",
    "person.added": "Added a person",
    "person.changed": "Changed a person’s roles or access",
    "person.password_set": "Set a password",
    "registration.passed_on": "Made a link to register a provider",
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
    "ratings.withdrawn": "Withdrew a file of CQC ratings",
    "ratings.redated": "Mended the date of a file of CQC ratings",
    "log.keyed": "Began to put keyed hashes on the logs",
    "tender.added": "Added a tender",
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
    "draw.typed": "Typed in the public numbers of the draw",
    "opening.completed": "Opened the bids",
    "ratings.pinned": "Pinned the CQC ratings",
    "ratings.pin_requested": "Asked for CQC ratings that change who is in the assessment",
    "ratings.pin_refused": "Refused a request for CQC ratings",
    "location.checked": "Recorded what was found of a location",
    "location.check_answered": "Confirmed or refused what was found of a location",
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
    "tie.proposed": "Proposed how to decide a tie",
    "tie.decided": "Approved how a tie is decided",
    "tie.returned": "Sent a proposal about a tie back",
    "award.recommended": "Recommended the award",
    "award.approved": "Approved the award",
    "award.returned": "Sent the recommendation back",
    "summaries.sent": "Recorded that assessment summaries were sent",
    "award.confirmed": "Confirmed the award",
}
"""Every action that a log can have, with the text for it."""

KEEPS_HEAD = frozenset(
    {"bid.submitted", "evaluation.made", "log.keyed", "tender.added", "ratings.loaded", "person.added"}
) | {action for stage in states.STAGES.values() for action in stage.actions}
"""Actions after which the head of the log is kept: every move of a tender to another stage, every bid that
gets a receipt, every evaluation; and what others rely on in the log of the installation."""

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
    """When it counts as written: as the clock said, or as the entry before it if that is later."""
    clock: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """What the clock said. None in entries from before it was kept."""
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
    keyed_hash: Mapped[str | None] = mapped_column(String(64))
    """What only somebody with the installation's key can make (`lots/log_key.py`). None in entries from
    before there were keyed hashes; the log of the installation says up to which that is."""

    def leaf(self) -> bytes:
        """The bytes that are hashed: canonical JSON of all that this row says."""
        return leaf_bytes(
            self.log,
            self.sequence,
            moment_text(self.at) or "",
            moment_text(self.clock),
            self.actor_id,
            self.actor_name,
            self.action,
            self.subject,
            self.body,
            self.rows_sha256,
        )


def log_of(tender: Tender | None) -> str:
    return log_named(None if tender is None else tender.id)


def log_named(tender_id: int | None) -> str:
    """The name of the log of the tender with this id; without one, of the installation's."""
    return INSTALLATION if tender_id is None else f"tender:{tender_id}"


def moment_text(moment: datetime | None) -> str | None:
    """A moment as a leaf has it: UTC, to the microsecond."""
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="microseconds")


def leaf_bytes(  # noqa: PLR0913, PLR0917  as many as an entry has
    log: str,
    sequence: int,
    at: str,
    clock: str | None,
    actor: int | None,
    actor_name: str,
    action: str,
    subject: str,
    body: str,
    rows_sha256: str | None,
) -> bytes:
    """The bytes that are hashed of an entry: canonical JSON, written out because a check writes millions.

    `clock` and `rows_sha256` are left out where an entry is older than they. Raises TypeError for a value
    of another type, which only an altered entry has.
    """
    if type(sequence) is not int or type(actor) not in (int, NoneType):
        raise TypeError("an entry's number and actor are whole numbers")
    clocked = "" if clock is None else f'"clock":{_quoted(clock)},'
    changed = "" if rows_sha256 is None else f'"rows_sha256":{_quoted(rows_sha256)},'
    return (
        f'{{"action":{_quoted(action)},"actor":{"null" if actor is None else actor},'
        f'"actor_name":{_quoted(actor_name)},"at":{_quoted(at)},"body":{_quoted(body)},{clocked}'
        f'"log":{_quoted(log)},{changed}"sequence":{sequence},"subject":{_quoted(subject)}}}'
    ).encode()


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
    changed since the last event: so change first, then write. Where the action is one of KEEPS_HEAD, the
    head of the log is kept. Costs the same however long the log is.
    Raises KeyError for an action that is not in ACTIONS, LookupError for a session without the log's key.
    """
    if action not in ACTIONS:
        raise KeyError(f"{action} is not a known action")
    session.flush()
    log = log_of(tender)
    rows = explained.take(session, of_tender_rows=tender is not None)
    tree, last = _end(session, log)
    entry = Event(
        log=log,
        sequence=tree.frontier.size,
        tender_id=None if tender is None else tender.id,
        # a request that began first may come to write second: the log's own time never runs backwards
        at=now if last is None else max(now, last.at),
        clock=now,
        actor_id=None if actor is None else actor.id,
        actor_name="The system" if actor is None else actor.name,
        action=action,
        subject=subject[:200],
        body=canonical_json(body).decode(),
        rows=rows,
        rows_sha256=None if rows is None else hashlib.sha256(rows.encode()).hexdigest(),
    )
    leaf = merkle.leaf_hash(entry.leaf())
    entry.leaf_hash = leaf.hex()
    entry.keyed_hash = log_key(session).of_entry(None if last is None else last.keyed_hash, leaf)
    session.add(entry)
    session.flush()
    tree.append(session, leaf, entry.keyed_hash)
    if action in KEEPS_HEAD:
        tree.keep_head(session, now)
    return entry


def _end(session: Session, log: str) -> tuple[GrowingTree, Any]:
    """The log's tree and its last entry, which nobody else appends to before this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite lets only one write at all
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(log))))
    last = session.execute(
        select(Event.sequence, Event.at, Event.keyed_hash)
        .where(Event.log == log)
        .order_by(Event.sequence.desc())
        .limit(1)
    ).first()
    size, keyed_hash = (0, None) if last is None else (last.sequence + 1, last.keyed_hash)
    return growing_tree(session, log, size, keyed_hash, lambda: leaf_hashes(session, log)), last


def keep_head(session: Session, tender: Tender | None, now: datetime) -> TreeHead:
    """Store the current head of the log, unless it is stored already."""
    return _end(session, log_of(tender))[0].keep_head(session, now)


def leaf_hashes(session: Session, log: str) -> Iterator[bytes]:
    """The stored leaf hashes of a log in order, a few thousand in memory at a time."""
    chosen = select(Event.leaf_hash).where(Event.log == log).order_by(Event.sequence)
    return (bytes.fromhex(one) for one in session.scalars(chosen.execution_options(yield_per=5_000)))
