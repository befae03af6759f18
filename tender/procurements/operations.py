"""Every verb of this feature, by name."""

from tender.procurements.operations_cancellation import cancel, cancel_lot
from tender.procurements.operations_lots import (
    add_lot,
    change_lot,
    remove_group,
    remove_lot,
    replace_lots,
    set_group,
)
from tender.procurements.operations_opening import complete_opening, request_opening
from tender.procurements.operations_panel import name_panel_member, remove_panel_member
from tender.procurements.operations_publication import missing_for_publication, publish
from tender.procurements.operations_questions import (
    add_question,
    change_question,
    remove_question,
    set_weights,
)
from tender.procurements.operations_rules import RuleSettings, change_rules
from tender.procurements.operations_setup import (
    change_details,
    create_from_catalogue,
    create_from_schedule,
)

__all__ = [
    "RuleSettings",
    "add_lot",
    "add_question",
    "cancel",
    "cancel_lot",
    "change_details",
    "change_lot",
    "change_question",
    "change_rules",
    "complete_opening",
    "create_from_catalogue",
    "create_from_schedule",
    "missing_for_publication",
    "name_panel_member",
    "publish",
    "remove_group",
    "remove_lot",
    "remove_panel_member",
    "remove_question",
    "replace_lots",
    "request_opening",
    "set_group",
    "set_weights",
]
