"""Conflicts of interest and evaluators' own marks."""

from tender.marking import views
from tender.marking.permissions import PERMISSIONS
from tender.marking.views.marks import blueprint

__all__ = ["PERMISSIONS", "blueprint", "views"]
