"""An opened tender for each test of this folder."""

from tests.app.opened_tender import opened

__all__ = ["opened"]
