"""Who may bid. Which bid is theirs follows from the provider that they act for."""

PERMISSIONS = {
    "bid.make": {"provider"},
    "company.change": {"provider"},
}
