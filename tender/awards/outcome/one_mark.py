"""Awards that are sensitive to one mark: a single step of the scale, on a single question, would have made
another award (Braceurself v NHS England [2022] EWHC 1532 turned on one mark). The engine tries every one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import scoring
from scoring import robustness


@lru_cache(maxsize=16)
def sensitive_lots(record_text: str) -> Mapping[str, robustness.Sensitivity]:
    """By the id of each lot whose award one step of one mark would change: the mark, and the other award.

    A bidder answers once, so that its mark on a question counts in every lot that it bids for. Cached by the
    record's text, because pages ask again and an evaluation never changes.
    """
    return robustness.sensitive_lots(scoring.read(record_text), shared_marks=True)
