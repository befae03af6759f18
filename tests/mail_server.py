"""A real SMTP server on this machine, which keeps what it is sent."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller


class Received:
    """What the server hands letters to."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.letters.append(cast(EmailMessage, message))
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[tuple[tuple[str, int], list[EmailMessage]]]:
    """Host and port, and the list that letters come into."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    received = Received()
    controller = Controller(received, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield ("127.0.0.1", port), received.letters
    finally:
        controller.stop()
