"""Steps that cannot be undone, where the installation wants two people: who asked for one, and for what."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from lots.database import Base, UTCDateTime
from lots.person import Person
from lots.tender import Tender

LASTS = timedelta(days=7)
"""How long a second person may take."""


class StepRequest(Base):
    """One person's word that a step is to be taken. It stands for what its page said then, and no other."""

    __tablename__ = "step_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    step: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(40), default="")
    """What in the tender it is about, such as a lot's code; empty for the whole."""
    stage: Mapped[str] = mapped_column(String(20))
    shown_sha256: Mapped[str] = mapped_column(String(64))
    """Of all that the page said would change."""
    reason: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    by: Mapped[Person] = relationship()


def step_requests(session: Session, tender: Tender, stage: str, now: datetime) -> list[StepRequest]:
    """What was asked for at this stage and can still be confirmed, newest first, one for each step."""
    rows = session.scalars(
        select(StepRequest)
        .where(StepRequest.tender_id == tender.id, StepRequest.stage == stage, StepRequest.at > now - LASTS)
        .order_by(StepRequest.id.desc())
        .options(joinedload(StepRequest.by))
    )
    newest: dict[tuple[str, str], StepRequest] = {}
    for row in rows:
        newest.setdefault((row.step, row.subject), row)
    return list(newest.values())
