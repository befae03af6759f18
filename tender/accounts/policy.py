"""The settings that accounts go by, as the operations want them."""

from __future__ import annotations

from flask import current_app, request

from tender.accounts.attempts import AttemptLimits
from tender.accounts.passwords import Passwords


def passwords() -> Passwords:
    return Passwords(current_app.config["PASSWORD_MEMORY_KIB"], current_app.config["PASSWORD_ROUNDS"])


def limits() -> AttemptLimits:
    return AttemptLimits(
        key=current_app.config["SECRET_KEY"].encode(),
        minutes=current_app.config["SIGN_IN_MINUTES"],
        for_email=current_app.config["SIGN_IN_FAILURES"],
        for_address=current_app.config["SIGN_IN_FAILURES_ADDRESS"],
    )


def address() -> str:
    return request.remote_addr or "unknown"
