"""Making a draft tender, and what is said of it: title, description, deadline."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lots import event
from lots.catalogue import SERVICES
from lots.person import Person, require_role
from lots.refusal import Refusal
from lots.schedule import Schedule
from lots.tender import Tender
from scoring.methods.tie_keys import DRAW, PRICE, QUALITY
from tender.frame.formats import long_datetime
from tender.procurements import wording
from tender.procurements.operations.changing_lots import put_lots, schedule_body
from tender.procurements.operations.holding import begin_draft, note

BUYER = "Lancashire County Council"
"""Whose tenders the catalogue is made for; each tender may name another authority."""


def create_from_catalogue(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    service: str,
    reference: str,
    title: str,
    buyer: str = BUYER,
) -> Tender:
    """A draft with the catalogue's zones, hours, limits and price method for the service."""
    template = SERVICES.get(service)
    if template is None:
        raise Refusal("Choose a service from the catalogue", "service")
    tender = _begin(actor, now, service, reference, title, buyer)
    tender.description = template.description
    tender.quality_weight = template.quality_weight
    tender.price_weight = 10_000 - template.quality_weight
    tender.price_method = template.price_method
    if template.set_price is not None:
        tender.ceiling = tender.floor = template.set_price
        # at one price for all, no price is low and none breaks a tie
        tender.below_mean, tender.ties = None, [QUALITY.name, DRAW.name]
    return _add(session, actor, now, tender, template.schedule, "catalogue")


def create_from_schedule(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    service: str,
    reference: str,
    title: str,
    schedule: Schedule,
    buyer: str = BUYER,
) -> Tender:
    """A draft with the officer's own lots and the usual rules, 60 for quality and 40 for price."""
    tender = _begin(actor, now, service, reference, title, buyer)
    return _add(session, actor, now, tender, schedule, "schedule")


def _begin(actor: Person, now: datetime, service: str, reference: str, title: str, buyer: str) -> Tender:
    require_role(actor, "officer")
    if service not in SERVICES:
        raise Refusal("Choose a service", "service")
    reference = wording.reference(reference)
    return Tender(
        reference=reference,
        title=wording.line(title, "title", "a title", 200),
        buyer=wording.line(buyer, "buyer", "the name of the buying authority", 200),
        contact_name=actor.name,
        contact_email=actor.email,
        service=service,
        created_by_id=actor.id,
        created_at=now,
        quality_weight=6_000,
        price_weight=4_000,
        below_mean=1_500,
        ties=[QUALITY.name, PRICE.name, DRAW.name],
    )


def _add(
    session: Session, actor: Person, now: datetime, tender: Tender, schedule: Schedule, source: str
) -> Tender:
    used = "Reference is already used by another tender"
    same = func.lower(Tender.reference) == tender.reference.lower()
    if session.scalar(select(Tender.id).where(same)) is not None:
        raise Refusal(used, "reference")
    session.add(tender)
    try:
        session.flush()
    except IntegrityError as error:  # somebody else took it a moment ago
        raise Refusal(used, "reference") from error
    put_lots(session, tender, schedule)
    note(
        session,
        actor,
        now,
        tender,
        "tender.created",
        f"{tender.reference} {tender.title}",
        {
            "reference": tender.reference,
            "title": tender.title,
            "buyer": tender.buyer,
            "contact_name": tender.contact_name,
            "contact_email": tender.contact_email,
            "service": tender.service,
            "source": source,
            **schedule_body(schedule),
        },
    )
    # so that a tender that vanishes together with its log is missed
    event.write(
        session,
        tender=None,
        actor=actor,
        action="tender.added",
        subject=f"{tender.reference} {tender.title}",
        body={"log": event.log_of(tender), "reference": tender.reference},
        now=now,
    )
    return tender


class Details(TypedDict, total=False):
    """What is said of a tender; what is left out stays as it is."""

    title: str
    description: str
    deadline: datetime | None
    buyer: str
    contact_name: str
    contact_email: str
    standstill_offered: bool


def change_details(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    tender: Tender,
    seen: int | None = None,
    **details: Unpack[Details],
) -> None:
    """Say what the tender is called, what it is for, and until when bids are taken."""
    tender = begin_draft(session, actor, now, tender, seen)
    before = _details(tender)
    if "title" in details:
        tender.title = wording.line(details["title"], "title", "a title", 200)
    if "buyer" in details:
        tender.buyer = wording.line(details["buyer"], "buyer", "the name of the buying authority", 200)
    if "contact_name" in details:
        name = details["contact_name"]
        tender.contact_name = wording.line(name, "contact_name", "the name of the contact", 200)
    if "contact_email" in details:
        tender.contact_email = wording.email(details["contact_email"], "contact_email")
    if "description" in details:
        text = details["description"]
        tender.description = wording.prose(text, "description", "the description", 20_000, needed=False)
    if "standstill_offered" in details:
        tender.standstill_offered = details["standstill_offered"]
    if "deadline" in details:
        deadline = details["deadline"]
        if deadline is not None and deadline <= now:
            raise Refusal(f"Deadline must be in the future; it is now {long_datetime(now)}", "deadline")
        # the rules document tells it to the second, so nothing finer may decide
        tender.deadline = deadline if deadline is None else deadline.replace(microsecond=0)
    after = _details(tender)
    changed = {name: value for name, value in after.items() if value != before[name]}
    if changed:
        were = {name: before[name] for name in changed}
        note(session, actor, now, tender, "tender.changed", "Details", {"now": changed, "were": were})


def _details(tender: Tender) -> dict[str, object]:
    return {
        "title": tender.title,
        "description": tender.description,
        "deadline": tender.deadline.isoformat() if tender.deadline else None,
        "buyer": tender.buyer,
        "contact_name": tender.contact_name,
        "contact_email": tender.contact_email,
        "standstill_offered": tender.standstill_offered,
    }
