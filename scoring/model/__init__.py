"""Plain values: the rules, the record and its bids. Nothing here reads, computes or prints."""
