"""Moderation: evaluators' marks side by side, one agreed mark with reasons, and the lock on quality."""

from tender.moderation.permissions import PERMISSIONS
from tender.moderation.views import blueprint

__all__ = ["PERMISSIONS", "blueprint"]
