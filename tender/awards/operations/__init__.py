"""What changes between locked quality and the confirmed award."""
