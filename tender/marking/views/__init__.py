"""The pages of evaluators and of the panel. Importing them registers their routes on the blueprint."""

from tender.marking.views import marks, panel

__all__ = ["marks", "panel"]
