"""The people of the example, on the council's side and the providers'."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from lots.person import Person
from tender.accounts import operations as accounts
from tender.accounts.passwords import Passwords
from tender.bids.company import ProviderDetails, change_provider
from tender.example.companies import COMPANIES, Company

PASSWORD = "lancashire example"  # noqa: S105  the example's, printed for whoever tries it

STAFF = {
    "administrator@example.org": ("Amina Yusuf", {"administrator"}),
    "officer@example.org": ("Priya Shah", {"officer"}),
    "officer2@example.org": ("Tom Fielding", {"officer"}),
    "approver@example.org": ("Margaret Holt", {"approver"}),
    "evaluator@example.org": ("Daniel Okafor", {"evaluator"}),
    "evaluator2@example.org": ("Helen Parr", {"evaluator"}),
    "evaluator3@example.org": ("Sunita Rao", {"evaluator"}),
    "moderator@example.org": ("Ian Whitworth", {"moderator"}),
    "auditor@example.org": ("Grace Lindqvist", {"auditor"}),
}


@dataclass(frozen=True)
class Cast:
    """Everybody in the example, by e-mail; providers' people by company number too."""

    staff: dict[str, Person]
    providers: dict[int, Person]

    def __getitem__(self, name: str) -> Person:
        return self.staff[f"{name}@example.org"]


@dataclass(frozen=True)
class _OnePassword(Passwords):
    """Hashes the example's password once for everybody: a hash takes long on purpose, forty take seconds."""

    @cached_property
    def _only_hash(self) -> str:
        return super().hash(PASSWORD)

    def hash(self, password: str) -> str:
        return self._only_hash if password == PASSWORD else super().hash(password)


def gather(session: Session, passwords: Passwords, now: datetime) -> Cast:
    """Make every account, all with one password, and each company's details."""
    passwords = _OnePassword(passwords.memory, passwords.rounds)
    staff = {}
    administrator: Person | None = None
    for email, (name, roles) in STAFF.items():
        person = accounts.add_person(
            session, actor=administrator, email=email, name=name, roles=roles, now=now
        )
        accounts.set_password(
            session, actor=administrator, person=person, password=PASSWORD, passwords=passwords, now=now
        )
        staff[email] = person
        administrator = administrator or person
    providers = {company.number: _register(session, company, passwords, now) for company in COMPANIES}
    return Cast(staff, providers)


def _register(session: Session, company: Company, passwords: Passwords, now: datetime) -> Person:
    person = accounts.register_provider(
        session,
        registration=accounts.Registration(
            company=company.name,
            name=f"The bid manager of {company.name}",
            email=company.email,
            password=PASSWORD,
        ),
        passwords=passwords,
        now=now,
    )
    assert person.provider is not None  # noqa: S101  registering has just made it
    change_provider(
        session,
        actor=person,
        now=now,
        provider=person.provider,
        details=ProviderDetails(
            name=company.name,
            company_number=company.company_number,
            address=f"{company.number} Market Place\nPreston\nPR1 2ZZ",
            contact_email=company.email,
            phone=f"01632 960{company.number:03d}",
            cqc_provider_id=company.cqc_provider_id,
            is_sme=company.sme,
            is_vcse=company.vcse,
            locations=(company.location_id,),
        ),
    )
    return person


def is_loaded(session: Session) -> bool:
    """Whether the example's people are in the database already."""
    return session.scalar(select(Person.id).where(Person.email == "officer@example.org")) is not None
