"""Every module that declares tables, so that importing this one makes the metadata whole."""

from lots import (
    award,
    bid,
    eligibility,
    event,
    lot,
    mark,
    moderation,
    panel,
    person,
    procurement,
    provider,
    question,
    rating,
)

__all__ = [
    "award",
    "bid",
    "eligibility",
    "event",
    "lot",
    "mark",
    "moderation",
    "panel",
    "person",
    "procurement",
    "provider",
    "question",
    "rating",
]
