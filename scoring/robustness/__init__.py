"""What the awards are sensitive to: one mark, the weights, each bidder, the lowest price."""

from scoring.robustness.one_mark import MarksDiffer
from scoring.robustness.report import (
    SCENARIOS,
    SEED,
    Robustness,
    Sensitivity,
    assess,
    sensitive_lots,
    turned_by_absence,
)

__all__ = [
    "SCENARIOS",
    "SEED",
    "MarksDiffer",
    "Robustness",
    "Sensitivity",
    "assess",
    "sensitive_lots",
    "turned_by_absence",
]
