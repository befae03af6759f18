"""The draw of a tender: the secret committed at publication, and what it was made from at the opening.

docs/scoring.md has the bytes that are hashed.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from lots import event
from lots.database import Base, UTCDateTime
from lots.person import Person
from lots.seal import Seal
from lots.tender import Tender
from scoring import merkle
from scoring.methods import draw as drawing
from scoring.model.draw import Draw as DrawParts

LAST_BEFORE_THE_DRAW = ("bid.submitted", "bid.withdrawn")
"""The log counts up to the last of these: from then on no bidder has any part in the root."""


class DrawSecret(Base):
    """The secret of a tender, sealed until its bids are opened, and the commitment that was published."""

    __tablename__ = "draw_secret"

    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), primary_key=True)
    commitment: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


class DrawEntry(Base):
    """What an officer typed in of the public source of chance; the last entry of each officer counts."""

    __tablename__ = "draw_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    value: Mapped[str] = mapped_column(String(200))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    by: Mapped[Person] = relationship()


class Draw(Base):
    """What the draw was made from, as the opening showed it, and the seed that follows from it."""

    __tablename__ = "draw"
    __table_args__ = (CheckConstraint("log_size > 0", name="log_not_empty"),)

    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), primary_key=True)
    rules_sha256: Mapped[str] = mapped_column(String(64))
    log_size: Mapped[int]
    log_root: Mapped[str] = mapped_column(String(64))
    secret: Mapped[str] = mapped_column(String(64))
    public: Mapped[str | None] = mapped_column(String(200))
    seed: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)

    def parts(self) -> dict[str, Any]:
        """The `draw` of an evaluation record."""
        parts = {
            "rules_sha256": self.rules_sha256,
            "log_size": self.log_size,
            "log_root": self.log_root,
            "secret": self.secret,
        }
        return parts if self.public is None else {**parts, "public": self.public}


def make_secret(session: Session, tender: Tender, seal: Seal, now: datetime) -> DrawSecret:
    """Make the secret of a tender, and seal it. Its commitment goes into the published rules."""
    secret = secrets.token_hex(drawing.SECRET_BYTES)
    made = DrawSecret(
        tender_id=tender.id,
        commitment=drawing.commitment(secret),
        sealed=seal.close(secret.encode(), about=_about(tender)),
        made_at=now,
    )
    session.add(made)
    return made


def draw(session: Session, tender: Tender, seal: Seal, public: str | None, now: datetime) -> Draw:
    """Reveal the secret and work out the seed. Raises Refusal where the sealed secret was altered.

    A tender that was published before there were commitments gets a secret now: its letters are dealt by it.
    """
    assert tender.rules_sha256 is not None  # noqa: S101  bids are opened after publication
    kept = session.get(DrawSecret, tender.id)
    secret = secrets.token_hex(drawing.SECRET_BYTES)
    if kept is not None:
        secret = sealed_secret(kept, tender, seal)
    size, root = log_at_close(session, tender)
    made = Draw(
        tender_id=tender.id,
        rules_sha256=tender.rules_sha256,
        log_size=size,
        log_root=root,
        secret=secret,
        public=public,
        seed=drawing.seed(DrawParts(tender.rules_sha256, size, root, secret, public)),
        made_at=now,
    )
    session.add(made)
    return made


def sealed_secret(kept: DrawSecret, tender: Tender, seal: Seal) -> str:
    """The secret that was sealed at publication. Raises Refusal where it was altered."""
    return seal.open(kept.sealed, about=_about(tender)).decode()


def log_at_close(session: Session, tender: Tender) -> tuple[int, str]:
    """How many entries the log had, and their root, up to the last bid submitted or withdrawn.

    Where there was none, up to the publication. So it can be worked out from the log at any later time.
    """
    of_tender = event.Event.log == event.log_of(tender)
    last = session.scalar(
        select(func.max(event.Event.sequence)).where(of_tender, event.Event.action.in_(LAST_BEFORE_THE_DRAW))
    )
    if last is None:
        last = session.scalar(
            select(func.max(event.Event.sequence)).where(of_tender, event.Event.action == "tender.published")
        )
    size = 1 + (last or 0)
    leaves = session.scalars(
        select(event.Event.leaf_hash)
        .where(of_tender, event.Event.sequence < size)
        .order_by(event.Event.sequence)
    )
    return size, merkle.root([bytes.fromhex(leaf) for leaf in leaves]).hex()


def source_of(tender: Tender) -> str | None:
    """The public source of chance that the published rules name; None where they name none."""
    published: dict[str, str] = tender.rules["rules"].get("draw", {})
    return published.get("source")


def entries(session: Session, tender: Tender) -> dict[int, DrawEntry]:
    """What each officer typed in last, by the officer's id."""
    rows = session.scalars(select(DrawEntry).where(DrawEntry.tender_id == tender.id).order_by(DrawEntry.id))
    return {row.by_id: row for row in rows}


def _about(tender: Tender) -> str:
    return f"tender:{tender.id}/draw"
