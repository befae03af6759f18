"""Dealing each evaluator letters of their own, once they have declared conflicts and marking has started."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lots import event, panel, states
from lots.bid import Bid, alias
from lots.letters import EvaluatorLetter, letters
from lots.moderation import AgreedMark
from lots.panel import Place
from lots.person import Person
from lots.tender import Tender
from tender.eligibility.to_mark import Plan, plan

DEALT_AT = frozenset({states.MARKING, states.MODERATION})


def new_nonce() -> str:
    """What nobody can know before the letters are dealt; the log keeps it, so that the order can be shown."""
    return secrets.token_hex(16)


def in_order(bids: Iterable[Bid], nonce: str) -> list[Bid]:
    """The bids in the order that the nonce gives: by SHA-256 over nonce, colon and the tender's letter."""
    return sorted(bids, key=lambda bid: hashlib.sha256(f"{nonce}:{bid.alias}".encode()).digest())


def deal_letters(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    nonce: Callable[[], str] = new_nonce,
) -> None:
    """Deal every evaluator who has declared on every bidder the letters that they still lack.

    A bid gets a letter when the evaluator may mark it and something is asked of them there; one that comes
    later, such as by a lifted conflict, gets their next letter. Letters that were dealt stay.
    """
    if tender.state not in DEALT_AT:
        return
    marking_plan = plan(session, tender)
    dealt = letters(session, tender)
    declared = panel.current_declarations(session, tender)
    allowed = panel.allowed_pairs(session, tender)
    agreed_at = first_agreed(session, tender)
    everybody = {one.opened.bid_id for one in marking_plan.bidders}
    for place in panel.places(session, tender):
        person = place.person
        if place.role != panel.EVALUATOR or not all((person.id, bid_id) in declared for bid_id in everybody):
            continue
        lacking = [
            bid
            for bid in _asked(marking_plan, place, agreed_at)
            if (person.id, bid.id) in allowed and (person.id, bid.id) not in dealt
        ]
        if lacking:
            has = sum(1 for person_id, _ in dealt if person_id == person.id)
            _deal(session, actor, now, tender, person, lacking, has, nonce())


def first_agreed(session: Session, tender: Tender) -> dict[tuple[int, int], datetime]:
    """When a mark was first agreed, by bid id and question id."""
    rows = session.execute(
        select(AgreedMark.bid_id, AgreedMark.question_id, func.min(AgreedMark.at))
        .where(AgreedMark.tender_id == tender.id)
        .group_by(AgreedMark.bid_id, AgreedMark.question_id)
    )
    return {(bid_id, question_id): at for bid_id, question_id, at in rows}


def _asked(marking_plan: Plan, place: Place, agreed_at: dict[tuple[int, int], datetime]) -> list[Bid]:
    """The bids with an answer that was not agreed before this evaluator came."""
    found = {
        item.bid.id: item.bid
        for item in marking_plan.items
        if item.key not in agreed_at or place.since <= agreed_at[item.key]
    }
    return list(found.values())


def _deal(
    session: Session,
    actor: Person,
    now: datetime,
    tender: Tender,
    person: Person,
    lacking: list[Bid],
    has: int,
    nonce: str,
) -> None:
    bids = in_order(lacking, nonce)
    rows = [
        EvaluatorLetter(
            tender_id=tender.id, person_id=person.id, bid_id=bid.id, letter=alias(at), dealt_at=now
        )
        for at, bid in enumerate(bids, start=has)
    ]
    session.add_all(rows)
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="letters.dealt",
        subject=person.name,
        body={
            "evaluator": person.id,
            "nonce": nonce,
            "letters": {row.letter: bid.alias for row, bid in zip(rows, bids, strict=True)},
        },
        now=now,
    )
