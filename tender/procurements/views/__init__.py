"""The pages on which an officer takes a tender through its stages. Importing them registers their routes."""

from tender.procurements.views import lots, panel, rules, setup, stages

__all__ = ["lots", "panel", "rules", "setup", "stages"]
