"""The forms with which an officer sets a tender up."""
