"""Who may read the award report."""

PERMISSIONS = {
    "report.read": {"officer", "approver", "auditor"},
}
