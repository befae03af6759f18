"""Who may load ratings, see eligibility, and decide on it."""

PERMISSIONS = {
    "ratings.see": {"officer", "approver", "auditor", "administrator"},
    "ratings.load": {"officer", "administrator"},
    "ratings.mend": {"officer"},
    "ratings.pin": {"officer"},
    "eligibility.see": {"officer", "approver", "auditor"},
    "eligibility.decide": {"officer"},
}
