"""One JSON line to standard output for each request and each fault.

No personal data, no bid content, no query string: a line names the route's pattern, never its address,
and a fault is its type and its place in the code, never its message, which could quote either.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import time
import traceback
import uuid
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, has_request_context, request

from tender.frame.context import person_or_none

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def init_app(app: Flask) -> None:
    level = getattr(logging, app.config["LOG_LEVEL"])
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=False,
    )
    # the development server would print addresses with their query strings
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app.after_request(_line)


def start() -> None:
    """Give the request its id: the proxy's, if a proxy is trusted and it looks like one, else a new one."""
    given = request.headers.get("X-Request-ID", "") if current_app.config["TRUSTED_PROXIES"] else ""
    g.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    g.started = time.monotonic()


def request_id() -> str:
    """What a person quotes when they ask for help."""
    return g.get("request_id", "") if has_request_context() else ""


def _line(response: Response) -> Response:
    if "started" not in g:
        start()
    response.headers["X-Request-ID"] = g.request_id
    if request.endpoint != "static":
        structlog.get_logger().info(
            "request",
            request_id=g.request_id,
            method=request.method,
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            ms=round((time.monotonic() - g.started) * 1000),
            person=_pseudonym(),
        )
    return response


def _pseudonym() -> str | None:
    """Tells one person's lines from another's without saying whose they are."""
    person = person_or_none()
    if person is None:
        return None
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, f"log person {g.person_id}".encode(), hashlib.sha256).hexdigest()[:12]


def fault(error: BaseException | None) -> None:
    """Log an unforeseen exception: its type, its causes' types, and the lines of code it came through."""
    structlog.get_logger().error("fault", request_id=request_id(), **describe(error))


def describe(error: BaseException | None) -> dict[str, Any]:
    types = []
    frames: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        types.append(f"{type(error).__module__}.{type(error).__qualname__}")
        frames += [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-12:]
        ]
        error = error.__cause__ or error.__context__
    return {"types": types, "frames": frames}
