"""Every module that declares tables, so that importing this one makes the metadata whole."""

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
    "tender",
]
