"""Care companies that bid, as they describe themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lots.database import Base, UTCDateTime


class Provider(Base):
    """A care company. What a bid says of it is a copy taken when the bid is submitted."""

    __tablename__ = "provider"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    company_number: Mapped[str] = mapped_column(String(20), default="")
    """Companies House or charity number; empty until given."""
    address: Mapped[str] = mapped_column(String(500), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    cqc_provider_id: Mapped[str] = mapped_column(String(40), default="")
    is_sme: Mapped[bool] = mapped_column(default=False)
    is_vcse: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    locations: Mapped[list[ProviderLocation]] = relationship(
        back_populates="provider", cascade="all, delete-orphan", order_by="ProviderLocation.location_id"
    )

    def description(self) -> dict[str, Any]:
        """What a bid carries of its bidder."""
        return {
            "name": self.name,
            "company_number": self.company_number,
            "address": self.address,
            "contact_email": self.contact_email,
            "phone": self.phone,
            "cqc_provider_id": self.cqc_provider_id,
            "sme": self.is_sme,
            "vcse": self.is_vcse,
            "locations": [location.location_id for location in self.locations],
        }


class ProviderLocation(Base):
    """A location registered with the CQC from which the provider would deliver."""

    __tablename__ = "provider_location"
    __table_args__ = (UniqueConstraint("provider_id", "location_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    location_id: Mapped[str] = mapped_column(String(40))
    provider: Mapped[Provider] = relationship(back_populates="locations")
