"""The features of the application, in one place.

A feature is a package of `tender`. It may offer `blueprint` or `blueprints`, `commands` (click commands
for `flask --app wsgi …`), `PERMISSIONS` (see `tender.frame.permissions`) and `NAVIGATION` (see
`tender.frame.layout`).
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

FEATURES = (
    "accounts",
    "confirming",
    "procurements",
    "bids",
    "eligibility",
    "marking",
    "moderation",
    "awards",
    "audit",
    "reports",
    "example",
)


def load() -> list[ModuleType]:
    return [import_module(f"tender.{name}") for name in FEATURES]
