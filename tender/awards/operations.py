"""What changes between locked quality and the confirmed award."""

from tender.awards.deciding import approve, recommend, return_
from tender.awards.ending import confirm_award, record_summaries
from tender.awards.evaluating import evaluate
from tender.awards.prices import open_prices

__all__ = [
    "approve",
    "confirm_award",
    "evaluate",
    "open_prices",
    "recommend",
    "record_summaries",
    "return_",
]
