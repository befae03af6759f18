"""Which tender a page of eligibility is about, and which of its bidders."""

from __future__ import annotations

from lots import states
from lots.refusal import NotFound
from lots.tender import Tender, find_tender
from tender.eligibility.assessment import BidderEligibility, assessment
from tender.eligibility.blindness import keep_blind
from tender.frame.context import current_person, db


def opened_tender(tender_id: int) -> Tender:
    """The tender, if its bids have been opened and this person may know whose they are."""
    tender = find_tender(db.session, tender_id)
    if not states.is_opened(tender):
        raise NotFound("The bids of this tender have not been opened, so there is nothing to see yet.")
    keep_blind(db.session, tender, current_person())
    return tender


def find_bidder(tender: Tender, alias: str) -> BidderEligibility:
    """The bidder with this letter. Raises NotFound."""
    for bidder in assessment(db.session, tender):
        if bidder.alias == alias:
            return bidder
    raise NotFound("There is no such bid in this tender.")
