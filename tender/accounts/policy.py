"""The settings that accounts go by, as the operations want them."""

from __future__ import annotations

from flask import current_app, request

from lots.person import Person
from tender.accounts import known_browser
from tender.accounts.attempts import AttemptLimits, Guesser
from tender.accounts.passwords import Passwords


def passwords() -> Passwords:
    return Passwords(current_app.config["PASSWORD_MEMORY_KIB"], current_app.config["PASSWORD_ROUNDS"])


def limits() -> AttemptLimits:
    return AttemptLimits(
        key=current_app.config["SECRET_KEY"].encode(),
        minutes=current_app.config["SIGN_IN_MINUTES"],
        from_one=current_app.config["SIGN_IN_FAILURES"],
        for_email=current_app.config["SIGN_IN_FAILURES_EMAIL"],
        for_address=current_app.config["SIGN_IN_FAILURES_ADDRESS"],
    )


def guesser_of(person: Person | None) -> Guesser:
    """Who sends this request, to somebody who signs in with this person's e-mail."""
    return Guesser(request.remote_addr or "unknown", known_browser.number(person))
