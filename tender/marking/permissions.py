"""Who may start marking, mark, decide on conflicts, and watch how far it is."""

PERMISSIONS = {
    "marking.start": {"officer"},
    "marking.mark": {"evaluator"},
    "marking.progress": {"officer", "moderator", "auditor"},
    "conflicts.see": {"moderator", "officer", "approver", "auditor"},
    "conflicts.decide": {"moderator"},
}
