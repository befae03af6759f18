"""Who may do what with accounts."""

PERMISSIONS = {
    "people.manage": {"administrator"},
    "companies.compare": {"administrator", "officer"},
}
