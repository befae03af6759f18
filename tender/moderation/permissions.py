"""Who may moderate, and who may read it."""

PERMISSIONS = {
    "moderation.see": {"moderator", "officer", "approver", "auditor"},
    "moderation.moderate": {"moderator"},
    "quality.lock": {"moderator", "officer"},
}
