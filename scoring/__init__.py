"""The arithmetic of an award: an evaluation record in, every score, rank, award and reason out.

    record = scoring.read(Path("record.json").read_bytes())
    result = scoring.evaluate(record)
    print(*result.sentences(), sep="\n")

Pure: no clock, no network, no database, no environment. docs/scoring.md has the formats and the rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.comparison import Comparison, compare
from scoring.errors import NotInRecord, RequestRefused, ScoringError
from scoring.evaluation import check, evaluate
from scoring.reading.faults import Fault, RecordRefused
from scoring.reading.record import from_object, read
from scoring.result.result import Result
from scoring.result.types import EvaluationResult, LotResult
from scoring.result.working import Explanation, Working
from scoring.robustness.report import Robustness
from scoring.robustness.report import assess as assess_robustness
from scoring.version import __version__

if TYPE_CHECKING:
    from scoring.model.record import Record

__all__ = [
    "Comparison",
    "EvaluationResult",
    "Explanation",
    "Fault",
    "LotResult",
    "NotInRecord",
    "RecordRefused",
    "RequestRefused",
    "Result",
    "Robustness",
    "ScoringError",
    "Working",
    "__version__",
    "assess_robustness",
    "check",
    "compare",
    "evaluate",
    "explain",
    "from_object",
    "read",
]


def explain(record: Record, lot: str, bidder: str) -> Explanation:
    """Return the working of every figure of one bid; `lot` and `bidder` are ids.

    Raises NotInRecord where there is no such bid. For several bids evaluate once and ask the result.
    """
    return evaluate(record).explain(lot, bidder)
