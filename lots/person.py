"""People who sign in, the roles they hold, and their failed sign-ins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lots.database import Base, UTCDateTime
from lots.provider import Provider
from lots.refusal import NotPermitted

HOLDERS = {
    "administrator": "an administrator",
    "officer": "a procurement officer",
    "approver": "an approver",
    "evaluator": "an evaluator",
    "moderator": "a moderator",
    "provider": "a provider",
    "auditor": "an auditor",
}
"""Names for the holder of a role, by the role's name."""
ROLES = tuple(HOLDERS)


DECIDING = frozenset({"officer", "approver", "evaluator", "moderator"})
"""Roles whose holders decide on a tender. Whoever gives roles holds none of them."""


class Person(Base):
    """Somebody who signs in. A person with the role `provider` acts for one provider."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    session_token: Mapped[str] = mapped_column(String(64), unique=True)
    """Changes with the password, so that a new password ends every session."""
    active: Mapped[bool] = mapped_column(default=True)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    provider: Mapped[Provider | None] = relationship()
    role_rows: Mapped[list[PersonRole]] = relationship(
        back_populates="person", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(row.role for row in self.role_rows)


def require_role(person: Person, role: str) -> None:
    """Raises NotPermitted unless the person holds the role and still has access, and does not also give
    roles to others."""
    if not person.active or role not in person.roles:
        raise NotPermitted(f"Only {HOLDERS[role]} may do this.")
    if role in DECIDING and "administrator" in person.roles:
        raise NotPermitted(
            f"You are an administrator too, so you cannot act as {HOLDERS[role]}: one person must not hold "
            "both keys. Another administrator can take one of the roles from you."
        )


class PersonRole(Base):
    __tablename__ = "person_role"
    __table_args__ = (
        CheckConstraint("role IN ({})".format(", ".join(f"'{role}'" for role in ROLES)), name="role_known"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    person: Mapped[Person] = relationship(back_populates="role_rows")


class SignInAttempt(Base):
    """A failed sign-in, kept as keyed hashes of who was tried and from where."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_at", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email_hash: Mapped[str] = mapped_column(String(64), index=True)
    address_hash: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
