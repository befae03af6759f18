"""Every module that declares tables, so that importing this one completes the metadata."""

from lots import (
    award,
    bid,
    confirmation,
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
)

__all__ = [
    "award",
    "bid",
    "confirmation",
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
]
