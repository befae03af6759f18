"""What is done to accounts of people who decide: asked by one administrator, answered by another, and told
to the person."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from lots.database import Base, UTCDateTime
from lots.person import Person

ROLES, LINK = "roles", "link"
LASTS = timedelta(days=7)
"""How long a second administrator may take to answer."""


class AccountRequest(Base):
    """An administrator asks to give somebody roles that decide, or a link with which to set a password."""

    __tablename__ = "account_request"
    __table_args__ = (CheckConstraint("kind IN ('roles', 'link')", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    roles: Mapped[list[str]] = mapped_column(JSON)
    """All the roles that the person would hold then."""
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    by: Mapped[Person] = relationship(foreign_keys=by_id)
    answer: Mapped[AccountAnswer | None] = relationship(back_populates="request")


class AccountAnswer(Base):
    """What another administrator said to it."""

    __tablename__ = "account_answer"

    request_id: Mapped[int] = mapped_column(ForeignKey("account_request.id"), primary_key=True)
    confirmed: Mapped[bool]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    request: Mapped[AccountRequest] = relationship(back_populates="answer")


class PasswordLink(Base):
    """A link that was made. Only the last one for a person works."""

    __tablename__ = "password_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: made on the command line."""
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    by: Mapped[Person | None] = relationship(foreign_keys=by_id)
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=confirmed_by_id)


class PersonNotice(Base):
    """Something that was done to a person's account, shown to them until they say that they have read it."""

    __tablename__ = "person_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def open_requests(session: Session, now: datetime, person: Person | None = None) -> list[AccountRequest]:
    """What waits for a second administrator, oldest first; about one person only, if given."""
    statement = (
        select(AccountRequest)
        .outerjoin(AccountRequest.answer)
        .where(AccountAnswer.request_id.is_(None), AccountRequest.at > now - LASTS)
        .order_by(AccountRequest.id)
        .options(joinedload(AccountRequest.person), joinedload(AccountRequest.by))
    )
    if person is not None:
        statement = statement.where(AccountRequest.person_id == person.id)
    return list(session.scalars(statement))


def last_link(session: Session, person: Person) -> PasswordLink | None:
    statement = (
        select(PasswordLink)
        .where(PasswordLink.person_id == person.id)
        .order_by(PasswordLink.id.desc())
        .limit(1)
        .options(joinedload(PasswordLink.by), joinedload(PasswordLink.confirmed_by))
    )
    return session.scalar(statement)


def unread(session: Session, person: Person) -> list[PersonNotice]:
    """What the person has not said they have read, oldest first."""
    statement = select(PersonNotice).where(
        PersonNotice.person_id == person.id, PersonNotice.read_at.is_(None)
    )
    return list(session.scalars(statement.order_by(PersonNotice.id)))
