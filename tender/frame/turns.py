"""How many requests a process works on at once.

The server has many threads, so that slow connections leave some for others. What has arrived is worked on by
a few at a time: each may need memory, as a password’s hash or an upload does, and the database.
"""

from __future__ import annotations

from threading import BoundedSemaphore

from flask import Flask, current_app, g, request

AT_ONCE = 4
FREE = frozenset({"static", "health.health"})
"""Endpoints that need next to nothing."""


def init_app(app: Flask) -> None:
    app.extensions["turns"] = BoundedSemaphore(AT_ONCE)
    app.teardown_request(_give_back)


def wait() -> None:
    """Wait for a turn, once the request has arrived whole; it ends with the request."""
    if request.endpoint not in FREE:
        current_app.extensions["turns"].acquire()
        g.has_turn = True


def _give_back(_error: BaseException | None) -> None:
    if g.pop("has_turn", False):
        current_app.extensions["turns"].release()
