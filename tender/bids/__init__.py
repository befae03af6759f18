"""What a provider does: its company's details, its bid, its receipt."""
