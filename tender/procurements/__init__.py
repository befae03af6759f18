"""What officers do with a tender as a whole: set it up, publish it, open the bids, cancel it."""

from flask import Flask

from lots import states
from tender.frame.layout import NavigationItem
from tender.procurements import views
from tender.procurements.blueprint import blueprint
from tender.procurements.describing import panel_change
from tender.procurements.permissions import PERMISSIONS
from tender.procurements.steps import colour

NAVIGATION = [
    NavigationItem(
        "Tenders",
        "procurements.everything",
        "tender.see",
        "See each tender, how far it is, and what it needs next",
    )
]


def init_app(app: Flask) -> None:
    app.add_template_filter(states.NAMES.__getitem__, "stage_name")
    app.add_template_filter(colour, "stage_colour")
    app.add_template_filter(panel_change, "panel_change")


__all__ = [
    "NAVIGATION",
    "PERMISSIONS",
    "blueprint",
    "init_app",
    "views",
]
