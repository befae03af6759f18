"""Every module that declares tables, so that importing this one completes the metadata."""

from lots import (
    account,
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
    registration,
    tender,
    tree,
)

__all__ = [
    "account",
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
    "registration",
    "tender",
    "tree",
]
