"""The award with the highest sum of totals, proved."""
