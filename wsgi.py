"""The application for gunicorn and the flask command."""

from tender import create_app

app = create_app()
