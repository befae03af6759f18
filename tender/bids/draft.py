"""A provider's working copy of its bid: sealed in the database like a submission."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from lots.bid import Bid, BidDraft
from lots.person import Person
from lots.refusal import Conflict, Refusal
from lots.seal import Seal
from scoring.canonical import canonical_json
from tender.bids import envelopes
from tender.frame.formats import long_datetime

FORMAT = "bid-draft/1"
PRICES = "prices"
"""The part of a draft that holds prices, preferences and limits; every answer is a part of its own."""


@dataclass(frozen=True)
class Saved:
    """When a part of the draft was last saved, and by whom; `revision` counts from 1."""

    revision: int
    by: str
    at: str


@dataclass(frozen=True)
class DraftContent:
    answers: dict[str, str] = field(default_factory=dict)
    """By question code; a question without an entry is unanswered."""
    prices: dict[str, int] = field(default_factory=dict)
    """Pence an hour, by lot code; a lot without an entry is not bid for."""
    preferences: tuple[str, ...] = ()
    """Lot codes, most wanted first."""
    most_lots: int | None = None
    hours_per_week: int | None = None
    """Hundredths of an hour."""
    saved: dict[str, Saved] = field(default_factory=dict)
    """By part: a question's code, or PRICES."""

    def revision(self, part: str) -> int:
        """How often the part was saved: what a page shows as `seen`."""
        return self.saved[part].revision if part in self.saved else 0

    def require_unchanged(self, part: str, seen: int | None) -> None:
        """Raise Conflict where somebody saved the part after the page that showed revision `seen`."""
        if seen is None or seen == self.revision(part):
            return
        last = self.saved.get(part)
        if last is None:
            raise Conflict("This page is out of date. Open it again, then make your change.")
        raise Conflict(f"{last.by} changed this on {long_datetime(datetime.fromisoformat(last.at))}.")

    def with_part(self, part: str, actor: Person, now: datetime, **changes: Any) -> DraftContent:
        saved = Saved(self.revision(part) + 1, actor.name, now.astimezone(UTC).isoformat(timespec="seconds"))
        return replace(self, saved={**self.saved, part: saved}, **changes)


def read_draft(seal: Seal, bid: Bid) -> DraftContent:
    """The draft as last saved; empty where nothing was saved yet. Raises Refusal if it was altered."""
    if bid.draft is None:
        return DraftContent()
    document = json.loads(seal.open(bid.draft.sealed, about=envelopes.about_draft(bid)))
    if document.pop("format", None) != FORMAT:
        raise Refusal(f"The draft of this bid is not in the format {FORMAT}.")
    saved = {part: Saved(**entry) for part, entry in document.pop("saved").items()}
    return DraftContent(saved=saved, preferences=tuple(document.pop("preferences")), **document)


def write_draft(seal: Seal, bid: Bid, content: DraftContent, now: datetime) -> None:
    """Seal the content as the bid's draft. The caller has locked the tender and checked what others saved."""
    document: Mapping[str, Any] = {
        "format": FORMAT,
        **asdict(content),
        "preferences": list(content.preferences),
    }
    sealed = seal.close(canonical_json(document), about=envelopes.about_draft(bid))
    if bid.draft is None:
        bid.draft = BidDraft(sealed=sealed, saved_at=now, revision=1)
        return
    bid.draft.sealed = sealed
    bid.draft.saved_at = now
    bid.draft.revision += 1
