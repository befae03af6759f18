"""What the engine refuses: `ScoringError` is the root of it all, so that a caller can catch one thing."""

from __future__ import annotations


class ScoringError(Exception):
    """The engine was asked for something that it does not do; the message says why, and what to do."""


class RequestRefused(ScoringError, ValueError):
    """What was asked for cannot be met: a number is out of range, or a price is beyond a limit."""


class NotInRecord(ScoringError, KeyError):
    """A lot, a bidder or a bid that the record does not have was asked for."""

    def __str__(self) -> str:
        """Return the message itself; KeyError would put it in quotation marks."""
        return str(self.args[0])


class UnknownReason(ScoringError, ValueError):
    """A result gives a reason that this version has no sentence for."""
