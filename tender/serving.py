"""How gunicorn serves the application: `gunicorn --config python:tender.serving wsgi:app`.

Gunicorn's own settings, where given on its command line, have the last word.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from lots.database import connect
from lots.guards import grant as grants
from tender.settings import SettingsRefused, read_settings

bind = f"127.0.0.1:{os.environ.get('PORT', '5000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "tender.slow_connections.Worker"
threads = 32  # a slow connection holds one for as long as slow_connections.py lets it
timeout = 60  # seconds; a large tender's evaluation and its PDF fit well within
graceful_timeout = 30
max_requests = 5000
max_requests_jitter = 500
accesslog = None  # the application writes its own lines, without addresses or query strings
errorlog = "-"
loglevel = "warning"
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")


def on_starting(_server: Any) -> None:
    """Say what is wrong with the settings once, in one line, instead of in every worker."""
    try:
        read_settings(os.environ)
    except SettingsRefused as refused:
        sys.exit(refused.message)


def when_ready(server: Any) -> None:
    """Say in the log when the database lets the service lift what it should refuse."""
    address = read_settings(os.environ)["DATABASE_URL"]
    if not address.startswith("postgres"):
        return
    engine = connect(address)
    try:
        if why := grants.of_engine(engine):
            server.log.warning(
                "%s. Whoever gets into the service could lift what the database refuses. "
                "Serve with a role that owns nothing: docs/running.md",
                why,
            )
    except SQLAlchemyError:
        pass  # the database is away: pages and the log say so when they need it
    finally:
        engine.dispose()  # no process that serves may inherit this connection
