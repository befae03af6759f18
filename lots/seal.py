"""Sealing bids: encryption under a key that is never in the database."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lots.refusal import Refusal

_VERSION = b"\x01"
_NONCE_BYTES = 12
KEY_BYTES = 32


class Seal:
    """AES-256-GCM under one key. What is sealed is bound to its place: `about` must be the same to open it,
    so that one bid's envelope cannot be put in another's place."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"the key that seals bids must have {KEY_BYTES} bytes, not {len(key)}")
        self._cipher = AESGCM(key)

    def close(self, plain: bytes, *, about: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain, about.encode())

    def open(self, sealed: bytes, *, about: str) -> bytes:
        """The plain bytes. Raises Refusal where the key is another or the envelope was altered."""
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if sealed[:1] != _VERSION or len(nonce) != _NONCE_BYTES:
            raise Refusal("A sealed envelope is damaged: it does not begin as one.")
        try:
            return self._cipher.decrypt(nonce, body, about.encode())
        except InvalidTag as error:
            raise Refusal(
                "A sealed envelope cannot be opened: the BID_KEY setting is not the one that it was sealed "
                "with, or the database was altered."
            ) from error
