"""Registrations of providers that wait for their e-mail to be confirmed. They are part of no tender's record,
and deleted when they are confirmed or have waited too long."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from lots.database import Base, UTCDateTime


class Registration(Base):
    """What somebody wrote who wants to register a company. Of those with one e-mail only the last counts."""

    __tablename__ = "registration"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the link's secret; another one takes its place with each new link, so that no two work."""
    address_hash: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
