"""What an evaluation came to: figures, reasons and their working."""
