from tests.app.locked_tender import lock, take

__all__ = ["lock", "take"]
