"""Which tenders a person may know of at all."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import Session

from lots.panel import PanelMember
from lots.person import Person
from lots.refusal import NotFound
from lots.tender import LARGEST_ID, Tender

NOT_HERE = "There is no tender at this address."


def seen_by(person: Person) -> ColumnElement[bool]:
    """The condition on Tender: officers see all; approvers and auditors what was published; evaluators and
    moderators what was published and names them in its panel."""
    roles = person.roles
    if "officer" in roles:
        return true()
    was_published = Tender.rules_text.is_not(None)
    if roles & {"approver", "auditor"}:
        return was_published
    sits = exists().where(PanelMember.tender_id == Tender.id, PanelMember.person_id == person.id)
    return was_published & sits


def tender_for(session: Session, person: Person, tender_id: int) -> Tender:
    """The tender, if the person may know of it. Raises NotFound."""
    _refuse_impossible(tender_id)
    tender = session.scalar(select(Tender).where(Tender.id == tender_id, seen_by(person)))
    if tender is None:
        raise NotFound(NOT_HERE)
    return tender


def published_tender(session: Session, tender_id: int) -> Tender:
    """A tender whose rules anybody with an account may read. Raises NotFound for drafts."""
    _refuse_impossible(tender_id)
    tender = session.scalar(select(Tender).where(Tender.id == tender_id, Tender.rules_text.is_not(None)))
    if tender is None:
        raise NotFound(NOT_HERE)
    return tender


def _refuse_impossible(tender_id: int) -> None:
    """A number in an address may be longer than the database can even look for."""
    if tender_id > LARGEST_ID:
        raise NotFound(NOT_HERE)


def matching(search: str) -> ColumnElement[bool]:
    """The condition on Tender that its reference or title contains the search."""
    return or_(
        Tender.reference.icontains(search, autoescape=True), Tender.title.icontains(search, autoescape=True)
    )
