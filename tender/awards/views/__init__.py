"""The pages of results and decisions."""
