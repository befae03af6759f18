"""A page for every status: what happened, why, and what to do now."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError

from lots.refusal import Conflict, NotFound, NotPermitted, Refusal
from tender.frame.context import SAFE_METHODS, db
from tender.frame.logs import fault, request_id
from tender.frame.permissions import is_safe_address

_SQLSTATES = frozenset({"08", "53", "57", "58"})
"""Classes of PostgreSQL's states: connection lost, out of disk or memory, stopped by its operator, input and
output failed."""

STATUSES = (400, 401, 403, 404, 405, 409, 413, 415, 429, 500, 503)


def init_app(app: Flask) -> None:
    app.register_error_handler(NotFound, lambda error: page(404, error.message))
    app.register_error_handler(NotPermitted, lambda error: page(403, error.message))
    app.register_error_handler(Conflict, lambda error: page(409, error.message))
    app.register_error_handler(Refusal, lambda error: page(400, error.message))
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(DBAPIError, _database_away)
    app.register_error_handler(PoolTimeout, _database_away)
    app.register_error_handler(HTTPException, _http)


def page(status: int, message: str | None = None, kind: str | None = None, **shown: Any) -> tuple[str, int]:
    """The page for a status; `message` is a sentence for this very case. Undoes the request's change.

    `kind` names a template of its own for it, and `shown` what else that shows.
    """
    g.refused = True
    try:
        db.session.rollback()
    except SQLAlchemyError:
        status, message = 503, None
    if status >= 500:
        g.person = None  # its row may not be readable any more
    known = status if status in STATUSES else 400 if status < 500 else 500
    template = f"errors/{kind if kind and status < 500 else known}.html"
    return (
        render_template(template, message=message, back=_way_back(), request_id=request_id(), **shown),
        status,
    )


def _http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error  # a redirect that Werkzeug makes, such as for a missing slash
    if isinstance(error, SecurityError):
        # the host name is not one of ours: nothing on a page could be addressed, so no page
        return "This host name is not served here.", 400, {"Content-Type": "text/plain; charset=utf-8"}
    told = error.description if error.description != type(error).description else None
    answer = page(error.code, told if error.code < 500 else None)
    allowed = getattr(error, "valid_methods", None)
    return (*answer, {"Allow": ", ".join(sorted(allowed))}) if allowed else answer


def give_back(app: Flask, form_page: Callable[[CSRFError], Any]) -> None:
    """Ask `form_page` first where a form comes from another session's page: its answer is given, if any."""
    app.extensions["form_given_back"] = form_page


def _forged(error: CSRFError) -> Any:
    asked = current_app.extensions.get("form_given_back")
    given_back = asked(error) if asked else None
    return given_back or page(
        400,
        "The page you sent had been open since before you last signed in or out, or was not one of ours. "
        "Go back, reload the page and send it again.",
    )


def _database_away(error: DBAPIError | PoolTimeout) -> Any:
    if not is_away(error):
        raise error  # a fault of ours, such as writing while reading: the page for those says so
    return away_page(error)


def away_page(error: BaseException) -> tuple[str, int]:
    """The page for a database that is away, and a line in the log."""
    fault(error)
    return page(503)


def is_away(error: BaseException) -> bool:
    """Whether the database could not be reached, was lost, or was too busy to answer in time."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    if not isinstance(error, OperationalError):
        return False
    if error.statement is None or str(getattr(error.orig, "sqlstate", ""))[:2] in _SQLSTATES:
        return True
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
    }


def _way_back() -> str | None:
    """The address to return to: where the refused form was, if it was here."""
    if request.method in SAFE_METHODS:
        return None
    referrer = request.referrer or ""
    own = request.host_url.rstrip("/")
    path = referrer.removeprefix(own) if referrer.startswith(f"{own}/") else None
    return path if is_safe_address(path) else None
