"""The result of an evaluation: figures, reasons and their working."""
