"""How often somebody may fail to sign in. The database counts, so that all worker processes agree."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lots.person import SignInAttempt
from lots.refusal import Refusal


class TooManyAttempts(Refusal):
    """Too many failures lately. `minutes` is how long to wait."""

    def __init__(self, minutes: int) -> None:
        unit = "minute" if minutes == 1 else "minutes"
        super().__init__(
            f"There have been too many failed attempts. Wait {minutes} {unit}, then try again. "
            "If you have forgotten your password, ask an administrator for a new link."
        )
        self.minutes = minutes


@dataclass(frozen=True)
class AttemptLimits:
    """Failures allowed within `minutes`, for an e-mail and for an address; hashes keyed with `key`."""

    key: bytes
    minutes: int
    for_email: int
    for_address: int

    def check(self, session: Session, *, email: str, address: str, now: datetime) -> None:
        """Raises TooManyAttempts where a limit is reached."""
        for column, value, limit in (
            (SignInAttempt.email_hash, self._hash("email", email), self.for_email),
            (SignInAttempt.address_hash, self._hash("address", address), self.for_address),
        ):
            count, oldest = session.execute(
                select(func.count(), func.min(SignInAttempt.at)).where(
                    column == value, SignInAttempt.at > now - timedelta(minutes=self.minutes)
                )
            ).one()
            if count >= limit:
                wait = oldest + timedelta(minutes=self.minutes) - now
                raise TooManyAttempts(max(1, -int(-wait.total_seconds() // 60)))

    def failed(self, session: Session, *, email: str, address: str, now: datetime) -> None:
        """Note a failure, and forget those too old to count."""
        session.execute(
            delete(SignInAttempt).where(SignInAttempt.at <= now - timedelta(minutes=self.minutes))
        )
        session.add(
            SignInAttempt(
                email_hash=self._hash("email", email), address_hash=self._hash("address", address), at=now
            )
        )
        session.flush()

    def succeeded(self, session: Session, *, email: str) -> None:
        """A person who gets in at last starts afresh; the address does not."""
        session.execute(delete(SignInAttempt).where(SignInAttempt.email_hash == self._hash("email", email)))

    def _hash(self, kind: str, value: str) -> str:
        return hmac.new(self.key, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()
