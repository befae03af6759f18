"""Pages of CQC ratings and eligibility."""
