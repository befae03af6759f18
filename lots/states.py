"""The stages of a tender: for each a row, and with them the one table of legal moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lots.refusal import Refusal, WrongStage

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


@dataclass(frozen=True)
class Stage:
    """One stage of a tender."""

    name: str
    title: str
    """What pages call it."""
    moves: tuple[str, ...]
    """The stages that a tender can be taken to from here."""
    next: str = ""
    """What comes next, in a sentence for everybody who sees the tender."""
    stored: bool = True
    """Whether the record says so, or the time of day."""
    actions: tuple[str, ...] = ()
    """The actions in the log that bring a tender here; the log's head is kept after each."""


IN_ORDER = (
    Stage(
        DRAFT,
        "Draft",
        (PUBLISHED, CANCELLED),
    ),
    Stage(
        PUBLISHED,
        "Open for bids",
        (CANCELLED,),
        next="Providers can bid until the deadline. Until the bids are opened nobody can see who "
        "bids, how many there are, or what is in them.",
        actions=("tender.published",),
    ),
    Stage(
        CLOSED,
        "Closed, not yet opened",
        (OPENED, CANCELLED),
        next="The deadline has passed. Two different officers open the bids: one asks, the other completes.",
        stored=False,
    ),
    Stage(
        OPENED,
        "Opened, checking eligibility",
        (MARKING, CANCELLED),
        next="Officers choose the CQC ratings, check who stays in the assessment, and start marking.",
        actions=("opening.completed",),
    ),
    Stage(
        MARKING,
        "Being marked",
        (MODERATION, CANCELLED),
        next="Evaluators declare conflicts of interest and mark alone. The moderator opens moderation "
        "once everyone is in.",
        actions=("marking.started",),
    ),
    Stage(
        MODERATION,
        "In moderation",
        (QUALITY_LOCKED, CANCELLED),
        next="The panel agrees one mark for each answer, with reasons. Then quality is locked.",
        actions=("moderation.opened",),
    ),
    Stage(
        QUALITY_LOCKED,
        "Quality locked",
        (PRICES_OPENED, CANCELLED),
        next="An officer opens the prices.",
        actions=("quality.locked",),
    ),
    Stage(
        PRICES_OPENED,
        "Prices opened",
        (RECOMMENDED, CANCELLED),
        next="The bids are evaluated and an officer recommends the award.",
        actions=("prices.opened", "award.returned"),
    ),
    Stage(
        RECOMMENDED,
        "Award recommended",
        (APPROVED, PRICES_OPENED, CANCELLED),
        next="An approver, who is not the person who recommends, approves the award or sends it back.",
        actions=("award.recommended",),
    ),
    Stage(
        APPROVED,
        "Award approved",
        (STANDSTILL, AWARDED, CANCELLED),
        next="Assessment summaries go to every assessed bidder; then the award notice is published.",
        actions=("award.approved",),
    ),
    Stage(
        STANDSTILL,
        "Standstill",
        (AWARDED, CANCELLED),
        next="Nobody signs before the standstill has ended.",
        actions=("summaries.sent",),
    ),
    Stage(
        AWARDED,
        "Awarded",
        (SIGNED,),
        next="The award stands. The report says why each bidder won or lost.",
        actions=("award.confirmed",),
    ),
    Stage(
        SIGNED,
        "Contracts signed",
        (),
        next="The contracts are signed.",
    ),
)
"""The stages as a tender goes through them."""

_ENDED = Stage(CANCELLED, "Cancelled", (), actions=("tender.cancelled",))
STAGES = {row.name: row for row in (*IN_ORDER, _ENDED)}
"""Every stage by its name."""

STORED = tuple(name for name, row in STAGES.items() if row.stored)
NAMES = {name: row.title for name, row in STAGES.items()}


def _from(stage: str) -> frozenset[str]:
    """The stages from this one on, as they are stored."""
    names = [row.name for row in IN_ORDER if row.stored]
    return frozenset(names[names.index(stage) :])


AFTER_OPENING = _from(OPENED)
AFTER_PRICES = _from(PRICES_OPENED)
AFTER_APPROVAL = _from(APPROVED)


class Staged(Protocol):
    """What has stages: a tender."""

    state: str
    opened_at: datetime | None

    @property
    def closes_at(self) -> datetime | None:
        """When bids close, as published."""


def stage(tender: Staged, now: datetime) -> str:
    """The tender's stage at `now`: as stored, but closed from the second of the deadline on."""
    if tender.state == PUBLISHED and tender.closes_at is not None and now >= tender.closes_at:
        return CLOSED
    return tender.state


def is_opened(tender: Staged) -> bool:
    """Whether the bids of this tender have been opened, cancelled afterwards or not."""
    return tender.opened_at is not None


def require(tender: Staged, now: datetime, *stages: str) -> None:
    """Refuse unless the tender is at one of the stages; says where it is and where it would have to be."""
    at = stage(tender, now)
    if at not in stages:
        raise WrongStage(_why_not(at, stages))


def _why_not(at: str, stages: tuple[str, ...]) -> str:
    if at == CANCELLED:
        return "This tender is cancelled, so nothing in it can change any more."
    if stages == (DRAFT,):
        return "This tender is published, so its set-up can no longer change."
    names = [row.name for row in IN_ORDER]
    allowed = " or ".join(f"“{NAMES[one]}”" for one in stages)
    come = "is done, and can no longer change" if names.index(at) > names.index(stages[-1]) else "comes later"
    return f"This tender is at “{NAMES[at]}”. What you asked for {come}: it belongs to {allowed}."


def move(tender: Staged, now: datetime, to: str) -> None:
    """Take the tender to the next stage, if the table has that move."""
    at = stage(tender, now)
    if to not in STAGES[at].moves:
        raise Refusal(f"A tender at “{NAMES[at]}” cannot go to “{NAMES[to]}”.")
    tender.state = to
