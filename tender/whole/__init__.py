"""Whether the record is whole: every row of it as the log tells. Asked by checks, and before great steps."""
