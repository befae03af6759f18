"""What changes with CQC ratings and eligibility: load a file, pin a tender to it, decide on a bid."""

from tender.cqc.deciding import decide
from tender.cqc.loading import load_ratings, pin

__all__ = ["decide", "load_ratings", "pin"]
