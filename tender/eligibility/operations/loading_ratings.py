"""Loading a file of CQC ratings and pinning a tender to it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import Select, insert, select
from sqlalchemy.orm import Session, joinedload

from lots import event, states
from lots.person import Person, require_role
from lots.rating import Rating, RatingsFile, RatingsPin
from lots.refusal import Conflict, NotPermitted, Refusal
from lots.tender import Tender, lock_tender
from tender.eligibility import assessment
from tender.eligibility.blindness import keep_blind
from tender.eligibility.operations.dealing_letters import deal_letters
from tender.eligibility.operations.returning import refuse_unmarked_return
from tender.eligibility.ratings_file import read_ratings

EARLIEST = date(2009, 4, 1)
"""The CQC began on that day."""
ROWS_AT_ONCE = 2000

PIN_STAGES = {
    "opening": (states.OPENED, states.MARKING, states.MODERATION, states.QUALITY_LOCKED),
    "recommendation": (states.QUALITY_LOCKED, states.PRICES_OPENED),
    "signing": (states.APPROVED, states.STANDSTILL, states.AWARDED),
}
"""When a file may be pinned, by what for."""


def load_ratings(
    session: Session,
    *,
    actor: Person | None,
    now: datetime,
    filename: str,
    content: bytes,
    as_at: date | None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> RatingsFile:
    """Load a file; the same bytes again give the file that is already there, unchanged.

    `progress` is told rows done and rows in all. Raises RatingsRefused for what is wrong in the file.
    """
    if actor is not None and (not actor.active or not {"officer", "administrator"} & actor.roles):
        raise NotPermitted("Only an officer or an administrator may load ratings.")
    sha256 = hashlib.sha256(content).hexdigest()
    loaded = session.scalar(select(RatingsFile).where(RatingsFile.sha256 == sha256))
    if loaded is not None:
        return loaded
    if as_at is None:
        raise Refusal("Enter the date of the file, such as 1 11 2026.", "as_at")
    if as_at > now.date():
        raise Refusal("The date of the file must be today or earlier.", "as_at")
    if as_at < EARLIEST:
        raise Refusal("The date of the file must be 1 April 2009 or later: the CQC began then.", "as_at")
    table = read_ratings(content)
    file = RatingsFile(
        filename=_tidy(filename),
        sha256=sha256,
        as_at=as_at,
        row_count=len(table.rows),
        loaded_by_id=None if actor is None else actor.id,
        loaded_at=now,
    )
    session.add(file)
    session.flush()
    for start in range(0, len(table.rows), ROWS_AT_ONCE):
        part = [{**row, "file_id": file.id} for row in table.rows[start : start + ROWS_AT_ONCE]]
        session.execute(insert(Rating), part)
        progress(start + len(part), len(table.rows))
    event.write(
        session,
        tender=None,
        actor=actor,
        action="ratings.loaded",
        subject=file.filename,
        body={"sha256": sha256, "as_at": as_at.isoformat(), "rows": len(table.rows)},
        now=now,
    )
    return file


def _tidy(filename: str) -> str:
    """The name without folders, as a person would recognise it."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isprintable()).strip()[:200] or "ratings.csv"


def _by_date() -> Select[RatingsFile]:
    return (
        select(RatingsFile)
        .order_by(RatingsFile.as_at.desc(), RatingsFile.id.desc())
        .options(joinedload(RatingsFile.loaded_by))
    )


def files(session: Session) -> list[RatingsFile]:
    """Every file loaded, the newest by its own date first."""
    return list(
        session.scalars(select(RatingsFile).order_by(RatingsFile.as_at.desc(), RatingsFile.id.desc()))
    )


def newest(session: Session) -> RatingsFile | None:
    return session.scalar(_by_date().limit(1))


def current_pin(session: Session, tender: Tender) -> RatingsPin | None:
    return session.scalar(
        select(RatingsPin).where(RatingsPin.tender_id == tender.id).order_by(RatingsPin.id.desc()).limit(1)
    )


def stage_to_pin_for(tender: Tender) -> str | None:
    """What a file would be pinned for now, if anything."""
    found = [name for name, stages in PIN_STAGES.items() if tender.state in stages]
    return found[0] if found else None


def pin(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    ratings_file: RatingsFile,
    stage: str = "opening",
) -> RatingsPin:
    """Rest the tender's eligibility on this file from now on.

    Once quality is locked, a file that would bring back a bidder that was never marked is refused: a person
    has to decide on that bidder first.
    """
    tender = lock_tender(session, tender)
    require_role(actor, "officer")
    keep_blind(session, tender, actor)
    if stage not in PIN_STAGES:
        raise Refusal(f"Ratings are pinned for {', '.join(PIN_STAGES)}, not for “{stage}”.", "stage")
    states.require(tender, now, *PIN_STAGES[stage])
    before = current_pin(session, tender)
    if before is not None and before.file_id == ratings_file.id and before.stage == stage:
        raise Conflict(
            f"This file is already pinned: {before.by.name} pinned it for the {stage}. Nothing was changed."
        )
    earlier = assessment.assessment(session, tender) if before is not None else []
    entry = RatingsPin(tender_id=tender.id, file_id=ratings_file.id, stage=stage, by_id=actor.id, at=now)
    session.add(entry)
    session.flush()
    bidders = assessment.assessment(session, tender)
    changed = assessment.changes(earlier, bidders)
    refuse_unmarked_return(
        session, tender, earlier, "Decide on eligibility first, with the reason, then pin the file."
    )
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="ratings.pinned",
        subject=ratings_file.filename,
        body={
            "sha256": ratings_file.sha256,
            "as_at": ratings_file.as_at.isoformat(),
            "stage": stage,
            "changed": [
                {
                    "bid": bidder.alias,
                    "lots": sorted(bidder.states),
                    "states": dict(sorted(bidder.states.items())),
                }
                for bidder in changed
            ],
        },
        now=now,
    )
    deal_letters(session, actor=actor, now=now, tender=tender)
    return entry
