"""The audit: logs, checks, and what is taken away to be checked elsewhere."""

from tender.audit import compare_views, downloads, views
from tender.audit.commands import log
from tender.audit.permissions import PERMISSIONS
from tender.frame.layout import NavigationItem

blueprints = [views.blueprint, downloads.blueprint, compare_views.blueprint]
commands = [log]
NAVIGATION = [
    NavigationItem(
        "Audit", "evidence.tenders", "audit.read", "Read the log of each tender and check its record"
    ),
    NavigationItem(
        "Log",
        "audit.installation_log",
        "log.installation",
        "Who was given access, and which ratings were loaded",
    ),
]

__all__ = ["NAVIGATION", "PERMISSIONS", "blueprints", "commands"]
