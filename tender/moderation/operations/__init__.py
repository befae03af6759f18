"""What changes in moderation: its opening, the agreed marks, and the lock."""
