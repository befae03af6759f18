"""Opening moderation when everyone is in, and locking quality when everything is agreed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lots import event, panel, states
from lots.person import Person, require_role
from lots.refusal import Refusal, Refusals
from lots.tender import Tender, lock_tender
from tender.frame.formats import plural
from tender.marking.counting import progress
from tender.moderation.moderation_table import ModerationTable, moderation_table


def missing_for_moderation(
    session: Session, tender: Tender, table: ModerationTable | None = None
) -> list[str]:
    """What must be done before moderation can open, a sentence each."""
    table = table or moderation_table(session, tender)
    missing = [
        f"{seat.person.name} has yet to declare on every bidder."
        for seat in table.seats
        if seat.sits and not seat.declared
    ]
    missing += _undecided(table)
    missing += [
        f"{one.person.name} has given {one.done} of {plural(one.total, 'mark')}."
        for one in progress(session, tender, table.plan, list(table.seats))
        if one.stood_down is None and one.declared and one.done < one.total
    ]
    unread = sorted(
        {row.item.alias for row in table.rows if not row.marks and not row.missing},
        key=lambda alias: (len(alias), alias),
    )
    missing += [
        f"Nobody may mark Provider {alias}: every evaluator is kept off it or was stood down. An officer can "
        "add an evaluator to the panel."
        for alias in unread
    ]
    if not table.rows:
        missing.append("No bid is in the assessment, so there is nothing to moderate.")
    return missing


def missing_for_locking(session: Session, tender: Tender, table: ModerationTable | None = None) -> list[str]:
    """What must be done before quality can be locked, a sentence each."""
    table = table or moderation_table(session, tender)
    missing = _undecided(table)
    missing += [
        f"Provider {bidder.alias}: a CQC location of this bid is not checked. An officer has to settle it "
        "or decide on the bid before quality is locked: afterwards it could not come back."
        for bidder in table.plan.bidders
        if bidder.waits_for_a_check
    ]
    for row in table.rows:
        where = f"Provider {row.item.alias}, {row.item.question.code}"
        if row.missing:
            names = " and ".join(person.name for person in row.missing)
            missing.append(f"{where}: {names} must mark it.")
        elif row.agreed is None:
            missing.append(f"{where}: no agreed mark yet.")
        elif row.tainted_by:
            names = " and ".join(person.name for person in row.tainted_by)
            missing.append(
                f"{where}: {names} declared a conflict, or was stood down, after it was agreed. "
                "Agree it again."
            )
    return missing


def _undecided(table: ModerationTable) -> list[str]:
    return [
        f"{seat.person.name} declared {plural(len(seat.waiting), 'conflict')}: the moderator must decide."
        for seat in table.seats
        if seat.sits and seat.waiting
    ]


def open_moderation(session: Session, *, actor: Person, now: datetime, tender: Tender) -> None:
    """Bring the marks together, once everyone is in. From now on evaluators' own marks cannot change."""
    tender = lock_tender(session, tender)
    panel.require_moderator(session, tender, actor)
    states.require(tender, now, states.MARKING)
    table = moderation_table(session, tender)
    _refuse(missing_for_moderation(session, tender, table))
    states.move(tender, now, states.MODERATION)
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="moderation.opened",
        subject=tender.title,
        body={
            "bids": [one.bid.alias for one in table.plan.bids],
            "marks": {
                seat.person.name: sum(
                    1 for row in table.rows for own in row.marks if own.person_id == seat.person.id
                )
                for seat in table.seats
            },
        },
        now=now,
    )


def lock_quality(
    session: Session, *, actor: Person, now: datetime, tender: Tender, asked_by: Person | None = None
) -> None:
    """Close the marks for good, once every one is agreed. Only then can prices be opened.

    `asked_by` is the moderator where the installation wants an officer to confirm it.
    """
    tender = lock_tender(session, tender)
    panel.require_moderator(session, tender, asked_by or actor)
    if asked_by is not None:
        require_role(actor, "officer")
    states.require(tender, now, states.MODERATION)
    table = moderation_table(session, tender)
    _refuse(missing_for_locking(session, tender, table))
    states.move(tender, now, states.QUALITY_LOCKED)
    session.flush()
    agreed: dict[str, dict[str, int]] = {}
    for row in table.rows:
        if row.agreed is not None:
            agreed.setdefault(row.item.alias, {})[row.item.question.code] = row.agreed.mark
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="quality.locked",
        subject=tender.title,
        body={"agreed": agreed, "asked_by": None if asked_by is None else asked_by.id},
        now=now,
    )


def _refuse(missing: list[str]) -> None:
    if missing:
        raise Refusals([Refusal(sentence) for sentence in missing])
