"""Whose bid it is, and whether bids are still taken."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from lots import states
from lots.bid import Bid
from lots.person import Person
from lots.provider import Provider
from lots.refusal import NotFound, NotPermitted, Refusal
from lots.tender import Tender
from tender.frame.formats import exact_datetime


class TooLate(Refusal):
    """The deadline has passed by the server's clock."""

    def __init__(self, tender: Tender, now: datetime) -> None:
        super().__init__(
            f"It is too late: the deadline was {exact_datetime(tender.closes_at)}, and this reached the "
            f"server on {exact_datetime(now)}. Nothing was changed."
        )


def provider_of(actor: Person) -> Provider:
    """The provider that the person acts for. Raises NotPermitted for anybody else."""
    if not actor.active or "provider" not in actor.roles or actor.provider is None:
        raise NotPermitted("Only somebody who acts for a provider may do this.")
    return actor.provider


def require_published(tender: Tender) -> None:
    """Raise NotFound for a tender that providers do not know of."""
    if tender.published_at is None:
        raise NotFound("There is no tender at this address.")


def require_open(tender: Tender, now: datetime) -> None:
    """Refuse unless bids are taken at `now`. The second of the deadline itself is too late."""
    require_published(tender)
    if tender.state == states.CANCELLED:
        raise Refusal("This tender was cancelled. No bids are taken any more.")
    if states.stage(tender, now) != states.PUBLISHED:
        raise TooLate(tender, now)


def find_bid(session: Session, tender: Tender, provider: Provider) -> Bid | None:
    """The provider's bid in this tender, with draft and versions; there is at most one."""
    return session.scalar(
        select(Bid)
        .where(Bid.tender_id == tender.id, Bid.provider_id == provider.id)
        .options(selectinload(Bid.draft), selectinload(Bid.versions))
        .execution_options(populate_existing=True)
    )


def own_bid(session: Session, tender: Tender, actor: Person) -> Bid:
    """The bid of the provider that the person acts for. Raises NotPermitted or NotFound."""
    bid = find_bid(session, tender, provider_of(actor))
    if bid is None:
        raise NotFound("Your organisation has not started a bid for this tender.")
    return bid
