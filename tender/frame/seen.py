"""Which entry a page showed: sent back with the form, so that nobody saves over what they have not seen."""

from __future__ import annotations

from wtforms import HiddenField

from lots.eligibility import EligibilityDecision
from lots.mark import Mark
from lots.moderation import AgreedMark

Entry = EligibilityDecision | Mark | AgreedMark


def seen_as(entry: Entry | None) -> str:
    """What a form says of the entry that its page shows; empty for none."""
    return "" if entry is None else str(entry.id)


def seen_id(field: HiddenField) -> int | None:
    """The id of the entry that the form's page showed; None where it showed none, or was tampered with."""
    text = str(field.data or "")
    return int(text) if text.isdecimal() and len(text) < 16 else None
