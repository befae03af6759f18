"""The arithmetic of an award: an evaluation record in, every score, rank, award and reason out.

    import scoring
    result = scoring.evaluate(scoring.read(open("record.json", "rb").read()))

Pure: no clock, no network, no database, no environment. docs/scoring.md has the formats and the rules.
"""

from scoring.errors import ScoringError
from scoring.evaluation import evaluate
from scoring.reading.faults import Fault, RecordRefused
from scoring.reading.record import check, from_object, read
from scoring.result.result import Result
from scoring.result.working import Explanation, Working

__all__ = [
    "Explanation",
    "Fault",
    "RecordRefused",
    "Result",
    "ScoringError",
    "Working",
    "check",
    "evaluate",
    "from_object",
    "read",
]
