"""What the database itself refuses to change, whoever asks: triggers, table by table."""
