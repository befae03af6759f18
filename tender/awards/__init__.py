"""Awards: prices, results with their working, recommendation, approval, standstill."""

from tender.awards.permissions import PERMISSIONS
from tender.awards.views import decision, results, ties
from tender.frame.layout import NavigationItem

blueprints = [results.blueprint, decision.blueprint, ties.blueprint]
NAVIGATION = [
    NavigationItem("Awards", "awards.tenders", "results.read", "Results, recommendations, approvals, reports")
]

__all__ = ["NAVIGATION", "PERMISSIONS", "blueprints"]
