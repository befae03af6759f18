from tests.app.locked_tender import browse, lock, take

__all__ = ["browse", "lock", "take"]
