"""Every module that declares tables, so that importing this one completes the metadata."""

from lots import (
    account,
    award,
    bid,
    confirmation,
    draw,
    eligibility,
    event,
    letters,
    mark,
    moderation,
    panel,
    person,
    provider,
    rating,
    tender,
    tie,
)

__all__ = [
    "account",
    "award",
    "bid",
    "confirmation",
    "draw",
    "eligibility",
    "event",
    "letters",
    "mark",
    "moderation",
    "panel",
    "person",
    "provider",
    "rating",
    "tender",
    "tie",
]
