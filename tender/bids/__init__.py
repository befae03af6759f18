"""What a provider does: its company's details, its bid, its receipt."""

from tender.bids import views
from tender.bids.blueprint import blueprint
from tender.bids.permissions import PERMISSIONS
from tender.frame.layout import NavigationItem

NAVIGATION = [
    NavigationItem("Bids", "bids.home", "bid.make", "See tenders that are open, and go on with your bids"),
    NavigationItem(
        "Your organisation",
        "bids.company",
        "company.change",
        "Company, contact and CQC details that go with every bid",
    ),
]

__all__ = [
    "NAVIGATION",
    "PERMISSIONS",
    "blueprint",
    "views",
]
