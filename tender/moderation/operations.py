"""What changes in moderation: its opening, the agreed marks, and the lock."""

from tender.moderation.agreeing import agree_mark
from tender.moderation.opening import (
    lock_quality,
    missing_for_locking,
    missing_for_moderation,
    open_moderation,
)

__all__ = ["agree_mark", "lock_quality", "missing_for_locking", "missing_for_moderation", "open_moderation"]
