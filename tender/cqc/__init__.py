"""CQC ratings, and who stays in the assessment."""
