"""What officers do with a tender as a whole: set it up, publish it, open the bids, cancel it."""

from flask import Flask, request, url_for

from lots import states
from lots.refusal import WrongStage
from tender.frame import errors
from tender.frame.layout import NavigationItem
from tender.frame.permissions import may
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
    app.register_error_handler(WrongStage, _not_at_this_stage)


def _not_at_this_stage(error: WrongStage) -> tuple[str, int]:
    """Where the tender is, with the way to the page from which the person can go on."""
    endpoint = "procurements.home" if may("tender.see") else "bids.bid"
    number = (request.view_args or {}).get("tender_id")
    onward = None if number is None else url_for(endpoint, tender_id=number)
    return errors.page(409, error.message, "wrong_stage", onward=onward)


__all__ = [
    "NAVIGATION",
    "PERMISSIONS",
    "blueprint",
    "init_app",
    "views",
]
