"""Opening the price envelopes, once quality is locked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from lots import event, states
from lots.bid import Bid, BidLot, BidPrice, BidVersion, OpenedBid
from lots.person import Person, require_role
from lots.refusal import Refusal
from lots.seal import Seal
from lots.tender import Tender, lock_tender
from tender.bids import envelopes
from tender.whole.requiring import require_whole


def open_prices(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    seal: Seal,
    tender: Tender,
    asked_by: Person | None = None,
) -> int:
    """Open the price envelope of every bid, check each against its hash, and write the prices down.

    Returns how many bids' prices were opened. All or none: a single envelope that does not open, or does
    not price exactly the lots that its bid is for, refuses the whole step.
    """
    tender = lock_tender(session, tender)
    require_role(actor, "officer")
    states.require(tender, now, states.QUALITY_LOCKED)
    require_whole(session, tender, "The prices cannot be opened")
    opened_prices = []
    for opened in _opened_with_envelopes(session, tender):
        prices = envelopes.open_prices(seal, opened.version).prices
        _require_a_price_for_each_lot(opened, prices)
        session.add_all(
            BidPrice(bid_lot_id=bid_lot.id, price=prices[bid_lot.lot.code]) for bid_lot in opened.lots
        )
        opened_prices.append(
            {
                "bid": opened.bid.alias,
                "version": opened.version.number,
                "prices_sha256": opened.version.prices_sha256,
                "pence_an_hour": prices,
            }
        )
    states.move(tender, now, states.PRICES_OPENED)
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="prices.opened",
        subject=tender.reference,
        body={"bids": opened_prices, "asked_by": None if asked_by is None else asked_by.id},
        now=now,
    )
    session.flush()
    return len(opened_prices)


def _opened_with_envelopes(session: Session, tender: Tender) -> list[OpenedBid]:
    statement = (
        select(OpenedBid)
        .join(Bid)
        .where(Bid.tender_id == tender.id)
        .order_by(OpenedBid.bid_id)
        .options(
            selectinload(OpenedBid.version).selectinload(BidVersion.bid).selectinload(Bid.tender),
            selectinload(OpenedBid.bid),
            selectinload(OpenedBid.lots).selectinload(BidLot.lot),
        )
    )
    return list(session.scalars(statement))


def _require_a_price_for_each_lot(opened: OpenedBid, prices: dict[str, int]) -> None:
    bid_for = {bid_lot.lot.code for bid_lot in opened.lots}
    if set(prices) != bid_for:
        raise Refusal(
            f"The price envelope of Provider {opened.bid.alias} prices {_codes(set(prices))}, but its bid is "
            f"for {_codes(bid_for)}. No price was opened."
        )
    for code, price in prices.items():
        if type(price) is not int or price <= 0:
            raise Refusal(
                f"The price envelope of Provider {opened.bid.alias} has a price that is no whole number of "
                f"pence above 0, in lot {code}. No price was opened."
            )


def _codes(codes: set[str]) -> str:
    return ", ".join(sorted(codes)) or "no lot"
