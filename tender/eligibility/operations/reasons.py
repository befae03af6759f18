"""The reasons that officers give for what they decide about ratings."""

from __future__ import annotations

from lots.refusal import Refusal, Refusals

REASON_WORDS = 5
MOST_CHARACTERS = 5000


def fault(text: str, field: str = "reason", what: str = "reason") -> Refusal | None:
    """What is wrong with a text that ends on the record: it says too little, or too much."""
    if len(text.split()) < REASON_WORDS:
        return Refusal(
            f"Give the {what} in at least {REASON_WORDS} words: the provider and a court may read it.", field
        )
    if len(text) > MOST_CHARACTERS:
        return Refusal(f"Shorten this to {MOST_CHARACTERS:,} characters.", field)
    return None


def reasoned(text: str, field: str = "reason") -> str:
    """The reason without what surrounds it. Raises Refusals where something is wrong with it."""
    found = fault(text.strip(), field)
    if found is not None:
        raise Refusals([found])
    return text.strip()
