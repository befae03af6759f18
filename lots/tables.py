"""Every module that declares tables, so that importing this one completes the metadata."""

from lots import (
    award,
    bid,
    eligibility,
    event,
    mark,
    moderation,
    panel,
    person,
    provider,
    rating,
    rating_decisions,
    tender,
)

__all__ = [
    "award",
    "bid",
    "eligibility",
    "event",
    "mark",
    "moderation",
    "panel",
    "person",
    "provider",
    "rating",
    "rating_decisions",
    "tender",
]
