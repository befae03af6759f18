"""Who may do what with a tender as a whole."""

PERMISSIONS = {
    "tender.see": {"officer", "approver", "evaluator", "moderator", "auditor"},
    "tender.set_up": {"officer"},
    "panel.change": {"officer"},
    "tender.publish": {"officer"},
    "tender.cancel": {"officer"},
    "tender.open": {"officer"},
}
