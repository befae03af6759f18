"""The stages of a tender and the one table of legal moves between them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from lots.refusal import Conflict, Refusal

DRAFT = "draft"
PUBLISHED = "published"
CLOSED = "closed"
"""Never stored: a published tender is closed from its deadline on, whether or not anybody looks."""
OPENED = "opened"
MARKING = "marking"
MODERATION = "moderation"
QUALITY_LOCKED = "quality_locked"
PRICES_OPENED = "prices_opened"
RECOMMENDED = "recommended"
APPROVED = "approved"
STANDSTILL = "standstill"
AWARDED = "awarded"
SIGNED = "signed"
CANCELLED = "cancelled"

STORED = (
    DRAFT,
    PUBLISHED,
    OPENED,
    MARKING,
    MODERATION,
    QUALITY_LOCKED,
    PRICES_OPENED,
    RECOMMENDED,
    APPROVED,
    STANDSTILL,
    AWARDED,
    SIGNED,
    CANCELLED,
)

NAMES = {
    DRAFT: "Draft",
    PUBLISHED: "Open for bids",
    CLOSED: "Closed, not yet opened",
    OPENED: "Opened, checking eligibility",
    MARKING: "Being marked",
    MODERATION: "In moderation",
    QUALITY_LOCKED: "Quality locked",
    PRICES_OPENED: "Prices opened",
    RECOMMENDED: "Award recommended",
    APPROVED: "Award approved",
    STANDSTILL: "Standstill",
    AWARDED: "Awarded",
    SIGNED: "Contracts signed",
    CANCELLED: "Cancelled",
}

MOVES: dict[str, tuple[str, ...]] = {
    DRAFT: (PUBLISHED, CANCELLED),
    PUBLISHED: (CANCELLED,),
    CLOSED: (OPENED, CANCELLED),
    OPENED: (MARKING, CANCELLED),
    MARKING: (MODERATION, CANCELLED),
    MODERATION: (QUALITY_LOCKED, CANCELLED),
    QUALITY_LOCKED: (PRICES_OPENED, CANCELLED),
    PRICES_OPENED: (RECOMMENDED, CANCELLED),
    RECOMMENDED: (APPROVED, PRICES_OPENED, CANCELLED),
    APPROVED: (STANDSTILL, AWARDED, CANCELLED),
    STANDSTILL: (AWARDED, CANCELLED),
    AWARDED: (SIGNED,),
    SIGNED: (),
    CANCELLED: (),
}


class Staged(Protocol):
    """What has stages: a tender."""

    state: str
    deadline: datetime | None
    opened_at: datetime | None


AFTER_OPENING = frozenset(STORED) - {DRAFT, PUBLISHED, CANCELLED}
AFTER_PRICES = frozenset({PRICES_OPENED, RECOMMENDED, APPROVED, STANDSTILL, AWARDED, SIGNED})
AFTER_APPROVAL = frozenset({APPROVED, STANDSTILL, AWARDED, SIGNED})


def stage(tender: Staged, now: datetime) -> str:
    """The tender's stage at `now`: as stored, but closed from the very second of the deadline."""
    if tender.state == PUBLISHED and tender.deadline is not None and now >= tender.deadline:
        return CLOSED
    return tender.state


def is_opened(tender: Staged) -> bool:
    """Whether the bids of this tender have been opened, cancelled afterwards or not."""
    return tender.opened_at is not None


def require(tender: Staged, now: datetime, *stages: str) -> None:
    """Refuse unless the tender is at one of the stages; says where it is and where it would have to be."""
    at = stage(tender, now)
    if at not in stages:
        wanted = " or ".join(f"“{NAMES[one]}”" for one in stages)
        raise Conflict(f"This tender is at “{NAMES[at]}”. This step can only be taken at {wanted}.")


def move(tender: Staged, now: datetime, to: str) -> None:
    """Take the tender to the next stage, if the table has that move."""
    at = stage(tender, now)
    if to not in MOVES[at]:
        raise Refusal(f"A tender at “{NAMES[at]}” cannot go to “{NAMES[to]}”.")
    tender.state = to
