"""What the awards hang on: one mark, the weights, each bidder, the lowest price."""

from scoring.robustness.one_mark import MarksDiffer
from scoring.robustness.report import SCENARIOS, SEED, Hanging, Robustness, assess, hanging

__all__ = ["SCENARIOS", "SEED", "Hanging", "MarksDiffer", "Robustness", "assess", "hanging"]
