"""Conflicts of interest and evaluators' own marks."""

from tender.marking import views_panel
from tender.marking.permissions import PERMISSIONS
from tender.marking.views import blueprint

__all__ = ["PERMISSIONS", "blueprint", "views_panel"]
