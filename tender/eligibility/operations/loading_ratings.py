"""Loading files of CQC ratings, and what is found out about them later: another date, or the wrong file."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from lots import event
from lots.person import Person, require_role
from lots.rating import (
    REDATED,
    WITHDRAWN,
    RatingsFile,
    RatingsFileChange,
    RatingsFilePart,
    add_ratings,
    rows_digest,
)
from lots.reason import reason_given
from lots.refusal import Conflict, NotPermitted, Refusal
from tender.eligibility.ratings_files.joining import RatingsTable, read_files
from tender.eligibility.ratings_files.tables import SECONDS
from tender.frame.formats import london_day, long_date, long_datetime

EARLIEST = date(2009, 4, 1)
"""The CQC began on that day."""
MOST_FILES = 4
_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """A file as it was sent: what people call it, and where it is."""

    filename: str
    path: Path
    sha256: str


def upload(filename: str, path: Path) -> Upload:
    """A file with its hash, read in pieces."""
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            hashed.update(piece)
    return Upload(_tidy(filename), path, hashed.hexdigest())


def _tidy(filename: str) -> str:
    """The name without folders, as a person would recognise it."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isprintable()).strip()[:200] or "ratings.csv"


def hash_of(uploads: Sequence[Upload]) -> str:
    """The hash by which files loaded at once are known: that of the one, or over those of several."""
    if len(uploads) == 1:
        return uploads[0].sha256
    lines = "".join(f"{one}\n" for one in sorted(each.sha256 for each in uploads))
    return hashlib.sha256(lines.encode()).hexdigest()


def loaded_before(session: Session, uploads: Sequence[Upload]) -> RatingsFile | None:
    """The very same bytes, if they are loaded already."""
    return session.scalar(select(RatingsFile).where(RatingsFile.sha256 == hash_of(uploads)))


def require_date(as_at: date | None, now: datetime) -> date:
    """The date of a file. Raises Refusal for none, and for one that no file can have."""
    if as_at is None:
        raise Refusal("Enter the date of the file, such as 1 11 2026.", "as_at")
    if as_at > london_day(now):
        raise Refusal("The date of the file must be today or earlier.", "as_at")
    if as_at < EARLIEST:
        raise Refusal("The date of the file must be 1 April 2009 or later: the CQC began then.", "as_at")
    return as_at


def read_uploads(
    uploads: Sequence[Upload],
    reading: Callable[[int], None] = lambda rows: None,
    seconds: int = SECONDS,
) -> RatingsTable:
    """Read what was sent; touches no database. Raises RatingsRefused for what is wrong in the files.

    `reading` is told how many rows of a file are read; a spreadsheet may take so many `seconds`.
    """
    if not 1 <= len(uploads) <= MOST_FILES:
        raise Refusal(f"Choose one file, or up to {MOST_FILES} of the same month.", "file")
    return read_files([(one.filename, one.path) for one in uploads], reading, seconds)


def keep_ratings(
    session: Session,
    *,
    actor: Person | None,
    now: datetime,
    uploads: Sequence[Upload],
    table: RatingsTable,
    as_at: date | None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> RatingsFile:
    """Keep what was read. The same bytes again give the file that is already there, unchanged.

    `progress` is told locations done and locations in all.
    """
    _require_may_load(actor)
    loaded = loaded_before(session, uploads)
    if loaded is not None:
        return loaded
    file = RatingsFile(
        filename=" + ".join(one.filename for one in uploads)[:200],
        sha256=hash_of(uploads),
        as_at=require_date(as_at, now),
        row_count=len(table.locations),
        kinds=" ".join(table.kinds),
        loaded_by_id=None if actor is None else actor.id,
        loaded_at=now,
    )
    session.add(file)
    session.flush()
    session.add_all(
        RatingsFilePart(file_id=file.id, position=at, filename=one.filename, sha256=one.sha256)
        for at, one in enumerate(uploads, start=1)
    )
    for done in add_ratings(session, file, table.each()):
        progress(done, len(table.locations))
    digest = rows_digest(session, file.id)
    event.write(
        session,
        tender=None,
        actor=actor,
        action="ratings.loaded",
        subject=file.filename,
        body={
            "sha256": file.sha256,
            "as_at": file.as_at.isoformat(),
            "rows": digest.rows,
            "rows_sha256": digest.sha256,
            "kinds": list(table.kinds),
            "files": [{"filename": one.filename, "sha256": one.sha256} for one in uploads],
            "rows_read": table.rows_read,
            "rows_left_out": table.left_out,
        },
        now=now,
    )
    return file


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
    """Read and keep one file that is at hand as bytes, in one go."""
    _require_may_load(actor)
    with tempfile.NamedTemporaryFile() as kept:
        kept.write(content)
        kept.flush()
        uploads = [upload(filename, Path(kept.name))]
        loaded = loaded_before(session, uploads)
        if loaded is not None:
            return loaded
        require_date(as_at, now)
        table = read_uploads(uploads)
    return keep_ratings(
        session, actor=actor, now=now, uploads=uploads, table=table, as_at=as_at, progress=progress
    )


def _require_may_load(actor: Person | None) -> None:
    if actor is not None and (not actor.active or not {"officer", "administrator"} & actor.roles):
        raise NotPermitted("Only an officer or an administrator may load ratings.")


def withdraw(
    session: Session, *, actor: Person, now: datetime, ratings_file: RatingsFile, reason: str
) -> RatingsFileChange:
    """Say that a file was loaded wrongly. It stays on the record and is used for nothing from now on; a
    tender that rests on it stops until another is pinned."""
    return _change(session, actor, now, ratings_file, WITHDRAWN, None, reason)


def mend_date(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    ratings_file: RatingsFile,
    as_at: date | None,
    reason: str,
) -> RatingsFileChange:
    """Give a file the date that it should have had."""
    as_at = require_date(as_at, now)
    if as_at == ratings_file.dated:
        raise Refusal(f"The file is of {long_date(as_at)} already. Nothing was changed.", "as_at")
    return _change(session, actor, now, ratings_file, REDATED, as_at, reason)


def _change(
    session: Session,
    actor: Person,
    now: datetime,
    file: RatingsFile,
    what: str,
    as_at: date | None,
    reason: str,
) -> RatingsFileChange:
    require_role(actor, "officer")
    gone = file.withdrawal
    if gone is not None:
        raise Conflict(f"{gone.by.name} withdrew this file on {long_datetime(gone.at)}. Nothing was changed.")
    entry = RatingsFileChange(
        file_id=file.id, what=what, as_at=as_at, reason=reason_given(reason), by_id=actor.id, at=now
    )
    before = file.dated
    session.add(entry)
    session.flush()
    session.expire(file, ["changes"])
    event.write(
        session,
        tender=None,
        actor=actor,
        action=f"ratings.{what}",
        subject=file.filename,
        body={
            "sha256": file.sha256,
            "as_at": as_at.isoformat() if as_at else before.isoformat(),
            "as_at_before": before.isoformat(),
            "reason": entry.reason,
        },
        now=now,
    )
    return entry
