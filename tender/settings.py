"""The one table of settings. Each comes from the environment; `docs/settings.md` tells operators of it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import click

from tender.confirming.steps import STEPS

EXAMPLE_SECRET_KEY = "example-only-example-only-example-only"  # noqa: S105  refused outside the example
EXAMPLE_BID_KEY = "ZXhhbXBsZS1vbmx5LWV4YW1wbGUtb25seS1leGFtcGw="
NEW_SECRET_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"  # noqa: S105
NEW_BID_KEY = (
    "python3 -c 'import base64, secrets; print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())'"
)


class SettingsRefused(click.ClickException):
    """The application does not start with these settings; the message says which and how to mend them."""


def _text(value: str) -> str:
    return value.strip()


def _yes(value: str) -> bool:
    if value.strip().lower() in {"1", "true", "yes", "on"}:
        return True
    if value.strip().lower() in {"", "0", "false", "no", "off"}:
        return False
    raise ValueError("must be 1 or 0")


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.strip().isdecimal() or not least <= int(value) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(value)

    return read


def _level(value: str) -> str:
    if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
    return value.upper()


def _steps(value: str) -> frozenset[str]:
    names = frozenset(STEPS) if value.strip() == "all" else frozenset(_names(value))
    unknown = names - STEPS.keys()
    if unknown:
        raise ValueError(f"names {', '.join(sorted(unknown))}; it can name {', '.join(STEPS)}, or be all")
    return names


def _names(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


def _server(value: str) -> tuple[str, int] | None:
    if not value.strip():
        return None
    host, colon, port = value.strip().rpartition(":")
    if not (colon and host and port.isascii() and port.isdecimal() and 0 < int(port[:6]) < 65536):
        raise ValueError("must be a host and port, like mail.example.gov.uk:587")
    return host.strip("[]"), int(port)


def _security(value: str) -> str:
    if value.lower() not in {"starttls", "tls", "none"}:
        raise ValueError("must be starttls, tls or none")
    return value.lower()


@dataclass(frozen=True)
class Setting:
    name: str
    default: str
    read: Callable[[str], Any]
    meaning: str


SETTINGS = (
    Setting("DATABASE_URL", "sqlite:///tender.sqlite", _text, "Where the record is kept"),
    Setting("SECRET_KEY", "", _text, "Signs sessions, forms and links"),
    Setting("BID_KEY", "", _text, "Seals bids until they are opened"),
    Setting("TENDER_EXAMPLE", "0", _yes, "Allow the built-in secrets, on this machine only"),
    Setting("HTTPS", "1", _yes, "Cookies only over HTTPS, and tell browsers to insist on it"),
    Setting("TRUSTED_HOSTS", "", _names, "Host names that are answered"),
    Setting("TRUSTED_PROXIES", "0", _whole(0, 5), "Reverse proxies in front whose headers count"),
    Setting("IDLE_MINUTES", "30", _whole(1, 480), "Signed out after so long without a page"),
    Setting("SESSION_HOURS", "12", _whole(1, 24), "Signed out after so long in any case"),
    Setting("SIGN_IN_MINUTES", "15", _whole(1, 1440), "How long failed sign-ins count"),
    Setting("SIGN_IN_FAILURES", "5", _whole(1, 100), "Failures for an e-mail from one address"),
    Setting("SIGN_IN_FAILURES_EMAIL", "100", _whole(1, 10000), "Failures for an e-mail from everywhere"),
    Setting("SIGN_IN_FAILURES_ADDRESS", "20", _whole(1, 10000), "E-mails that may fail from one address"),
    Setting("REGISTRATIONS_ADDRESS", "10", _whole(1, 10000), "Registrations an hour from one address"),
    Setting("PASSWORD_LINK_HOURS", "72", _whole(1, 720), "How long a set-password link works"),
    Setting("PASSWORD_MEMORY_KIB", "65536", _whole(8, 1048576), "Argon2 memory for each hash"),
    Setting("PASSWORD_ROUNDS", "3", _whole(1, 20), "Argon2 rounds for each hash"),
    Setting("MAIL_SERVER", "", _server, "Takes the letters to people; none where it is empty"),
    Setting("MAIL_FROM", "", _text, "Whom letters come from"),
    Setting("MAIL_SECURITY", "starttls", _security, "How the mail server is spoken to"),
    Setting("MAIL_USER", "", _text, "Signs in to the mail server"),
    Setting("MAIL_PASSWORD", "", str, "Signs in to the mail server"),
    Setting("SECOND_PERSON", "", _steps, "Steps that a second person has to confirm"),
    Setting("MAX_UPLOAD_MB", "64", _whole(1, 500), "Largest request that is read"),
    Setting("LOG_LEVEL", "INFO", _level, "Least serious line that is logged"),
)


def read_settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """Every setting, read and checked. Raises SettingsRefused with one line that says what to mend."""
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = environment.get(setting.name) or setting.default
        try:
            values[setting.name] = setting.read(text)
        except ValueError as fault:
            raise SettingsRefused(f"{setting.name} {fault}.") from None
    _check_secrets(values)
    if values["DATABASE_URL"].startswith("postgres") and find_spec("psycopg") is None:
        raise SettingsRefused(
            "DATABASE_URL names PostgreSQL, and its driver is not installed. Type: make postgresql, "
            "or pip install 'psycopg[binary]'"
        )
    _check_mail(values)
    if not values["TENDER_EXAMPLE"] and values["PASSWORD_MEMORY_KIB"] < 19456:
        raise SettingsRefused("PASSWORD_MEMORY_KIB must be at least 19456 outside the example.")
    return values


def _check_mail(values: dict[str, Any]) -> None:
    if values["MAIL_SERVER"] is None:
        return
    name, at, domain = values["MAIL_FROM"].partition("@")
    if not (name and at and domain and values["MAIL_FROM"].isprintable()):
        raise SettingsRefused("MAIL_FROM must be an e-mail address where MAIL_SERVER is set.")
    if not values["TRUSTED_HOSTS"]:
        # otherwise whoever sends a request says where the link in a letter leads
        raise SettingsRefused(
            "TRUSTED_HOSTS must be set where MAIL_SERVER is: links in letters name the host."
        )


def _check_secrets(values: dict[str, Any]) -> None:
    example = values["TENDER_EXAMPLE"]
    if example:
        values["SECRET_KEY"] = values["SECRET_KEY"] or EXAMPLE_SECRET_KEY
        values["BID_KEY"] = values["BID_KEY"] or EXAMPLE_BID_KEY
    for name, fault, make in (
        ("SECRET_KEY", _secret_fault(values["SECRET_KEY"]), NEW_SECRET_KEY),
        ("BID_KEY", _bid_key_fault(values["BID_KEY"]), NEW_BID_KEY),
    ):
        if fault and not (example and values[name] in {EXAMPLE_SECRET_KEY, EXAMPLE_BID_KEY}):
            raise SettingsRefused(f"{name} {fault}. Make one with: {make}")
    if values["SECRET_KEY"] == values["BID_KEY"]:
        raise SettingsRefused(f"BID_KEY must differ from SECRET_KEY. Make one with: {NEW_BID_KEY}")
    values["LOOPBACK_ONLY"] = (
        values["SECRET_KEY"] == EXAMPLE_SECRET_KEY or values["BID_KEY"] == EXAMPLE_BID_KEY
    )


def _secret_fault(key: str) -> str | None:
    if not key:
        return "is missing"
    if key == EXAMPLE_SECRET_KEY:
        return "is the example's, which everybody knows"
    if len(key) < 32 or len(set(key)) < 12:
        return "is too easy to guess; it needs at least 32 random characters"
    return None


def _bid_key_fault(key: str) -> str | None:
    if not key:
        return "is missing"
    if key == EXAMPLE_BID_KEY:
        return "is the example's, which everybody knows"
    try:
        raw = base64.b64decode(key.encode(), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return "is not base64"
    if len(raw) != 32:
        return f"must be 32 bytes in base64, and is {len(raw)}"
    if len(set(raw)) < 12:
        return "is too easy to guess"
    return None
