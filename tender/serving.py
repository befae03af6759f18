"""How gunicorn serves the application: `gunicorn --config python:tender.serving wsgi:app`.

Gunicorn's own settings, where given on its command line, have the last word.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from tender.settings import SettingsRefused, read_settings

bind = f"127.0.0.1:{os.environ.get('PORT', '5000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
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
