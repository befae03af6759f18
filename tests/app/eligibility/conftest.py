"""An opened tender for each test of this folder, and what comes of it."""

from tests.app.judging import declared, started
from tests.app.opened_tender import opened

__all__ = ["declared", "opened", "started"]
