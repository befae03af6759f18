"""A provider's own details: company, contact and CQC registration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lots import event, text
from lots.person import Person
from lots.provider import Provider, ProviderLocation
from lots.refusal import Conflict, NotPermitted, Refusal, Refusals
from scoring.canonical import sha256_of
from tender.bids.access import provider_of

MOST_LOCATIONS = 300

_COMPANY_NUMBER = re.compile(r"\d{8}|[A-Z]{2}\d{6}|[A-Z]{2}\d{5}[A-Z]|\d{6,7}(-\d{1,4})?")
# as the CQC gives them: 1-101678901 mostly, NHS bodies and early registrations short codes like RXN or VM4G6
_CQC_ID = re.compile(r"\d-\d{6,14}|R[A-Z0-9]{2}|(?=.*\d)[A-Z][A-Z0-9]{2,9}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_TELLING = ("name", "company_number", "cqc_provider_id", "locations")
"""What the log keeps in full; of the rest, contact details, only that it changed."""


@dataclass(frozen=True)
class ProviderDetails:
    """As the provider typed them. `locations` are the ids of its CQC locations."""

    name: str
    company_number: str
    address: str
    contact_email: str
    phone: str
    cqc_provider_id: str
    is_sme: bool
    is_vcse: bool
    locations: tuple[str, ...]


def shown_as(provider: Provider) -> str:
    """What a page carries as `seen`, so that a change by somebody else in the meantime is noticed."""
    return sha256_of(provider.description())


def change_provider(
    session: Session,
    *,
    actor: Person,
    now: datetime,
    provider: Provider,
    details: ProviderDetails,
    seen: str | None = None,
) -> None:
    """Put the details in the place of those that are there. Bids already submitted keep what they carried.

    Raises Refusals with a fault for each field, Conflict where somebody else changed them first.
    """
    if provider_of(actor).id != provider.id:
        raise NotPermitted("You can only change the details of your own organisation.")
    provider = session.scalars(
        select(Provider).where(Provider.id == provider.id).with_for_update(),
        execution_options={"populate_existing": True},
    ).one()
    if seen is not None and seen != shown_as(provider):
        raise Conflict("Somebody else changed these details since you opened the page.")
    details = _tidy(details)
    faults = faults_in(details)
    if faults:
        raise Refusals(faults)
    before = provider.description()
    _apply(provider, details)
    session.flush()
    changed = {key: value for key, value in provider.description().items() if value != before[key]}
    if changed:
        _note(session, actor, provider, changed, now)


def _apply(provider: Provider, details: ProviderDetails) -> None:
    for name in (
        "name",
        "company_number",
        "address",
        "contact_email",
        "phone",
        "cqc_provider_id",
        "is_sme",
        "is_vcse",
    ):
        setattr(provider, name, getattr(details, name))
    known = {location.location_id: location for location in provider.locations}
    provider.locations = [
        known.get(one) or ProviderLocation(location_id=one) for one in sorted(details.locations)
    ]


def _note(
    session: Session, actor: Person, provider: Provider, changed: dict[str, Any], now: datetime
) -> None:
    event.write(
        session,
        tender=None,
        actor=actor,
        action="provider.changed",
        subject=provider.name,
        body={
            "provider": provider.id,
            "changed": sorted(changed),
            **{key: value for key, value in changed.items() if key in _TELLING},
        },
        now=now,
    )


def _tidy(details: ProviderDetails) -> ProviderDetails:
    """Spaces and small letters where they carry no meaning; a location that is named twice counts once."""
    return ProviderDetails(
        name=text.line(details.name),
        company_number=_number(details.company_number),
        address="\n".join(filter(None, map(text.line, details.address.splitlines()))),
        contact_email=text.code(details.contact_email),
        phone=text.code(details.phone),
        cqc_provider_id=_number(details.cqc_provider_id),
        is_sme=details.is_sme,
        is_vcse=details.is_vcse,
        locations=tuple(dict.fromkeys(filter(None, (text.code(one).upper() for one in details.locations)))),
    )


def _number(typed: str) -> str:
    return "".join(text.code(typed).split()).upper()


def faults_in(details: ProviderDetails) -> list[Refusal]:
    """Everything that is wrong with tidied details. What is merely missing may be saved and added later."""
    faults = [
        Refusal(message, field)
        for field, message, wrong in (
            ("name", "Enter the name of your company or charity", not details.name),
            ("name", "Name must be 200 characters or fewer", len(details.name) > 200),
            (
                "company_number",
                "Company or charity number must be one like 01234567, SC123456 or 1089464",
                bool(details.company_number) and not _COMPANY_NUMBER.fullmatch(details.company_number),
            ),
            ("address", "Address must be 500 characters or fewer", len(details.address) > 500),
            (
                "contact_email",
                "Enter an email address in the correct format, like name@example.com",
                bool(details.contact_email)
                and (not _EMAIL.fullmatch(details.contact_email) or len(details.contact_email) > 254),
            ),
            (
                "phone",
                "Enter a telephone number, like 01772 123456 or 07700 900123",
                bool(details.phone) and not _is_phone(details.phone),
            ),
            (
                "cqc_provider_id",
                "CQC provider ID must be one like 1-101678901. It is on your CQC certificate and web page.",
                bool(details.cqc_provider_id) and not _CQC_ID.fullmatch(details.cqc_provider_id),
            ),
        )
        if wrong
    ]
    return faults + _faulty_locations(details)


def _faulty_locations(details: ProviderDetails) -> list[Refusal]:
    if len(details.locations) > MOST_LOCATIONS:
        return [Refusal(f"Enter {MOST_LOCATIONS} locations or fewer", "locations")]
    faults = []
    for one in details.locations:
        if not _CQC_ID.fullmatch(one):
            message = f"“{one[:40]}” is not a CQC location ID. They look like 1-1234567890, one on each line."
            faults.append(Refusal(message, "locations"))
        elif one == details.cqc_provider_id:
            message = f"{one} is your provider ID. Each of your registered locations has an ID of its own."
            faults.append(Refusal(message, "locations"))
    return faults


def _is_phone(phone: str) -> bool:
    digits = re.sub(r"[\s()+.\-]", "", re.sub(r"(?i)\s*(ext|x)\.?\s*\d+$", "", phone))
    return digits.isdecimal() and 10 <= len(digits) <= 15 and len(phone) <= 40
