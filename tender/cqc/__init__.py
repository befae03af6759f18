"""CQC ratings, and who stays in the assessment."""

from tender.cqc.commands import ratings
from tender.cqc.permissions import PERMISSIONS
from tender.cqc.views import blueprint
from tender.layout import NavigationItem

commands = [ratings]
NAVIGATION = [
    NavigationItem(
        "CQC ratings", "cqc.files", "ratings.see", "Load the ratings that decide who stays in an assessment"
    )
]

__all__ = ["NAVIGATION", "PERMISSIONS", "blueprint", "commands"]
