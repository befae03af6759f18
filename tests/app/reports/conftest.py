from tests.app.award_steps import approved, browse, evaluated, lock, locked, recommended, take

__all__ = ["approved", "browse", "evaluated", "lock", "locked", "recommended", "take"]
