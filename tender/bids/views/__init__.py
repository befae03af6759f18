"""The pages on which a provider prepares and sends its bid. Importing them registers their routes."""

from tender.bids.views import bid, company, draft, submission

__all__ = ["bid", "company", "draft", "submission"]
