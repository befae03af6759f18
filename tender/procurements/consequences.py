"""What a step that cannot be undone changes, a sentence each, for the page that asks before it."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lots import states
from lots.bid import BidLot
from lots.tender import Lot, Tender
from tender.frame.formats import estimate, long_datetime, plural, sentence_list
from tender.procurements.pages import opened_count, panel


def what_publication_changes(session: Session, tender: Tender) -> list[str]:
    """What publishing fixes, a sentence each."""
    page = panel(session, tender)
    names = [one.person.name for one in page.evaluators]
    moderator = page.moderator.person.name if page.moderator else "nobody"
    value = estimate(sum(lot.yearly_value for lot in tender.lots))
    return [
        "Every registered provider sees the tender and can bid.",
        f"The rules freeze: {plural(len(tender.lots), 'lot')} worth {value} a year at guide prices, "
        f"{plural(len(tender.questions), 'question')}, weights, limits and ties.",
        f"Bids are taken until {long_datetime(tender.deadline)}.",
        f"{sentence_list(names)} mark, and {moderator} moderates. Later changes of the panel need a reason.",
    ]


def what_cancelling_changes(session: Session, tender: Tender, stage: str) -> list[str]:
    if stage == states.DRAFT:
        return ["The draft is closed. Nobody outside the council has seen it."]
    live = [lot for lot in tender.lots if lot.cancelled_at is None]
    return [
        f"{plural(len(live), 'lot')} will have no contract from this tender.",
        _bids_touched(opened_count(session, tender)),
        "Your reason is shown to providers. The law may require a notice and reasons to those who bid; this "
        "service gives no legal advice.",
    ]


def what_cancelling_a_lot_changes(session: Session, tender: Tender, lot: Lot) -> list[str]:
    statement = select(func.count()).select_from(BidLot).where(BidLot.lot_id == lot.id)
    count = (session.scalar(statement) or 0) if tender.opened_at else None
    return [
        f"{lot.code} {lot.zone}, {estimate(lot.yearly_value)} a year at its guide price, is not awarded.",
        _bids_touched(count),
        "The other lots go on. Your reason is shown to providers.",
    ]


def _bids_touched(count: int | None) -> str:
    if count is None:
        return "Bids stay sealed: nobody learns who bid, or how many."
    return f"{plural(count, 'bid')} that {'was' if count == 1 else 'were'} opened for it cannot win."
