"""Headers that hold the browser to what these pages need, and forged-form protection."""

from __future__ import annotations

import ipaddress

from flask import Flask, Response, abort, current_app, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_wtf import CSRFProtect
from werkzeug.datastructures import MultiDict
from werkzeug.middleware.proxy_fix import ProxyFix

from tender.frame.context import person_or_none

csrf = CSRFProtect()

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
)
MOST_FORM_BYTES = 4 * 1024 * 1024
"""Long answers come as form fields."""
MOST_FIELDS = 5000
"""A price for each line of each lot."""
YEAR = 31_536_000  # seconds


class Sessions(SecureCookieSessionInterface):
    """The session in its cookie. An answer that nothing could be done leaves the cookie as it is."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if response.status_code != 503:
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    app.session_interface = Sessions()
    https = app.config["HTTPS"] and not app.config["LOOPBACK_ONLY"]
    app.config.update(
        SESSION_COOKIE_NAME="__Host-tender" if https else "tender",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session, so that a slowly filled form is not lost
        WTF_CSRF_SSL_STRICT=True,
        MAX_CONTENT_LENGTH=app.config["MAX_UPLOAD_MB"] * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=MOST_FORM_BYTES,
        MAX_FORM_PARTS=MOST_FIELDS,
    )
    app.config["TRUSTED_HOSTS"] = app.config["TRUSTED_HOSTS"] or None
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies, x_port=0, x_prefix=0
        )
    csrf.init_app(app)
    app.after_request(_headers)


def refuse_strangers() -> None:
    """With the example's well-known secrets, only this machine is served."""
    if not current_app.config["LOOPBACK_ONLY"]:
        return
    host = request.host.rsplit(":", 1)[0].strip("[]")
    if not (_is_loopback(request.remote_addr) and (host == "localhost" or _is_loopback(host))):
        abort(403, "The example is served to the machine it runs on, and to no other.")


def receive_whole() -> None:
    """Read all that is sent before anything looks at the clock or the database.

    Without this the request's moment would be that of its first line: a bid begun before the deadline could
    be dribbled in, and thought over, after it. A form with a NUL in it is refused here for all of them,
    since PostgreSQL cannot keep one.
    """
    _refuse_too_many_fields()
    sent = [request.path, *request.args.keys(), *_values(request.args)]
    if request.method == "POST":
        sent += [*request.form.keys(), *_values(request.form)]
        sent += [*request.files.keys()]
        sent += [file.filename or "" for files in request.files.listvalues() for file in files]
    if None in sent:
        abort(400, "What was sent has a part without a name.")
    if any("\0" in text for text in sent):
        abort(400, "What was sent has a character in it that cannot be kept (NUL). Type that part again.")


def _refuse_too_many_fields() -> None:
    """A form of parts has a limit on them; in one of a single part, 4 MB could hold two million fields."""
    if request.mimetype != "application/x-www-form-urlencoded":
        return
    if request.content_length is None and request.environ.get("wsgi.input_terminated"):
        abort(411)  # no browser sends a form without saying how long it is
    if (request.content_length or 0) > MOST_FORM_BYTES or request.get_data().count(b"&") >= MOST_FIELDS:
        abort(413)


def _values(given: MultiDict[str, str]) -> list[str]:
    return [value for values in given.listvalues() for value in values]


def _is_loopback(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


def _headers(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = PERMISSIONS_POLICY
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if request.is_secure and current_app.config["HTTPS"]:
        headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
    if request.endpoint == "static":
        _cache_static(response)
    elif person_or_none() is not None or "Set-Cookie" in headers or request.method == "POST":
        headers["Cache-Control"] = "no-store"
    else:
        headers.setdefault("Cache-Control", "no-cache, private")
    return response


def _cache_static(response: Response) -> None:
    # an address that carries the file's digest never changes its content
    if request.args.get("v") and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    else:
        response.headers["Cache-Control"] = "no-cache"
