"""Awards: prices, results with their working, recommendation, approval, standstill."""

from tender.awards import views, views_decision
from tender.awards.permissions import PERMISSIONS
from tender.layout import NavigationItem

blueprints = [views.blueprint, views_decision.blueprint]
NAVIGATION = [
    NavigationItem("Awards", "awards.tenders", "results.read", "Results, recommendations, approvals, reports")
]

__all__ = ["NAVIGATION", "PERMISSIONS", "blueprints"]
