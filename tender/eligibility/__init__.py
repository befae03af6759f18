"""CQC ratings, and who stays in the assessment."""

from tender.eligibility.commands import ratings
from tender.eligibility.permissions import PERMISSIONS
from tender.eligibility.views import blueprint
from tender.frame.layout import NavigationItem

commands = [ratings]
NAVIGATION = [
    NavigationItem(
        "CQC ratings",
        "eligibility.files",
        "ratings.see",
        "Load the ratings that decide who stays in an assessment",
    )
]

__all__ = ["NAVIGATION", "PERMISSIONS", "blueprint", "commands"]
