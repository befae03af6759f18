"""The stored award as pages and reports tell it."""
