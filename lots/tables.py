"""Every module that declares tables, so that importing this one completes the metadata."""

from lots import (
    award,
    bid,
    draw,
    eligibility,
    event,
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
    "award",
    "bid",
    "draw",
    "eligibility",
    "event",
    "mark",
    "moderation",
    "panel",
    "person",
    "provider",
    "rating",
    "tender",
    "tie",
]
