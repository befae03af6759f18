"""From the approved award to the confirmed one: summaries, notice, standstill."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from lots import event, states
from lots.award import current_recommendation
from lots.person import Person, require_role
from lots.refusal import Conflict, Refusal, Refusals
from lots.tender import Standstill, Tender, lock_tender
from lots.working_days import NotKnown, standstill_ends_on
from tender.awards import readiness
from tender.frame.formats import london_day, long_date


def record_summaries(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    summaries_sent_on: date,
    notice_on: date,
) -> Standstill:
    """Record when the assessment summaries went out and when the award notice was published.

    Both are facts, so neither lies in the future; summaries come before the notice or on its day
    (Procurement Act 2023 s.50(3)). The standstill runs from the notice.
    """
    tender = lock_tender(session, tender)
    require_role(actor, "officer")
    earlier = session.get(Standstill, tender.id)
    if earlier is not None:
        raise Conflict(
            f"The standstill is recorded already: notice on {long_date(earlier.notice_on)}, "
            f"standstill until the end of {long_date(earlier.ends_on)}."
        )
    states.require(tender, now, states.APPROVED)
    if not tender.standstill_offered:
        raise Refusal("This tender was published without a standstill. Confirm the award instead.")
    _require_dates_in_order(session, tender, now, summaries_sent_on, notice_on)
    try:
        ends_on = standstill_ends_on(notice_on)
    except NotKnown as unknown:
        raise Refusal(str(unknown), field="notice_on") from unknown
    standstill = Standstill(
        tender_id=tender.id,
        summaries_sent_on=summaries_sent_on,
        notice_on=notice_on,
        ends_on=ends_on,
        by_id=actor.id,
        at=now,
    )
    session.add(standstill)
    states.move(tender, now, states.STANDSTILL)
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="summaries.sent",
        subject=tender.reference,
        body={
            "summaries_sent_on": summaries_sent_on.isoformat(),
            "notice_on": notice_on.isoformat(),
            "standstill_ends_on": standstill.ends_on.isoformat(),
        },
        now=now,
    )
    session.flush()
    return standstill


def _require_dates_in_order(
    session: Session, tender: Tender, now: datetime, summaries_sent_on: date, notice_on: date
) -> None:
    today = london_day(now)
    approval = current_recommendation(session, tender)
    if approval is not None and approval.decided_at is not None:
        approved_on = london_day(approval.decided_at)
        if summaries_sent_on < approved_on:
            raise Refusal(
                f"The award was approved on {long_date(approved_on)}. "
                "The summaries cannot have gone out before.",
                field="summaries_sent_on",
            )
    if summaries_sent_on > today:
        raise Refusal(
            "Enter the day on which the summaries went out. It cannot be after today.",
            field="summaries_sent_on",
        )
    if notice_on < summaries_sent_on:
        raise Refusal(
            "The award notice comes after the summaries, or on the same day (Procurement Act 2023 s.50(3)).",
            field="notice_on",
        )
    if notice_on > today:
        raise Refusal(
            "Enter the day on which the notice was published. It cannot be after today.", field="notice_on"
        )


def confirm_award(
    session: Session, *, actor: Person, now: datetime, tender: Tender, asked_by: Person | None = None
) -> None:
    """Confirm the award once the standstill is over, or at once where none was offered."""
    tender = lock_tender(session, tender)
    require_role(actor, "officer")
    standstill = session.get(Standstill, tender.id)
    if tender.state == states.APPROVED and tender.standstill_offered:
        raise Refusal(
            "This tender was published with a standstill. Record first when the summaries and the award "
            "notice went out."
        )
    states.require(tender, now, states.APPROVED, states.STANDSTILL)
    if standstill is not None and standstill.runs_on(london_day(now)):
        raise Refusal(
            f"The standstill lasts until the end of {long_date(standstill.ends_on)}. "
            "The award can be confirmed from the day after."
        )
    faults = readiness.what_bars_confirmation(session, tender)
    if faults:
        raise Refusals([Refusal(fault) for fault in faults])
    states.move(tender, now, states.AWARDED)
    session.flush()
    event.write(
        session,
        tender=tender,
        actor=actor,
        action="award.confirmed",
        subject=tender.reference,
        body={
            "standstill_ended_on": None if standstill is None else standstill.ends_on.isoformat(),
            "asked_by": None if asked_by is None else asked_by.id,
        },
        now=now,
    )
