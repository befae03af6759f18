"""Award reports: one content, set as a page and as a PDF."""

from tender.reports import views
from tender.reports.commands import report
from tender.reports.permissions import PERMISSIONS

blueprints = [views.blueprint]
commands = [report]

__all__ = ["PERMISSIONS", "blueprints", "commands"]
