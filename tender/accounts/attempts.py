"""How often somebody may fail to sign in. The database counts, so that all worker processes agree.

What is limited is guessing, and not the account: failures count for an e-mail and an address together. Who
guesses from many addresses meets a higher limit for the e-mail, who tries many e-mails a limit for the
address. Neither stops a browser with which the person has signed in before (known_browser.py): its failures
are counted apart, so that strangers cannot keep the owner out, and whoever takes the browser cannot guess.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session

from lots.person import SignInAttempt
from lots.refusal import Refusal


class TooManyAttempts(Refusal):
    """Too many failures lately. `minutes` is how long to wait."""

    def __init__(self, minutes: int) -> None:
        unit = "minute" if minutes == 1 else "minutes"
        super().__init__(
            f"There have been too many failed attempts. Wait {minutes} {unit}, then try again, or use a "
            "browser in which you have signed in before. "
            "If you have forgotten your password, ask an administrator for a new link."
        )
        self.minutes = minutes


@dataclass(frozen=True)
class Guesser:
    """Who tries: from which address, and with which known browser, if it is one of the person's."""

    address: str
    browser: str | None = None

    @property
    def place(self) -> str:
        """What their failures are counted by. A whole IPv6 network is one: whoever has an address of it has
        them all."""
        if self.browser is not None:
            return f"browser:{self.browser}"
        try:
            address = ipaddress.ip_address(self.address)
        except ValueError:
            return f"address:{self.address}"
        if address.version == 6:
            network = ipaddress.ip_network((address, 64), strict=False)
            return f"address:{address.ipv4_mapped or network}"
        return f"address:{address}"


@dataclass(frozen=True)
class AttemptLimits:
    """What is allowed within `minutes`: failures for an e-mail from one address or known browser, for an
    e-mail from everywhere, and e-mails that fail from one address. Hashes are keyed with `key`."""

    key: bytes
    minutes: int
    from_one: int
    for_email: int
    for_address: int

    def queue(self, session: Session, email: str) -> None:
        """Let one guess at an e-mail be counted before the next is tried, whether or not there is such an
        account. SQLite lets only one write at all."""
        if session.get_bind().dialect.name == "postgresql":
            session.execute(select(func.pg_advisory_xact_lock(func.hashtext(self._hash("email", email)))))

    def check(self, session: Session, *, email: str, guesser: Guesser, now: datetime) -> None:
        """Raises TooManyAttempts where a limit is reached."""
        by_email = SignInAttempt.email_hash == self._hash("email", email)
        by_place = SignInAttempt.address_hash == self._hash("place", guesser.place)
        failures: ColumnElement[int] = func.count()
        limits = [(failures, and_(by_email, by_place), self.from_one)]
        if guesser.browser is None:
            # one colleague who cannot remember a password does not use up an office's allowance
            accounts = func.count(SignInAttempt.email_hash.distinct())
            limits += [(failures, by_email, self.for_email), (accounts, by_place, self.for_address)]
        for counted, which, limit in limits:
            count, oldest = session.execute(
                select(counted, func.min(SignInAttempt.at)).where(
                    which, SignInAttempt.at > now - timedelta(minutes=self.minutes)
                )
            ).one()
            if count >= limit:
                wait = oldest + timedelta(minutes=self.minutes) - now
                raise TooManyAttempts(max(1, -int(-wait.total_seconds() // 60)))

    def failed(self, session: Session, *, email: str, guesser: Guesser, now: datetime) -> None:
        """Note a failure, and forget those too old to count. There are never more than can be guessed in
        `minutes`, each of which costs a password's hash."""
        session.execute(
            delete(SignInAttempt).where(SignInAttempt.at <= now - timedelta(minutes=self.minutes))
        )
        session.add(
            SignInAttempt(
                email_hash=self._hash("email", email),
                address_hash=self._hash("place", guesser.place),
                at=now,
            )
        )
        session.flush()

    def succeeded(self, session: Session, *, email: str, guesser: Guesser) -> None:
        """Who gets in at last starts afresh from here; what others guess elsewhere still counts."""
        session.execute(
            delete(SignInAttempt).where(
                SignInAttempt.email_hash == self._hash("email", email),
                SignInAttempt.address_hash == self._hash("place", guesser.place),
            )
        )

    def _hash(self, kind: str, value: str) -> str:
        return hmac.new(self.key, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()
