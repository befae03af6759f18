"""The steps for which an installation can ask for a second person."""

from __future__ import annotations

from flask import url_for

from lots.confirmation import StepRequest

STEPS = {
    "publish": "Publish the tender",
    "cancel": "Cancel the tender",
    "cancel-lot": "Cancel a lot",
    "lock-quality": "Lock quality",
    "open-prices": "Open the prices",
    "confirm-award": "Confirm the award",
}
"""By their names in the setting SECOND_PERSON. Opening bids and approving an award always take two."""

_PAGES = {
    "publish": "procurements.confirm_publication",
    "cancel": "procurements.cancel",
    "cancel-lot": "procurements.cancel_lot",
    "lock-quality": "moderation.lock",
    "open-prices": "awards.open_prices",
    "confirm-award": "award_decisions.confirm",
}


def step_address(request: StepRequest) -> str:
    """The page on which a step that somebody asked for is confirmed."""
    if request.subject:
        return url_for(_PAGES[request.step], tender_id=request.tender_id, code=request.subject)
    return url_for(_PAGES[request.step], tender_id=request.tender_id)
