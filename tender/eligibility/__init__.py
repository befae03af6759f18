"""CQC ratings, and who stays in the assessment."""

from tender.eligibility.commands import ratings as ratings_commands
from tender.eligibility.permissions import PERMISSIONS
from tender.eligibility.views import bidders, checks, pinning, ratings
from tender.frame.layout import NavigationItem

blueprints = [bidders.blueprint, checks.blueprint, pinning.blueprint, ratings.blueprint]
commands = [ratings_commands]
NAVIGATION = [
    NavigationItem(
        "CQC ratings",
        ratings.FILES,
        "ratings.see",
        "Load the ratings that decide who stays in an assessment",
    )
]

__all__ = ["NAVIGATION", "PERMISSIONS", "blueprints", "commands"]
