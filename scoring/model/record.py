"""The evaluation record as plain values: lots, bidders and what was decided about them.

Format `evaluation/1`, described in docs/scoring.md. Money in pence; weights, percentages and hours in
hundredths. `scoring.reading` makes a record from JSON or refuses it.
"""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from scoring.canonical import canonical_json
from scoring.model import writing
from scoring.model.bids import Bids
from scoring.model.draw import Draw, TieDecision
from scoring.model.reasons import CqcReason
from scoring.model.rules import Rules

FORMAT: Final = "evaluation/1"


REGISTERED: Final = "registered"


@dataclass(frozen=True)
class Location:
    """A location; `ratings` by area, each in RATED or UNRATED, "" where the record has none."""

    id: str
    ratings: dict[str, str]
    published: str
    """The date, as 2026-05-01, or ""."""
    status: str = REGISTERED
    """REGISTERED or one of UNUSUAL, as it was when the ratings were taken."""
    not_checked: str = ""
    """Why it could not be checked, one of WHY_NOT_CHECKED; "" where it was."""
    covered: str = ""
    """The reason of a person who looked it up and lets it count all the same; "" where nobody did."""


@dataclass(frozen=True)
class Finding:
    """What the ratings say about a bidder: the kind, whether the bidder is refused for it, and the reason."""

    kind: str
    refused: bool
    reason: CqcReason


@dataclass(frozen=True)
class Decision:
    """A person's decision to put a bidder's bids into a state, in these lots or (None) in all."""

    state: str
    reason: str
    lots: tuple[str, ...] | None


@dataclass(frozen=True)
class Lot:
    """What is bought, where; hours a week in hundredths; `places` is how many awards are to be made."""

    id: str
    service: str
    zone: str
    hours: int
    weeks: int
    places: int


@dataclass(frozen=True)
class Bidder:
    """A provider that bids; `hours` is its declared capacity, hundredths of an hour a week, or None."""

    id: str
    name: str
    locations: tuple[Location, ...]
    findings: tuple[Finding, ...]
    decisions: tuple[Decision, ...]
    preferences: tuple[str, ...]
    most_lots: int | None
    hours: int | None


@dataclass(frozen=True, eq=False)
class Record:
    """A record that was found sound. Make one with `read` or `from_object`."""

    rules: Rules
    lots: tuple[Lot, ...]
    bidders: tuple[Bidder, ...]
    bids: Bids
    as_read: dict[str, Any]
    """All but the bids as it was read: "60" and "60.00" are one weight and two texts."""
    draw: Draw | None = None
    ties_decided: tuple[TieDecision, ...] = ()
    is_supposed: bool = False
    """Whether this is a record with something changed to see what follows. A decision on a tie that is no tie
    any more then decides nothing, where a record as it was read would be refused."""

    def as_object(self) -> dict[str, Any]:
        """Return the record as a JSON object, equal to the one that it was read from."""
        return {
            **copy.deepcopy(self.as_read),
            "bids": list(writing.objects(self.ids, self.bids)),
        }

    @cached_property
    def ids(self) -> writing.RecordIds:
        """The ids that the bids refer to."""
        bidders = tuple(bidder.id for bidder in self.bidders)
        return writing.RecordIds(self.rules, bidders, tuple(lot.id for lot in self.lots))

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the record's canonical form (RFC 8785), in hexadecimal."""
        hashed, between = hashlib.sha256(), b"{"
        for name in sorted((*self.as_read, "bids")):
            hashed.update(between + canonical_json(name) + b":")
            if name == "bids":
                for piece in writing.canonical(self.ids, self.bids):
                    hashed.update(piece)
            else:
                hashed.update(canonical_json(self.as_read[name]))
            between = b","
        hashed.update(b"}")
        return hashed.hexdigest()
