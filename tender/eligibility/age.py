"""How old the ratings are that a tender rests on."""

from __future__ import annotations

from datetime import date

from lots.rating import RatingsFile
from tender.frame.formats import long_date

OLD_DAYS = 35
"""The CQC publishes every month: older than that, and there is a newer file."""


def warning_of_age(file: RatingsFile, today: date) -> str:
    """A sentence where a file is old on the day; "" where it is not."""
    days = (today - file.dated).days
    if days <= OLD_DAYS:
        return ""
    return (
        f"The CQC ratings used are of {long_date(file.dated)}, {days:,} days ago. "
        "The CQC publishes new ones every month: load them, and see whether anything changes."
    )
