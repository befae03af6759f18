"""What changes with CQC ratings and eligibility: load a file, pin a tender to it, decide on a bid."""
