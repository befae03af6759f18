"""The worker that serves: a connection that sends its request, or takes its answer, too slowly is let go.

Each request takes one of the worker's threads from its first byte on. Without an end to it, as many slow
connections as there are threads would stop the service.
"""

from __future__ import annotations

import socket
import struct
import time
from contextlib import suppress
from typing import Any

from gunicorn.workers.gthread import ThreadWorker


class Worker(ThreadWorker):
    """gunicorn's threaded worker, with a time by which a request must have arrived."""

    head_seconds = 20.0
    """From the first byte to the end of the headers."""
    body_seconds = 120.0
    """From there to the end of what is sent with them: 64 MB at 4.5 Mbit/s."""
    answer_seconds = 60
    """In which the visitor takes nothing of the answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._receiving: dict[Any, float] = {}

    def handle(self, conn: Any) -> Any:
        self._receiving[conn] = time.monotonic() + self.head_seconds
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", self.answer_seconds, 0))
        try:
            return super().handle(conn)
        finally:
            self._receiving.pop(conn, None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        self._receiving[conn] = time.monotonic() + self.body_seconds
        return super().handle_request(req, conn)

    def notify(self) -> None:
        """Called about once a second."""
        super().notify()
        now = time.monotonic()
        for conn, until in self._receiving.copy().items():
            if now > until:
                self._receiving.pop(conn, None)
                with suppress(OSError):
                    # only what is still to come: an answer under way is sent to its end
                    conn.sock.shutdown(socket.SHUT_RD)
