"""What changes while bids are marked: the start, conflicts and marks."""
