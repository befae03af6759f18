"""What changes in a tender, from its first draft to the opening of its bids."""
