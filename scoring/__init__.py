"""The arithmetic of an award: an evaluation record in, every score, rank, award and reason out.

    from scoring import evaluate, record
    result = evaluate(record.read(open("record.json", "rb").read()))

Pure: no clock, no network, no database, no environment. docs/scoring.md has the formats and the rules.
"""

from scoring.evaluation import evaluate
from scoring.faults import Fault, RecordRefused
from scoring.result import Result
from scoring.working import Explanation, Working

__all__ = ["Explanation", "Fault", "RecordRefused", "Result", "Working", "evaluate"]
