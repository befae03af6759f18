"""Who may read the logs and take the evaluation record away."""

PERMISSIONS = {
    "log.read": {"officer", "approver", "auditor"},
    "log.installation": {"auditor", "administrator"},
    "audit.read": {"auditor"},
    "evaluation.download": {"officer", "approver", "auditor"},
}
