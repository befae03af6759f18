"""The states that a bid may be in, and its flags: a row for each, which says all there is to know of it.

The law treats the states differently, so they are never one "failed": a tender that fails a condition of
participation (Procurement Act 2023 s.19(3)(a)) is not an assessed tender (s.50(5)(b)); one that misses a
published minimum is (s.23(3)(a)).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scoring.methods.cqc import INADEQUATE, NOT_CHECKED, NOT_RATED


@dataclass(frozen=True)
class BidState:
    """One state of a bid in a lot."""

    name: str
    """What records and results call it."""
    label: str
    """What pages and reports call it."""
    tag: str
    """A short label, where there is little room."""
    assessed: bool
    """Whether it is an assessed tender in law, which is owed an assessment summary."""
    found_by: str = ""
    """What puts a bid into it by the rules alone; empty where only a person's decision does."""
    ground: str = ""
    """The ground, for the officer who may decide it; empty where no officer decides it in the application."""
    heard_first: bool = False
    """Whether the provider must have had its say before (Procurement Act 2023 ss.19(4), 58)."""
    about_price: bool = False
    """Whether it can be decided only once prices are opened."""


RANKED: Final = BidState("ranked", "Ranked", "Ranked", assessed=True)
EXCLUDED: Final = BidState(
    "excluded",
    "Excluded",
    "Excluded",
    assessed=False,
    ground="A ground for exclusion applies (Procurement Act 2023 ss.26, 57, 58).",
    heard_first=True,
)
CONDITION_NOT_MET: Final = BidState(
    "condition_not_met",
    "Condition of participation not met",
    "Condition not met",
    assessed=False,
    found_by="the CQC rule",
    ground="A published condition other than the CQC rule (s.19(3)(a)). Insurance not yet held is none: "
    "cover by the award is enough (s.22(3)(b)).",
)
UNCHECKED: Final = BidState(
    NOT_CHECKED,
    "CQC ratings not checked",
    "Not checked",
    assessed=False,
    found_by="a location that could not be checked",
)
"""Not a failing of the bidder: nothing is awarded while a bid is in it."""
PROCEDURAL_BREACH: Final = BidState(
    "procedural_breach",
    "Procedural breach",
    "Procedural breach",
    assessed=False,
    found_by="a price outside the published limits",
    ground="A procedural requirement was broken, or something left out (s.19(3)(d)).",
)
ABNORMALLY_LOW: Final = BidState(
    "abnormally_low",
    "Abnormally low",
    "Abnormally low",
    assessed=False,
    ground="The provider was heard and cannot perform at its price (s.19(3)(c), (4)).",
    heard_first=True,
    about_price=True,
)
BELOW_MINIMUM: Final = BidState(
    "below_minimum",
    "Below a published minimum",
    "Below a minimum",
    assessed=True,
    found_by="a published minimum mark or minimum quality not reached",
)
WITHDRAWN: Final = BidState(
    "withdrawn",
    "Withdrawn",
    "Withdrawn",
    assessed=False,
    ground="The provider has taken its bid back in writing.",
)

BID_STATES: Final[dict[str, BidState]] = {
    row.name: row
    for row in (
        RANKED,
        EXCLUDED,
        CONDITION_NOT_MET,
        UNCHECKED,
        PROCEDURAL_BREACH,
        ABNORMALLY_LOW,
        BELOW_MINIMUM,
        WITHDRAWN,
    )
}
"""Every state by its name. The first that the rules find decides."""

DECIDABLE: Final = tuple(row for row in BID_STATES.values() if row.ground)
"""The states that an officer may decide."""


@dataclass(frozen=True)
class Flag:
    """Something about a bid that a person must look at, and that changes no state."""

    name: str
    """What results call it."""
    label: str


LOW_PRICE: Final = Flag("abnormally_low", "Price looks abnormally low")

BID_FLAGS: Final[dict[str, Flag]] = {
    row.name: row
    for row in (
        LOW_PRICE,
        Flag(INADEQUATE, "A location rated Inadequate"),
        Flag(NOT_RATED, "A location without a CQC rating"),
        Flag("dormant", "A dormant location"),
        Flag("suspended", "A location whose registration is suspended"),
        Flag("deregistered", "A location whose registration has ended"),
        Flag(NOT_CHECKED, "A location that no file of ratings settles, covered by a decision"),
    )
}
"""Every flag by its name; bit n of a bid's flags is the nth."""
