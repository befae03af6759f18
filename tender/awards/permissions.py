"""Who may open prices, work out results, recommend and approve an award."""

PERMISSIONS = {
    "prices.open": {"officer"},
    "results.read": {"officer", "approver", "auditor"},
    "award.evaluate": {"officer"},
    "tie.propose": {"officer"},
    "tie.approve": {"approver"},
    "award.recommend": {"officer"},
    "award.approve": {"approver"},
    "award.confirm": {"officer"},
}
