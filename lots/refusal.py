"""Why a change was not made, said so that a person can mend it."""

from __future__ import annotations


class Refusal(Exception):
    """A change that the rules of the tender do not allow now.

    `message` says what is wrong and how to mend it; `field` names the form field at fault, if one is.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Refusals(Refusal):
    """Several faults found in one go, so that they can be mended in one go."""

    def __init__(self, faults: list[Refusal]) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = faults


class Conflict(Refusal):
    """Somebody else has made this step, or changed this entry, since the page was opened."""


class WrongStage(Conflict):
    """The tender is not at a stage at which this can be done, whoever asks."""


class NotPermitted(Refusal):
    """The person may not do this, or may not do it in this tender."""


class NotFound(Refusal):
    """There is no such thing here, or none that this person may know of."""

    def __init__(self, message: str = "There is nothing at this address.") -> None:
        super().__init__(message)
