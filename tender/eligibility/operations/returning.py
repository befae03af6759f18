"""A bid that comes back into the assessment must have been marked."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lots import states
from lots.moderation import current_agreed_marks
from lots.refusal import Refusal
from lots.tender import Tender
from tender.eligibility.assessment import BidderEligibility
from tender.eligibility.to_mark import plan

MARKED_BY_THEN = frozenset({states.QUALITY_LOCKED, *states.AFTER_PRICES})


def refuse_unmarked_return(
    session: Session,
    tender: Tender,
    earlier: list[BidderEligibility],
    later: list[BidderEligibility],
    mend: str,
) -> None:
    """With quality locked, refuse a change that asks for marks which were never agreed.

    `earlier` is how everybody stood before the change, `later` how they would stand after it; `mend` says
    what to do instead.
    """
    if tender.state not in MARKED_BY_THEN:
        return
    agreed = current_agreed_marks(session, tender)
    before = {item.key for item in plan(session, tender, earlier).items}
    names = sorted(
        {
            item.opened.name
            for item in plan(session, tender, later).items
            if item.key not in before and item.key not in agreed
        }
    )
    if names:
        raise Refusal(
            f"This would bring {' and '.join(names)} back into the assessment, but quality is locked and "
            f"not every answer has an agreed mark. {mend}"
        )
