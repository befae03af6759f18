"""Keyed hashes over the log: what nobody can make who has the database and not the installation's key."""

from __future__ import annotations

import hmac
import json
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

IN_SESSION: Final = "log_key"
"""Under which a session carries the key, in `session.info`."""


class LogKey:
    """The key of one installation's logs, derived from the key that seals bids (HKDF, RFC 5869).

    Every keyed hash is HMAC-SHA-256 in 64 hexadecimal digits. Each kind of text has a prefix of its own, so
    that the keyed hash of one kind is never that of another.
    """

    def __init__(self, sealing_key: bytes) -> None:
        derive = HKDF(SHA256(), length=32, salt=None, info=b"tender: keyed hashes of the log, version 1")
        self._key = derive.derive(sealing_key)
        self._entries = hmac.new(self._key, b"entry\n", "sha256")

    def of_entry(self, before: str | None, leaf_hash: bytes) -> str:
        """Over an entry's leaf hash and the keyed hash of the entry before, so that it vouches for all
        before it; `before` is None at a log's beginning."""
        keyed = self._entries.copy()
        keyed.update(b"%s\n%s" % ((before or "").encode(), leaf_hash))
        return keyed.hexdigest()

    def of_head(self, log: str, size: int, root: str) -> str:
        return self._of("head", log, size, root)

    def of_frontier(self, log: str, size: int, last: str | None, nodes: str) -> str:
        """`last` is the keyed hash of the last entry, so that it is the frontier of these entries alone."""
        return self._of("frontier", log, size, last, nodes)

    def _of(self, *parts: str | int | None) -> str:
        return hmac.digest(self._key, json.dumps(parts).encode(), "sha256").hex()


def log_key(session: Session) -> LogKey:
    """The key that the session carries. Raises LookupError where it has none: nothing is logged without."""
    key = session.info.get(IN_SESSION)
    if not isinstance(key, LogKey):
        raise LookupError(f"this session has no key for the log: give it one as info[{IN_SESSION!r}]")
    return key
