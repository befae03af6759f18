from tests.app.award_steps import browse, lock, take

__all__ = ["browse", "lock", "take"]
