"""Letters by e-mail, where the settings name a server that takes them. Where they name none, people hand on
what would have been written.

A letter leaves after the change that it tells of is in the database, never before. One that does not get
through is a line in the log and stops nobody: what it says can be handed on by a person.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from flask import current_app

from tender.frame.context import after_commit, now
from tender.frame.logs import fault

PATIENCE = 10
"""Seconds for each answer of the server."""
PLAIN, STARTTLS, TLS = "none", "starttls", "tls"


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    text: str


def is_set_up() -> bool:
    """Whether there is a server to take letters."""
    return current_app.config["MAIL_SERVER"] is not None


def send(letter: Letter) -> None:
    """Send the letter once this request's change is committed; not at all if it is refused."""
    after_commit(lambda: _post(letter))


def _post(letter: Letter) -> None:
    try:
        with _connected() as server:
            server.send_message(_message(letter))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        fault(error)


def _message(letter: Letter) -> EmailMessage:
    message = EmailMessage()
    sender = current_app.config["MAIL_FROM"]
    message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    message["Date"] = formatdate(now().timestamp())
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


def _connected() -> smtplib.SMTP:
    host, port = current_app.config["MAIL_SERVER"]
    security = current_app.config["MAIL_SECURITY"]
    if security == TLS:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, timeout=PATIENCE, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, port, timeout=PATIENCE)
    try:
        if security == STARTTLS:
            server.starttls(context=ssl.create_default_context())
        if current_app.config["MAIL_USER"]:
            server.login(current_app.config["MAIL_USER"], current_app.config["MAIL_PASSWORD"])
    except BaseException:
        server.close()
        raise
    return server
