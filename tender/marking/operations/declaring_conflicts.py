"""Conflicts of interest: what evaluators declare about the bidders, and what the moderator decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from lots import event, panel, states
from lots.bid import OpenedBid
from lots.chain import id_of
from lots.panel import ConflictDecision, ConflictDeclaration
from lots.person import Person, require_role
from lots.reason import reason_given
from lots.record import opened_bids
from lots.refusal import Conflict, NotFound, NotPermitted, Refusal, Refusals
from lots.tender import Tender, lock_tender
from tender.eligibility.operations.dealing_letters import deal_letters
from tender.frame.formats import long_datetime
from tender.marking.seats import seat_of, seats

DECLARE_AT = (states.OPENED, states.MARKING, states.MODERATION)
MOST_CHARACTERS = 2000


def detail_field(bid_id: int) -> str:
    """The form field of what a conflict with this bidder is about."""
    return f"detail_{bid_id}"


def declare_conflicts(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    declarations: Mapping[int, tuple[bool, str]],
) -> list[ConflictDeclaration]:
    """Record an evaluator's word on bidders: bid id to (conflicted, what it is about).

    The first time every bidder must be spoken on; later, those alone that have changed. A conflict can be
    added or told more about; only the moderator can lift one. Gives the entries that are new.
    """
    tender = lock_tender(session, tender)
    require_role(actor, "evaluator")
    states.require(tender, now, *DECLARE_AT)
    opened = {opened_bid.bid_id: opened_bid for opened_bid in opened_bids(session, tender)}
    seat = seat_of(seats(session, tender), actor)
    if not declarations.keys() <= opened.keys():
        raise NotFound("There is no such bidder in this tender.")
    left_out = opened.keys() - seat.declarations.keys() - declarations.keys()
    if left_out:
        names = sorted(opened[bid_id].name for bid_id in left_out)
        raise Refusal(f"Say for every bidder whether you have a conflict. Left out: {', '.join(names)}.")
    faults, entries = [], []
    for bid_id, (conflicted, typed) in declarations.items():
        before, detail = seat.declarations.get(bid_id), typed.strip() if conflicted else ""
        if before is not None and (before.conflicted, before.detail) == (conflicted, detail):
            continue
        fault = _fault(opened[bid_id], before, conflicted, detail)
        if fault is not None:
            faults.append(fault)
        entries.append(
            ConflictDeclaration(
                tender_id=tender.id,
                bid_id=bid_id,
                person_id=actor.id,
                conflicted=conflicted,
                detail=detail,
                at=now,
                replaces_id=id_of(before),
            )
        )
    if faults:
        raise Refusals(faults)
    session.add_all(entries)
    session.flush()
    if entries:
        _write(session, tender, actor, now, opened, entries)
        deal_letters(session, actor=actor, now=now, tender=tender)
    return entries


def _fault(
    opened_bid: OpenedBid, before: ConflictDeclaration | None, conflicted: bool, detail: str
) -> Refusal | None:
    field = detail_field(opened_bid.bid_id)
    if before is not None and before.conflicted and not conflicted:
        return Refusal(
            f"You declared a conflict with {opened_bid.name}. "
            "Only the moderator can decide that you may mark it.",
            field,
        )
    if conflicted and not detail:
        return Refusal(f"Say what your conflict with {opened_bid.name} is, or could look like.", field)
    if len(detail) > MOST_CHARACTERS:
        return Refusal(f"Shorten this to {MOST_CHARACTERS:,} characters.", field)
    return None


def _write(
    session: Session,
    tender: Tender,
    actor: Person,
    now: datetime,
    opened: Mapping[int, OpenedBid],
    entries: list[ConflictDeclaration],
) -> None:
    # with names and no letters: whoever reads this entry beside a mark must not learn whose bid it was
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="conflict.declared",
        subject=actor.name,
        body={
            "declarations": [
                {
                    "bidder": opened[entry.bid_id].name,
                    "conflicted": entry.conflicted,
                    "detail": entry.detail,
                    "replaces": entry.replaces_id,
                }
                for entry in entries
            ]
        },
        now=now,
    )


def decide_conflict(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    declaration: ConflictDeclaration,
    may_mark: bool,
    reason: str,
) -> ConflictDecision:
    """The moderator's answer to a declared conflict, once for each declaration."""
    tender = lock_tender(session, tender)
    panel.require_moderator(session, tender, actor)
    states.require(tender, now, *DECLARE_AT)
    current = panel.current_declarations(session, tender).get((declaration.person_id, declaration.bid_id))
    if declaration.tender_id != tender.id or current is None or not declaration.conflicted:
        raise NotFound("There is no such declared conflict in this tender.")
    if current.id != declaration.id:
        raise Conflict(
            f"{current.person.name} has said more about this conflict since you opened the page, on "
            f"{long_datetime(current.at)}. Read it before you decide."
        )
    before = panel.decisions(session, tender).get(declaration.id)
    if before is not None:
        raise Conflict(f"{before.by.name} decided on this conflict on {long_datetime(before.at)}.")
    if may_mark and declaration.person_id == actor.id:
        raise NotPermitted("Nobody lifts their own conflict. You can only keep yourself off this bid.")
    reason = reason_given(reason)
    entry = ConflictDecision(
        declaration_id=declaration.id, may_mark=may_mark, reason=reason, by_id=actor.id, at=now
    )
    session.add(entry)
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="conflict.decided",
        subject=declaration.person.name,
        body={
            "evaluator": declaration.person.name,
            "bidder": declaration.bid.opened.name if declaration.bid.opened else "",
            "declaration": declaration.id,
            "may_mark": may_mark,
            "reason": reason,
        },
        now=now,
    )
    deal_letters(session, actor=actor, now=now, tender=tender)
    return entry
